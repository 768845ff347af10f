/** Options by these names are never shown. */
const SECRET = /secret|password|token|credential/i;
/** The content of a key's file, where its path is meant. */
const PEM = /-----BEGIN/;
const LONGEST = 60;

/** Writes what was found at a path, for an error message: short, and without what is or may be secret. */
export function showValue(value: unknown, path: readonly PropertyKey[] = []): string {
  if (path.some((key) => SECRET.test(String(key)))) return 'a value that is not shown';
  if (typeof value === 'string' && PEM.test(value)) return 'a value that is not shown';
  if (typeof value === 'string') return showText(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null)
    return Object.keys(value).length === 0 ? 'an empty object' : 'an object';
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  return String(value);
}

function showText(text: string): string {
  const open = text.replace(/\/\/[^/@]*@/, '//…@');
  return JSON.stringify(open.length > LONGEST ? `${open.slice(0, LONGEST)}…` : open);
}
