import { readFileSync } from 'node:fs';

/** Reads a recorded JSON file below test/fixtures. Tests run at the root of the repository, compiled or not. */
export function readFixture(path: string): unknown {
  return JSON.parse(readFileSync(`test/fixtures/${path}`, 'utf8'));
}
