import { describe, expect, test } from '@jest/globals';
import { findIncumbent, type Incumbent } from './incumbents.ts';

/** Tests that need a Debian program: where it is missing they are left out with a word, but under `CI=true` that is a failure. */
export function describeIncumbent(name: Incumbent, tests: () => void): void {
  if (findIncumbent(name) !== undefined) {
    describe(`behind or beside ${name}`, () => {
      tests();
    });
    return;
  }
  console.warn(`${name} is not installed, so nothing is tested with it: apt-get install ${name}`);
  test(`${name} may be missing outside of CI`, () => expect(process.env['CI']).not.toBe('true'));
}
