import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { PROGRAM } from '../helpers/program.ts';

test('the program answers, and its exit status is that of the command', async () => {
  const execute = promisify(execFile);
  const { stdout } = await execute(process.execPath, [PROGRAM, '--help']);
  expect(stdout).toContain('Usage: pazpar2-balancer COMMAND');
  await expect(execute(process.execPath, [PROGRAM, 'check'])).rejects.toMatchObject({ code: 2 });
});
