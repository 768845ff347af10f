import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { REPOSITORY } from '../helpers/repository.ts';
import { notCopied } from './differences.ts';

const BEHAVIOURS = 44;

test('every behaviour of Apache that must not be copied has its line', () => {
  const numbers = notCopied().map(({ number }) => number);
  expect(numbers).toEqual(Array.from({ length: BEHAVIOURS }, (_, index) => `D${index + 1}`));
});

test('every line names a test that there is', () => {
  const missing = notCopied().filter(({ heldBy }) => !existsSync(join(REPOSITORY, heldBy)));
  expect(missing).toEqual([]);
});
