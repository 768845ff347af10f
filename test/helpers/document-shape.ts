/**
 * What is left of an XML document without its contents: texts and attribute values become dots, metadata fields lose their
 * names, and lines or blocks of lines that repeat stand once. Layout, order and names of everything else stay.
 */
export function documentShape(document: string): string {
  const lines = document
    .replaceAll(/<(\/?)md-[\w-]+/g, '<$1md')
    .replaceAll(/<metadata [^>]*? \/>/g, '<metadata />')
    .replaceAll(/="[^"]*"/g, '="…"')
    .replaceAll(/>[^<\n]+</g, '>…<')
    .split('\n');
  return withoutRepetition(lines).join('\n');
}

function withoutRepetition(lines: readonly string[]): readonly string[] {
  let shorter = lines;
  for (let period = 1; period <= shorter.length / 2; period += 1) {
    const collapsed = collapse(shorter, period);
    if (collapsed.length < shorter.length) return withoutRepetition(collapsed);
    shorter = collapsed;
  }
  return shorter;
}

/** Drops every block of `period` lines that equals the block before it. */
function collapse(lines: readonly string[], period: number): readonly string[] {
  const kept: string[] = [];
  for (let place = 0; place < lines.length;) {
    const block = lines.slice(place, place + period);
    const before = kept.slice(-period);
    if (
      kept.length >= period &&
      block.length === period &&
      block.every((line, index) => line === before[index])
    ) {
      place += period;
    } else {
      kept.push(lines[place] ?? '');
      place += 1;
    }
  }
  return kept;
}
