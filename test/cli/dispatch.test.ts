import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../lib/cli/command.ts';
import { COMMANDS } from '../../lib/cli/commands.ts';
import { dispatch } from '../../lib/cli/dispatch.ts';
import { capturedIo } from '../helpers/captured-io.ts';

const { version } = createRequire(import.meta.url)('pazpar2-balancer/package.json') as { version: string };

/** Runs the program and gives what came of it. */
async function runProgram(...argv: string[]) {
  const io = capturedIo();
  const status = await dispatch(argv, io);
  return { status, out: io.out(), err: io.err() };
}

/** Runs the program with one command in place of its own. */
const runWith = (run: () => Promise<number>) =>
  dispatch(['x'], capturedIo(), { x: { summary: '', load: () => Promise.resolve({ run }) } });

test('the help names every command', async () => {
  for (const option of ['--help', '-h']) {
    const { status, out, err } = await runProgram(option);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    for (const [name, { summary }] of Object.entries(COMMANDS))
      expect(out).toMatch(new RegExp(` ${name} +${summary}`));
  }
});

test('the version is that of the package', async () => {
  expect(await runProgram('--version')).toEqual({ status: 0, out: `${version}\n`, err: '' });
});

test('every command can be loaded and tells its own help', async () => {
  for (const name of Object.keys(COMMANDS)) {
    const { status, out } = await runProgram(name, '--help');
    expect(status).toBe(0);
    expect(out).toContain(`Usage: pazpar2-balancer ${name}`);
  }
});

describe('wrong use gives exit status 2 and a hint', () => {
  test.each([
    [[], 'a command is missing'],
    [['chek'], 'unknown command "chek"; did you mean "check"?'],
    [['Check'], 'unknown command "Check"; did you mean "check"?'],
    [['frobnicate'], 'unknown command "frobnicate"\n'],
    [['toString'], 'unknown command "toString"\n'],
    [['--hlep'], 'unknown option --hlep; did you mean "--help"?'],
    [['--help', 'check'], 'unexpected argument "check"'],
    [['check', '--confg', 'x'], 'unknown option --confg; did you mean "--config"?'],
    [['check'], 'the option --config FILE is missing'],
  ])('%j', async (argv, message) => {
    const { status, out, err } = await runProgram(...argv);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(/^pazpar2-balancer: /);
    expect(err).toContain(message);
    expect(err).toContain('Try "pazpar2-balancer --help".\n');
  });
});

describe('a command', () => {
  test('gives the exit status', async () => {
    expect(await runWith(() => Promise.resolve(7))).toBe(7);
  });

  test('may refuse its arguments', async () => {
    expect(await runWith(() => Promise.reject(new UsageError('no')))).toBe(2);
  });

  test('that fails otherwise is not silenced', async () => {
    await expect(runWith(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
