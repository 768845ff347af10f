import { eachHeader, type RawHeaders } from '../protocol/http/headers.ts';

/** The same headers without the cookies of this name; a Cookie header with no other cookie goes whole. */
export function withoutCookie(headers: RawHeaders, cookie: string): RawHeaders {
  const result: string[] = [];
  for (const { name, key, value } of eachHeader(headers)) {
    const kept = key === 'cookie' ? withoutPairs(value, cookie) : value;
    if (kept !== undefined) result.push(name, kept);
  }
  return result;
}

/** Undefined when nothing is left. Untouched where there is none of that name. */
function withoutPairs(header: string, cookie: string): string | undefined {
  const pairs = header.split(';');
  const others = pairs.filter((pair) => pair.split('=', 1).join('').trim() !== cookie);
  if (others.length === pairs.length) return header;
  return others.length === 0 ? undefined : others.join(';').trim();
}
