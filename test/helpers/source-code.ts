/** A place in a source. */
export interface SourcePlace {
  /** What stands there: a module's specifier, or what a pattern found. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** Comments, and what only looks like one: texts and regular expressions. */
const PARTS =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`|(?<=(?:[=(,:?!&|[{;]|return)\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//g;

const IMPORT =
  /\b(?:import|export|require)\b(?:[\w\s{},*$]*?\bfrom\b)?\s*\(?\s*(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/g;

/** Every module that a source imports or exports from, in whatever way. Comments do not count. */
export function importsOf(source: string): SourcePlace[] {
  const code = withoutComments(source);
  return [...code.matchAll(IMPORT)].map((match) => ({
    text: match.groups?.['specifier'] ?? '',
    line: lineAt(code, match.index),
  }));
}

/** Every place where a pattern (with the flag g) stands in a source. Comments do not count. */
export function placesOf(source: string, pattern: RegExp): SourcePlace[] {
  const code = withoutComments(source);
  return [...code.matchAll(pattern)].map((match) => ({ text: match[0], line: lineAt(code, match.index) }));
}

/** The same source with blanks for comments, so that every line keeps its number. */
function withoutComments(source: string): string {
  return source.replace(PARTS, (part, comment: string | undefined) =>
    comment === undefined ? part : part.replace(/[^\n]/g, ' '),
  );
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
