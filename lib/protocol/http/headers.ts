/** Name, value, name, value … as received: in order, in any case. */
export type RawHeaders = readonly string[];

/** One header of a list. */
export interface Header {
  readonly name: string;
  /** The name in lower case. */
  readonly key: string;
  readonly value: string;
}

/** The headers of a list, one by one. */
export function* eachHeader(headers: RawHeaders): Generator<Header> {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? '';
    yield { name, key: name.toLowerCase(), value: headers[index + 1] ?? '' };
  }
}

/** All values of a header, which is named in lower case, as one list (RFC 9110, section 5.3). Empty where it is missing. */
export function headerText(headers: RawHeaders, key: string): string {
  const values: string[] = [];
  for (const header of eachHeader(headers)) if (header.key === key) values.push(header.value);
  return values.join(', ');
}

/** The elements of a header that is a list of tokens (RFC 9110, section 5.6.1), in lower case. */
export function headerTokens(headers: RawHeaders, key: string): string[] {
  return headerText(headers, key)
    .toLowerCase()
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '');
}

/** True where a header, named in lower case, is there. */
export function hasHeader(headers: RawHeaders, key: string): boolean {
  for (const header of eachHeader(headers)) if (header.key === key) return true;
  return false;
}
