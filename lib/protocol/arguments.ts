import { BalancerError } from '../errors.ts';

/** One argument, decoded, as a byte string (one character per byte). */
export interface Argument {
  readonly name: string;
  readonly value: string;
  /** The value held an invalid escape, whose `%` was taken literally. */
  readonly damaged?: true;
}

const PLAIN = /^[A-Za-z0-9_.~:,*/()-]*$/;
const NOT_UNRESERVED = /[^A-Za-z0-9_.~-]/g;
const MORE_TOKENS = /[^&]/;
const INVALID_ESCAPE = /%(?![0-9A-Fa-f]{2})/g;

/**
 * Reads a query or a form body by Pazpar2's own rules: `&` separates and may be repeated inside, names and values are
 * percent-decoded, `+` is a blank, `;` and `#` are data, a token without `=` ends the reading.
 *
 * Where Pazpar2 and another reader could disagree about what is asked, nothing is guessed.
 *
 * @param text a byte string without the leading `?`
 * @throws BalancerError REQUEST_AMBIGUOUS for a token without `=` before others, an invalid escape in a name, and `%00`
 *   (Pazpar2 ends the text there) anywhere. In a value an invalid `%` stands for itself and is marked.
 */
export function parseArguments(text: string): Argument[] {
  const result: Argument[] = [];
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = endOfToken(text, start);
    if (start === end && start > 0) continue;
    const equals = text.indexOf('=', start);
    if (equals < 0 || equals >= end) {
      if (MORE_TOKENS.test(text.slice(end))) throw endsTooEarly(text.slice(start, end));
      break;
    }
    result.push(parseArgument(text.slice(start, end), equals - start));
  }
  return result;
}

/** The value that Pazpar2 would use: the last one. */
export function lastValue(args: readonly Argument[], name: string): string | undefined {
  for (let index = args.length - 1; index >= 0; index--) {
    const argument = args[index];
    if (argument?.name === name) return argument.value;
  }
  return undefined;
}

/** Writes arguments so that `parseArguments`, Pazpar2 and every URL parser read the same. */
export function formatArguments(args: readonly Argument[]): string {
  let result = '';
  for (const { name, value } of args) {
    result += `${result === '' ? '' : '&'}${encode(name)}=${encode(value)}`;
  }
  return result;
}

function endOfToken(text: string, start: number): number {
  const end = text.indexOf('&', start);
  return end < 0 ? text.length : end;
}

function parseArgument(token: string, equals: number): Argument {
  const name = decodeName(token.slice(0, equals));
  const rawValue = token.slice(equals + 1);
  const value = decode(rawValue);
  if (value.includes('\0')) throw containsNul(`the value of ${name}`);
  return hasInvalidEscape(rawValue) ? { name, value, damaged: true } : { name, value };
}

function decodeName(raw: string): string {
  if (hasInvalidEscape(raw)) {
    throw new BalancerError('REQUEST_AMBIGUOUS', `invalid % escape in the parameter name ${raw}`);
  }
  const name = decode(raw);
  if (name.includes('\0')) throw containsNul('a parameter name');
  return name;
}

function hasInvalidEscape(raw: string): boolean {
  return raw.includes('%') && raw.search(INVALID_ESCAPE) >= 0;
}

function containsNul(where: string): BalancerError {
  return new BalancerError('REQUEST_AMBIGUOUS', `%00 in ${where}`);
}

function endsTooEarly(token: string): BalancerError {
  const what = token === '' ? 'a leading &' : `the parameter ${token} without =`;
  return new BalancerError('REQUEST_AMBIGUOUS', `${what} would hide the parameters behind it`);
}

function decode(raw: string): string {
  const blanks = raw.includes('+') ? raw.replaceAll('+', ' ') : raw;
  if (!blanks.includes('%')) return blanks;
  return blanks.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function encode(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(NOT_UNRESERVED, (character) => {
    const byte = character.charCodeAt(0) & 0xff;
    return `%${byte < 16 ? '0' : ''}${byte.toString(16).toUpperCase()}`;
  });
}
