import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { describeWithProgram } from '../helpers/debian-program.ts';
import { call } from '../helpers/http-client.ts';
import { Started } from '../helpers/started.ts';

const started = new Started();
afterEach(() => started.stopAll());

async function startEngine() {
  const program = started.program(['examples/batch-engine.js'], { PORT: '0' });
  const [, url = ''] = await program.printed(/listening on (http:\S+)/);
  return { program, engine: `${url}/athena` };
}

/** Hands jobs to the shell program, with `echo` in place of ssh; tells what was started where. */
async function startJobs(engine: string, jobs: readonly string[]): Promise<string[]> {
  const child = promisify(execFile)('sh', ['examples/batch-engine.sh'], {
    env: { ...process.env, ENGINE: engine, RUN: 'echo' },
  });
  child.child.stdin?.end(`${jobs.join('\n')}\n`);
  return (await child).stdout.trim().split('\n').toSorted();
}

describeWithProgram(
  'batch-engine.js, asked by batch-engine.sh with',
  { name: 'curl', debianPackage: 'curl' },
  () => {
    test('starts jobs on the least busy of four hosts', async () => {
      const { program, engine } = await startEngine();
      const push = (host: string, load: number, cpus: number) =>
        call(`${engine}/update/phys?h=${host},load1:${load},cpus:${cpus}`);
      await expect(startJobs(engine, ['too early'])).rejects.toThrow('no host can take the job: too early');
      await push('batch1', 2, 2);
      await push('batch2', 1, 8);
      await push('batch3', 3.9, 4);
      await push('batch4', 0, 1);
      expect(await startJobs(engine, ['a', 'b', 'c', 'd'])).toEqual([
        'batch2 a',
        'batch2 b',
        'batch2 c',
        'batch2 d',
      ]);
      await push('batch2', 16, 8);
      expect(await startJobs(engine, ['e', 'f'])).toEqual(['batch3 f', 'batch4 e']);
      expect(await program.stop()).toBe(0);
    });
  },
);
