/** A row of a table, its cells by the heading of their column. */
export type TableRow = Readonly<Record<string, string>>;

/** A fenced block of code. */
export interface CodeBlock {
  /** What stands behind the fence, such as "sh". */
  readonly language: string;
  readonly text: string;
}

/** The line between the head and the rows of a table. */
const RULE = /^\|(?: -+ \|)+$/;

/** All tables below a heading and above the next, as one list of rows. */
export function tableRows(markdown: string, heading: string): TableRow[] {
  const lines = sectionOf(markdown, heading).split('\n');
  let columns: string[] = [];
  return lines.flatMap((line, index) => {
    if (!line.startsWith('|')) return [];
    const isHead = RULE.test(lines[index + 1] ?? '');
    if (isHead) columns = cellsOf(line);
    if (isHead || RULE.test(line)) return [];
    const cells = cellsOf(line);
    return [Object.fromEntries(columns.map((column, place) => [column, cells[place] ?? '']))];
  });
}

/** All fenced blocks of code. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** The text between backquotes, or all of it where there are none. */
export function unquote(cell: string): string {
  return cell.replace(/^`(.*)`$/, '$1');
}

function sectionOf(markdown: string, heading: string): string {
  const start = markdown.indexOf(`\n${heading}\n`);
  if (start === -1) throw new Error(`There is no heading "${heading}"`);
  const text = markdown.slice(start + heading.length + 2);
  const end = text.search(/^#+ /m);
  return end === -1 ? text : text.slice(0, end);
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
