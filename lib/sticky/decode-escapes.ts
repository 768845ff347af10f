/** What stands behind the percent-escapes of a text; undefined for an escape that is none. */
export function decodeEscapes(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
