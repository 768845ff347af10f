import { describe, expect, test } from '@jest/globals';
import { findProgram } from './find-program.ts';

/**
 * Tests that need a program of a Debian package: where it is missing they are left out with a word, but under `CI=true` that is a failure.
 *
 * @param title what the tests are about, to go on with the program's name
 */
export function describeWithProgram(
  title: string,
  { name, debianPackage }: { readonly name: string; readonly debianPackage: string },
  tests: (program: string) => void,
): void {
  const program = findProgram(name);
  if (program !== undefined) {
    describe(`${title} ${name}`, () => {
      tests(program);
    });
    return;
  }
  console.warn(`${name} is not installed, so nothing is tested with it: apt-get install ${debianPackage}`);
  test(`${name} may be missing outside of CI`, () => expect(process.env['CI']).not.toBe('true'));
}
