import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeReadFailure } from './read-failure.ts';
import { Refusal } from './refusal.ts';

/**
 * Makes a reader of files that hold one value each, such as those of Docker and Kubernetes secrets (UTF-8).
 *
 * @param directory what relative paths are relative to
 * @returns a function that gives the content of a file without its final line break, and throws a Refusal when it cannot be read
 */
export function secretFileReader(directory: string): (path: string) => string {
  return (path) => {
    try {
      const bytes = readFileSync(resolve(directory, path));
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '');
    } catch (error) {
      throw new Refusal(`needs the file ${path}, which cannot be read: ${describeReadFailure(error)}`);
    }
  };
}
