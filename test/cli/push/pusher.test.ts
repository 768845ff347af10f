import { beforeEach, expect, test } from '@jest/globals';
import type { FigureSink } from '../../../lib/cli/push/figure-sink.ts';
import type { FigureSource } from '../../../lib/cli/push/figure-source.ts';
import { Pusher } from '../../../lib/cli/push/pusher.ts';
import { collectingLogger } from '../../helpers/collecting-logger.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

const INTERVAL = 5000;
let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

/** Keeps what it is told, unless it fails. */
class Sink implements FigureSink {
  readonly url = 'http://engine.example/athena';
  readonly told: unknown[] = [];
  tries = 0;
  failure: string | undefined;
  isClosed = false;

  push(host: string, figures: Readonly<Record<string, number>>): Promise<void> {
    this.tries += 1;
    if (this.failure !== undefined) return Promise.reject(new Error(this.failure));
    this.told.push({ host, ...figures });
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

function pusher(engines: readonly FigureSink[], sources: readonly FigureSource[], chance = 0.5) {
  const { logger, lines } = collectingLogger();
  const random = { next: () => chance };
  const made = new Pusher({ host: 'pz1', engines, sources, interval: INTERVAL, clock, random, logger });
  return { made, lines };
}

const figures = (values: Readonly<Record<string, number>>): FigureSource => ({
  read: () => Promise.resolve({ figures: values }),
});

/** Lets time pass, and whatever it sets off come to its end. */
async function pass(milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  await new Promise((resolve) => setImmediate(resolve));
}

test('all figures go to all engines, at once and after each interval, until it is stopped', async () => {
  const [one, other] = [new Sink(), new Sink()];
  const { made } = pusher([one, other], [figures({ load1: 0.5 }), figures({ sessions: 3 })]);
  made.start();
  await pass(INTERVAL - 1);
  expect(one.told).toEqual([{ host: 'pz1', load1: 0.5, sessions: 3 }]);
  expect(other.told).toEqual(one.told);
  await pass(1);
  expect(one.told).toHaveLength(2);
  await made.stop();
  await pass(INTERVAL);
  expect(one.told).toHaveLength(2);
  expect(one.isClosed && other.isClosed).toBe(true);
  expect(clock.running).toBe(0);
});

test.each([
  [0, 4500],
  [0.999_999, 5499],
])('pushes come a little early or late (chance %d)', async (chance, atLeast) => {
  const one = new Sink();
  pusher([one], [figures({ a: 1 })], chance).made.start();
  await pass(atLeast - 1);
  expect(one.told).toHaveLength(1);
  await pass(2);
  expect(one.told).toHaveLength(2);
});

test('an engine that fails is asked less and less often, told of once, and does not hold up the others', async () => {
  const [one, other] = [new Sink(), new Sink()];
  one.failure = 'status 403: because';
  const { made, lines } = pusher([one, other], [figures({ a: 1 })]);
  made.start();
  const triesAfter: number[] = [];
  for (let push = 1; push <= 40; push += 1) {
    await pass(0);
    triesAfter.push(one.tries);
    await pass(INTERVAL);
  }
  expect(other.told).toHaveLength(41);
  const pushesThatTried = triesAfter.flatMap((tries, index) =>
    tries > (triesAfter[index - 1] ?? 0) ? [index] : [],
  );
  expect(pushesThatTried).toEqual([0, 1, 3, 6, 12, 21, 30, 39]);
  expect(lines.map(({ message }) => message)).toEqual(['the engine took no figures: status 403: because']);
  one.failure = undefined;
  await pass(45_000);
  expect(one.told.length).toBeGreaterThan(0);
  expect(lines.at(-1)?.message).toBe('the engine takes figures again');
});

test('what cannot be read is left out, and told of once', async () => {
  const one = new Sink();
  let problem: string | undefined = 'no such thing';
  const failing: FigureSource = {
    read: () => Promise.resolve({ figures: {}, ...(problem === undefined ? {} : { problem }) }),
  };
  const { made, lines } = pusher([one], [failing, figures({ a: 1 })]);
  expect([await made.push(), await made.push()]).toEqual([true, true]);
  expect(one.told).toEqual([
    { host: 'pz1', a: 1 },
    { host: 'pz1', a: 1 },
  ]);
  problem = undefined;
  await made.push();
  expect(lines.map(({ message }) => message)).toEqual(['no such thing', 'can be read again: no such thing']);
});
