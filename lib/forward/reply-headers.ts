/** Headers that speak of one connection only (RFC 9110, 7.6.1), and those that Node writes itself. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The headers of a reply that go on to the client: all but the hop-by-hop ones and those that the reply's Connection names.
 *
 * @param headers name, value, … as received
 */
export function endToEndHeaders(headers: readonly string[]): string[] {
  const named = connectionOptions(headers);
  const result: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? '';
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || named?.has(lower)) continue;
    result.push(name, headers[index + 1] ?? '');
  }
  return result;
}

/** Value of a header, undefined when it is missing. */
export function headerValue(headers: readonly string[], name: string): string | undefined {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    if (headers[index]?.toLowerCase() === name) return headers[index + 1];
  }
  return undefined;
}

/** Names in all Connection headers; undefined where there is none, as with Pazpar2 itself. */
function connectionOptions(headers: readonly string[]): Set<string> | undefined {
  let options: Set<string> | undefined;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    if (headers[index]?.toLowerCase() !== 'connection') continue;
    options ??= new Set();
    for (const option of headers[index + 1]?.split(',') ?? []) options.add(option.trim().toLowerCase());
  }
  return options;
}
