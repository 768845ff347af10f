import { expect, test } from '@jest/globals';
import type { LbMethod } from '../../lib/config/options.ts';
import { PushingFarm } from '../helpers/pushing-farm.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { VirtualTime } from '../helpers/virtual-time.ts';

const CPUS = [1, 2, 4, 8, 16];
/** Jobs that run at once, on average. */
const AT_ONCE = 100;
const PUSH_EVERY = 5000;

/** Servers of uneven capacity that push what they run every five seconds, and jobs that ask who is to run them. */
class Simulation {
  readonly #time = new VirtualTime();
  readonly #farm: PushingFarm;
  readonly #random: () => number;
  readonly #running = CPUS.map(() => 0);
  readonly #work = CPUS.map(() => 0);

  readonly #jobEvery: number;

  constructor(lbMethod: LbMethod, jobEvery: number, seed: number) {
    this.#jobEvery = jobEvery;
    this.#farm = new PushingFarm(CPUS.length, this.#time, { lbMethod });
    this.#random = seededRandom(seed);
    for (const index of CPUS.keys()) this.#push(index);
    this.#nextJob();
  }

  /** Work that each server got once things had settled, for each of its CPUs. */
  utilisation(): number[] {
    const takes = AT_ONCE * this.#jobEvery;
    this.#time.runUntil(20 * takes);
    this.#work.fill(0);
    this.#time.runUntil(150 * takes);
    return this.#work.map((work, index) => work / (CPUS[index] ?? 1));
  }

  #push(index: number): void {
    const running = this.#running[index] ?? 0;
    const cpus = CPUS[index] ?? 1;
    this.#farm.push(`pz${index + 1}`, {
      load1: running,
      cpus,
      use: running / cpus,
      ready: Math.max(0, 4 * cpus - running),
    });
    this.#time.setTimeout(() => this.#push(index), PUSH_EVERY * (0.9 + 0.2 * this.#random()));
  }

  #nextJob(): void {
    this.#time.setTimeout(
      () => {
        const index = Number(this.#farm.choose().slice(2)) - 1;
        const takes = -AT_ONCE * this.#jobEvery * Math.log(1 - this.#random());
        this.#running[index] = (this.#running[index] ?? 0) + 1;
        this.#work[index] = (this.#work[index] ?? 0) + takes;
        this.#time.setTimeout(() => void (this.#running[index] = (this.#running[index] ?? 0) - 1), takes);
        this.#nextJob();
      },
      -this.#jobEvery * Math.log(1 - this.#random()),
    );
  }
}

/** Methods, and the mean time between two jobs: with more than one between two pushes, the count of those placed since has to help. */
const CASES: readonly (readonly [method: LbMethod, jobEvery: number])[] = [
  [{ expression: '(load1 + 1)/cpus' }, 5000],
  [{ expression: '(load1 + placed + 1)/cpus' }, 300],
  [{ expression: '(load1 + placed + 1)/cpus', smoothing: '5s' }, 300],
  ['heartbeat', 300],
];

test.each(CASES.flatMap(([method, jobEvery]) => [1, 2, 3].map((seed) => [method, jobEvery, seed] as const)))(
  'servers of uneven capacity are used evenly by %j with a job every %i ms (seed %i)',
  (method, jobEvery, seed) => {
    const use = new Simulation(method, jobEvery, seed).utilisation();
    expect(Math.max(...use) / Math.min(...use)).toBeLessThanOrEqual(1.2);
  },
);
