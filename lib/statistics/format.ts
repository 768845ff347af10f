import { EngineError, quoted } from './engine-error.ts';
import { isFigureName } from '../load/figure-name.ts';

/** One-letter codes of a format, each with what it stands for. */
export const FORMAT_CODES = {
  h: 'name of the physical',
  a: 'its address',
  r: 'its route',
  s: 'on or off',
  u: 'up or down',
  i: 'in or out',
  t: 'seconds since the last update',
  c: 'requests in flight',
  n: 'times elected',
  b: 'bytes sent and received',
  S: 'live sessions',
  f: 'farm',
} as const;

export type FormatCode = keyof typeof FORMAT_CODES;

/** A piece of a format: text as it stands, a code, or the name of a pushed statistic. */
type Piece = { readonly text: string } | { readonly code: FormatCode } | { readonly figure: string };

/** An answer's form, printf-like: `%h %{load1}`. */
export type Format = readonly Piece[];

/** What a format is filled with. What is not known is written as `-`. */
export interface FormatValues {
  readonly codes: Readonly<Partial<Record<FormatCode, string | number | undefined>>>;
  readonly figure: (name: string) => number | undefined;
}

const UNKNOWN = '-';
const DIRECTIVE = /%(?:\{(?<figure>[^}]*)\}|(?<code>[\s\S]?))/g;

/**
 * Reads a format.
 *
 * @throws EngineError 400 for a code that is not known, or a name that no statistic can have
 */
export function parseFormat(text: string): Format {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(DIRECTIVE)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push(directive(match.groups ?? {}));
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** The codes that a format asks for, those of figures aside. */
export function codesOf(format: Format): FormatCode[] {
  return format.flatMap((piece) => ('code' in piece ? [piece.code] : []));
}

/** The pushed statistics that a format asks for. */
export function figuresOf(format: Format): string[] {
  return format.flatMap((piece) => ('figure' in piece ? [piece.figure] : []));
}

/** One line, without its end. */
export function writeFormat(format: Format, values: FormatValues): string {
  return format
    .map((piece) => {
      if ('text' in piece) return piece.text;
      const value = 'code' in piece ? values.codes[piece.code] : values.figure(piece.figure);
      return value === undefined ? UNKNOWN : String(value);
    })
    .join('');
}

function directive({ figure, code }: Partial<Record<string, string>>): Piece {
  if (figure !== undefined) {
    if (isFigureName(figure)) return { figure };
    throw new EngineError(400, `%{${quoted(figure).slice(1, -1)}} in f= names no statistic`);
  }
  if (code === '%') return { text: '%' };
  if (isCode(code)) return { code };
  const known = Object.keys(FORMAT_CODES).map((letter) => `%${letter}`);
  throw new EngineError(
    400,
    `f= knows ${known.join(' ')} %{NAME} %%, not ${quoted(`%${code ?? ''}`)}; a query with escapes begins with E`,
  );
}

function isCode(code: string | undefined): code is FormatCode {
  return code !== undefined && Object.hasOwn(FORMAT_CODES, code);
}
