const FIGURE_NAME = /^[a-z0-9_.-]{1,32}$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** What a statistic may be called: 1 to 32 of `a` to `z`, digits, `_`, `.` and `-`. */
export function isFigureName(text: string): boolean {
  return FIGURE_NAME.test(text);
}

/** Reads a decimal number; undefined for what is none, or too large to be finite. */
export function parseFigure(text: string): number | undefined {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}
