/** A line of a gateway's log. */
export interface LogLine {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** What a gateway program logged, line by line. */
export function logLines(output: string): LogLine[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine);
}

/** How often each value of a field stands in these lines. */
export function countBy(lines: readonly LogLine[], field: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines) {
    const value = line[field];
    if (typeof value === 'string') counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}
