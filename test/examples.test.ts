import { existsSync, readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { expect, test } from '@jest/globals';
import { REPOSITORY } from './helpers/repository.ts';

const EXAMPLES = join(REPOSITORY, 'examples');

test('every example has a test that runs it', () => {
  const examples = existsSync(EXAMPLES) ? readdirSync(EXAMPLES) : [];
  const tests = examples.map((example) => `test/examples/${parse(example).name}.test.ts`);
  expect(tests.filter((file) => !existsSync(join(REPOSITORY, file)))).toEqual([]);
});
