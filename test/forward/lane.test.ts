import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Lane } from '../../lib/forward/lane.ts';
import type { Cancellable } from '../../lib/forward/lane.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const MINUTE = 60_000;

/** A lane of one place that is taken, and a list of what becomes of those who wait. */
function takenLane(maxQueue = 2) {
  const clock = new FakeClock();
  const lane = new Lane(1, maxQueue, clock);
  lane.enter();
  const heard: string[] = [];
  const wait = (name: string, timeout = MINUTE): Cancellable =>
    lane.wait(timeout, (outcome) => heard.push(`${name} ${outcome}`));
  return { clock, lane, heard, wait };
}

describe('a lane', () => {
  test('has as many places as its limit', () => {
    const lane = new Lane(2, 5, new FakeClock());
    expect([lane.enter(), lane.enter(), lane.enter()]).toEqual([true, true, false]);
    expect(lane).toMatchObject({ inFlight: 2, waiting: 0, hasRoom: false, isFull: false });
    lane.leave();
    expect(lane).toMatchObject({ inFlight: 1, hasRoom: true });
  });

  test('gives a place to the one who waits longest', () => {
    const { lane, heard, wait } = takenLane();
    wait('first');
    wait('second');
    lane.leave();
    expect(heard).toEqual(['first entered']);
    expect(lane).toMatchObject({ inFlight: 1, waiting: 1 });
    lane.leave();
    lane.leave();
    expect(heard).toEqual(['first entered', 'second entered']);
    expect(lane).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  test('is full when neither a place nor a seat in the queue is left', () => {
    const { lane, wait } = takenLane(1);
    expect(lane.isFull).toBe(false);
    wait('first');
    expect(lane.isFull).toBe(true);
  });

  test('without a queue is full when its places are taken', () => {
    const { lane } = takenLane(0);
    expect(lane.isFull).toBe(true);
    lane.leave();
    expect(lane.isFull).toBe(false);
  });

  test('lets nobody wait longer than asked', () => {
    const { clock, lane, heard, wait } = takenLane();
    wait('short', 5000);
    wait('long', 6000);
    clock.advance(4999);
    expect(heard).toEqual([]);
    clock.advance(1);
    expect(heard).toEqual(['short timeout']);
    lane.leave();
    clock.advance(MINUTE);
    expect(heard).toEqual(['short timeout', 'long entered']);
  });

  test('forgets who stopped waiting', () => {
    const { clock, lane, heard, wait } = takenLane();
    const first = wait('first');
    wait('second');
    first.cancel();
    expect(lane.waiting).toBe(1);
    lane.leave();
    clock.advance(MINUTE);
    expect(heard).toEqual(['second entered']);
  });

  test('may be left while it lets somebody in', () => {
    const clock = new FakeClock();
    const lane = new Lane(1, 5, clock);
    const heard: number[] = [];
    lane.enter();
    for (const number of [1, 2, 3]) {
      lane.wait(MINUTE, () => {
        heard.push(number);
        lane.leave();
      });
    }
    lane.leave();
    expect(heard).toEqual([1, 2, 3]);
    expect(lane).toMatchObject({ inFlight: 0, waiting: 0 });
  });
});

/** Keeps everything in lists and looks through all of them at every step. */
class NaiveLane {
  readonly limit: number;
  readonly maxQueue: number;
  readonly heard: string[] = [];
  now = 0;
  inFlight = 0;
  queue: { readonly name: number; readonly until: number }[] = [];

  constructor(limit: number, maxQueue: number) {
    this.limit = limit;
    this.maxQueue = maxQueue;
  }

  arrive(name: number, timeout: number): void {
    if (this.inFlight < this.limit) this.inFlight += 1;
    else if (this.queue.length >= this.maxQueue) this.heard.push(`${name} refused`);
    else this.queue.push({ name, until: this.now + timeout });
  }

  leave(): void {
    const first = this.queue.shift();
    if (first !== undefined) this.heard.push(`${first.name} entered`);
    else if (this.inFlight > 0) this.inFlight -= 1;
  }

  cancel(name: number): void {
    this.queue = this.queue.filter((waiting) => waiting.name !== name);
  }

  pass(time: number): void {
    this.now += time;
    const due = this.queue.filter(({ until }) => until <= this.now).sort((a, b) => a.until - b.until);
    for (const { name } of due) this.heard.push(`${name} timeout`);
    this.queue = this.queue.filter(({ until }) => until > this.now);
  }
}

/** The same steps with a real lane, used as its users use it. */
class RealLane {
  readonly heard: string[] = [];
  readonly lane: Lane;
  readonly #clock = new FakeClock(0);
  readonly #waits = new Map<number, Cancellable>();

  constructor(limit: number, maxQueue: number) {
    this.lane = new Lane(limit, maxQueue, this.#clock);
  }

  arrive(name: number, timeout: number): void {
    if (this.lane.enter()) return;
    if (this.lane.isFull) this.heard.push(`${name} refused`);
    else
      this.#waits.set(
        name,
        this.lane.wait(timeout, (outcome) => this.heard.push(`${name} ${outcome}`)),
      );
  }

  leave(): void {
    if (this.lane.inFlight > 0) this.lane.leave();
  }

  cancel(name: number): void {
    this.#waits.get(name)?.cancel();
  }

  pass(time: number): void {
    this.#clock.advance(time);
  }
}

type Step = (lane: NaiveLane | RealLane, index: number) => void;

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.integer({ min: 1, max: 50 }).map(
        (timeout): Step =>
          (lane, index) =>
            lane.arrive(index, timeout),
      ),
    },
    { weight: 3, arbitrary: fc.constant<Step>((lane) => lane.leave()) },
    {
      weight: 1,
      arbitrary: fc.nat(30).map(
        (name): Step =>
          (lane) =>
            lane.cancel(name),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.nat(20).map(
        (time): Step =>
          (lane) =>
            lane.pass(time),
      ),
    },
  ),
  { maxLength: 60 },
);

test('a lane does what a naive model does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.nat(3), steps, (limit, maxQueue, script) => {
      const model = new NaiveLane(limit, maxQueue);
      const real = new RealLane(limit, maxQueue);
      for (const [index, step] of script.entries()) {
        step(model, index);
        step(real, index);
        expect(real.heard).toEqual(model.heard);
        expect(real.lane).toMatchObject({
          inFlight: model.inFlight,
          waiting: model.queue.length,
          hasRoom: model.inFlight < limit,
          isFull: model.inFlight === limit && model.queue.length >= maxQueue,
        });
      }
    }),
    { numRuns: 500 },
  );
});
