import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

test('the bench starts as a program of its own, without Jest', async () => {
  const bench = fileURLToPath(import.meta.url).replace('main.test.', 'main.');
  const { stdout } = await promisify(execFile)(process.execPath, [bench, '--help']);
  expect(stdout).toMatch(/^Usage: npm run bench -- /);
});
