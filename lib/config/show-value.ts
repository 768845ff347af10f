/** Options by these names, and what is in them, are never shown. */
const SECRET = /secret|password|passphrase|token|credential|signing|^keys$/i;
/** The content of a key's file, where its path is meant. */
const PEM = /-----BEGIN/;
/** A long run of what base64 is made of. */
const RUN = /[A-Za-z0-9+/]{40,}/g;
const LONGEST = 60;
/** Where a text is out of place it may be a secret that was written one level too high; no secret is as short as this. */
const LONGEST_WORD = 8;
const NOT_SHOWN = 'a value that is not shown';

/** Writes what was found at a path, for an error message: short, and without what is or may be secret. */
export function showValue(value: unknown, path: readonly PropertyKey[] = []): string {
  if (path.some((key) => SECRET.test(String(key)))) return NOT_SHOWN;
  if (typeof value === 'string') return isLikeKey(value) ? NOT_SHOWN : showText(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null)
    return Object.keys(value).length === 0 ? 'an empty object' : 'an object';
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  return String(value);
}

/** Says what was found where there should have been something with parts. */
export function showKind(value: unknown, path: readonly PropertyKey[] = []): string {
  return typeof value === 'string' && value.length > LONGEST_WORD ? 'a text' : showValue(value, path);
}

function isLikeKey(text: string): boolean {
  const runs = text.match(RUN) ?? [];
  return PEM.test(text) || runs.some((run) => [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(run)));
}

function showText(text: string): string {
  const isUrl = /:\/\/|@/.test(text);
  const open = isUrl ? text.replace(/^(.*\/\/)?.*@/s, '$1…@').replace(/[?#].*$/s, '?…') : text;
  return JSON.stringify(open.length > LONGEST ? `${open.slice(0, LONGEST)}…` : open);
}
