import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { afterEach, expect, test } from '@jest/globals';
import { freePort } from '../helpers/free-port.ts';
import { call } from '../helpers/http-client.ts';
import { PROGRAM } from '../helpers/program.ts';
import { Started } from '../helpers/started.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const started = new Started();
afterEach(() => started.stopAll());
const inTemporaryDirectory = useTemporaryDirectory();

/** A gateway whose log goes to a file or a pipe of the test's choice, and what it says about that. */
async function gatewayWithLog(stdout: number | 'pipe') {
  const port = await freePort();
  const file = inTemporaryDirectory(`${port}.json`);
  const members = [{ url: `http://127.0.0.1:${await freePort()}`, route: 'pz1' }];
  const clusters = { pz2: { path: '/search.pz2', members } };
  await writeFile(file, JSON.stringify({ listen: `127.0.0.1:${port}`, clusters }));
  const child = spawn(process.execPath, [PROGRAM, 'gateway', '--config', file], {
    stdio: ['ignore', stdout, 'pipe'],
  });
  started.also(() => kill(child));
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const url = `http://127.0.0.1:${port}/search.pz2`;
  const answers = (): Promise<boolean> =>
    call(url).then(
      ({ status }) => status === 417,
      () => false,
    );
  await until(answers);
  return { child, url, answers, errors: () => errors };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function endInPeace(child: ChildProcess): Promise<unknown> {
  child.kill('SIGTERM');
  const [status] = (await once(child, 'exit')) as [number | null];
  return status;
}

test('a log disk that is full loses lines, not service, and the gateway still ends', async () => {
  const full = openSync('/dev/full', 'w');
  const { child, answers, errors } = await gatewayWithLog(full);
  closeSync(full);
  await until(() => errors().includes('log lines are lost: ENOSPC'));
  for (let request = 0; request < 50; request += 1) expect(await answers()).toBe(true);
  expect(await endInPeace(child)).toBe(0);
  expect(errors().match(/\n/g)).toHaveLength(1);
});

test.each([0, 50])('neither does a reader that has gone, %s requests before the end', async (requests) => {
  const { child, answers } = await gatewayWithLog('pipe');
  child.stdout?.destroy();
  for (let request = 0; request < requests; request += 1) expect(await answers()).toBe(true);
  expect(await endInPeace(child)).toBe(0);
});

test('a reader that no longer reads does not keep the gateway from ending', async () => {
  const { child, answers } = await gatewayWithLog('pipe');
  // More lines than a pipe holds.
  for (let round = 0; round < 20; round += 1) {
    const answered = await Promise.all(Array.from({ length: 50 }, answers));
    expect(answered).not.toContain(false);
  }
  expect(await endInPeace(child)).toBe(0);
});
