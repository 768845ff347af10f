import cookieParser from 'cookie-parser';
import { decodeEscapes } from './decode-escapes.ts';

// In front of a value, which cookie-parser reads as JSON where it begins with `j:`.
const GUARD = '=';

const readCookies = cookieParser(undefined, { decode: (text) => GUARD + (decodeEscapes(text) ?? text) });

/**
 * Every value of a cookie, in the order of the header: a browser that holds several of one name sends them all, the one with the longest
 * path first (RFC 6265, section 5.4), and the first need not be ours. Decoded once, without the quotes around it.
 *
 * @param header the Cookie header, lines joined by `; `
 */
export function cookieValues(header: string | undefined, name: string): string[] {
  if (header === undefined || !header.includes(name)) return [];
  // cookie-parser keeps the first of a name, so it gets them one by one.
  return header
    .split(';')
    .filter((pair) => pair.trimStart().startsWith(name))
    .flatMap((pair) => cookieValue(pair, name) ?? []);
}

function cookieValue(pair: string, name: string): string | undefined {
  const request: { headers: { cookie: string }; cookies?: Readonly<Record<string, unknown>> } = {
    headers: { cookie: pair },
  };
  // It is written for Express, but only reads the header and sets `cookies`.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  readCookies(request as never, undefined as never, () => undefined);
  const value = request.cookies?.[name];
  return typeof value === 'string' ? value.slice(GUARD.length) : undefined;
}
