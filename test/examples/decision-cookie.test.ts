import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { DecisionReader, signDecision } from '../../lib/sticky/decision-cookie.ts';
import { findProgram } from '../helpers/find-program.ts';
import { systemClock } from '../../lib/clock.ts';

const KEY = { id: 'k1', secret: 'a secret that both sides know' };
const STAY = { kind: 'member', target: 'pz2' } as const;
const EXPIRES = 1_800_000_000;
const SIGNED = signDecision(KEY, { cluster: 'reports', decision: STAY, expires: EXPIRES });

/** Examples by language, and what each needs. */
const EXAMPLES = [
  ['js', process.execPath, process.execPath],
  ['sh', 'sh', 'openssl'],
  ['py', 'python3', 'python3'],
  ['php', 'php', 'php'],
] as const;

const run = (extension: string, program: string, environment: Readonly<Record<string, string>>): string =>
  spawnSync(program, [`examples/decision-cookie.${extension}`, KEY.id, 'reports', STAY.target], {
    env: { ...process.env, NODE_OPTIONS: '', SECRET: KEY.secret, ...environment },
    encoding: 'utf8',
  }).stdout.trim();

for (const [extension, program, needed] of EXAMPLES) {
  if (!needed.startsWith('/') && findProgram(needed) === undefined) {
    process.stderr.write(`decision-cookie.${extension} is not tried: ${needed} is not installed\n`);
    continue;
  }
  test(`decision-cookie.${extension} makes the cookie that the package makes, and one that holds for an hour`, () => {
    expect(run(extension, program, { EXPIRES: String(EXPIRES) })).toBe(SIGNED);
    const reader = new DecisionReader('steer', 'reports', [KEY], systemClock);
    expect(reader.read(`steer=${run(extension, program, {})}`)).toEqual({ decision: STAY });
  });
}
