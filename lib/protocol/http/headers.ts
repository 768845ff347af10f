/** Headers as Node gives them: names in lower case, Set-Cookie as a list. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;
/** Headers to be sent. */
export type SentHeaders = Record<string, string | string[]>;

/** The elements of a list-valued header (RFC 9110, section 5.6.1), in lower case. */
export function listedTokens(value: HttpHeaders[string]): string[] {
  return headerText(value)
    .toLowerCase()
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '');
}

/** A header's value as one text; empty where it is missing. */
export function headerText(value: HttpHeaders[string]): string {
  return typeof value === 'string' ? value : (value ?? []).join(', ');
}
