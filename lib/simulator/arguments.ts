import { untilNul } from './c-text.ts';

/** One decoded `name=value`, a byte a character. */
export interface Argument {
  readonly name: string;
  readonly value: string;
}

/** What Pazpar2 leaves in place of a `%` escape that is no hexadecimal number: it says nothing, so tests must not rely on it. */
export const UNDEFINED_BYTE = '?';

/** The arguments of one request. Later ones hide earlier ones, those of a form body hide those of the query. */
export class RequestArguments {
  readonly #byName = new Map<string, string>();
  readonly #all: readonly Argument[];

  constructor(query: string, form = '') {
    this.#all = [...parseArguments(query), ...parseArguments(form)];
    for (const { name, value } of this.#all) this.#byName.set(name, value);
  }

  /** The value that counts: the last one. */
  get(name: string): string | undefined {
    return this.#byName.get(name);
  }

  /** Every argument, last one first: the order in which Pazpar2 applies settings. */
  lastFirst(): readonly Argument[] {
    return this.#all.toReversed();
  }
}

/**
 * Parses a query string or form body by Pazpar2's rules: pairs are parted by `&` (several in a row count as one, not at the
 * start); a pair without `=` ends the parsing, what came before it stays; `;` parts nothing; names are decoded too.
 */
export function parseArguments(text: string): readonly Argument[] {
  const found: Argument[] = [];
  let rest = untilNul(text);
  while (rest !== '') {
    const pair = /^([^&=]*)=([^&]*)(?:&+|$)/.exec(rest);
    if (pair === null) break;
    found.push({ name: decode(pair[1] ?? ''), value: decode(pair[2] ?? '') });
    rest = rest.slice(pair[0].length);
  }
  return found;
}

/** `+` is a space, `%41` is `A`, `%` without two characters after it stands for itself, `%00` ends the text. */
export function decode(text: string): string {
  if (!/[%+]/.test(text)) return text;
  return untilNul(text.replaceAll(/\+|%([^])([^])/g, decodeOne));
}

function decodeOne(escape: string, first = '', second = ''): string {
  if (escape === '+') return ' ';
  const digits = /^[0-9a-f]+/i.exec(first + second)?.[0];
  return digits === undefined ? UNDEFINED_BYTE : String.fromCharCode(Number.parseInt(digits, 16));
}
