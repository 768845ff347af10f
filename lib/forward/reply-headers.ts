import { isNamed } from './header-name.ts';

/** Headers that speak of one connection only (RFC 9110, 7.6.1), and those that Node writes itself. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

const CONNECTION = 'connection';

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
    if (isHopByHop(name) || named?.has(name.toLowerCase())) continue;
    result.push(name, headers[index + 1] ?? '');
  }
  return result;
}

function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.some((lower) => isNamed(name, lower));
}

/** Value of a header, undefined when it is missing. The name is given in lower case. */
export function headerValue(headers: readonly string[], name: string): string | undefined {
  const index = headerIndex(headers, name);
  return index === undefined ? undefined : headers[index + 1];
}

/** The headers with another value for one that comes at most once, in its place; at the end where there was none. */
export function withHeader(headers: readonly string[], name: string, value: string): string[] {
  const index = headerIndex(headers, name.toLowerCase());
  return index === undefined ? [...headers, name, value] : headers.toSpliced(index + 1, 1, value);
}

function headerIndex(headers: readonly string[], name: string): number | undefined {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    if (isNamed(headers[index] ?? '', name)) return index;
  }
  return undefined;
}

/** Names in all Connection headers; undefined where there is none, as with Pazpar2 itself. */
function connectionOptions(headers: readonly string[]): Set<string> | undefined {
  let options: Set<string> | undefined;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    if (!isNamed(headers[index] ?? '', CONNECTION)) continue;
    options ??= new Set();
    for (const option of headers[index + 1]?.split(',') ?? []) options.add(option.trim().toLowerCase());
  }
  return options;
}
