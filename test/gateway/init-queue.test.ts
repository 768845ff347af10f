import { describe, expect, test } from '@jest/globals';
import { InitQueue } from '../../lib/gateway/init-queue.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const SECOND = 1000;

/** A queue before a member with as many rooms as the test gives it. */
function makeQueue(limit = 10) {
  const clock = new FakeClock(0);
  const queue = new InitQueue(limit, clock);
  const heard: string[] = [];
  const rooms = { free: 0 };
  const join = (name: string, client = 'a', timeout = 5 * SECOND) =>
    queue.join({
      client,
      timeout,
      proceed: () => {
        if (rooms.free === 0) return false;
        rooms.free -= 1;
        heard.push(name);
        return true;
      },
      expire: () => heard.push(`${name} expired`),
    });
  return { clock, queue, heard, rooms, join };
}

describe('new sessions that wait', () => {
  test('go on in the order of arrival when there is room', () => {
    const { clock, queue, heard, rooms, join } = makeQueue();
    join('first');
    join('second');
    join('third');
    clock.advance(100);
    expect(heard).toEqual([]);
    rooms.free = 2;
    clock.advance(10);
    expect(heard).toEqual(['first', 'second']);
    expect(queue.waiting).toBe(1);
  });

  test('go on in turn when they are of several clients', () => {
    const { clock, heard, rooms, join } = makeQueue();
    for (const name of ['a1', 'a2', 'a3']) join(name, 'a');
    join('b1', 'b');
    rooms.free = 4;
    clock.advance(10);
    expect(heard).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  test('wait no longer than they want', () => {
    const { clock, queue, heard, join } = makeQueue();
    join('patient');
    join('hasty', 'a', SECOND);
    clock.advance(999);
    expect(heard).toEqual([]);
    clock.advance(1);
    expect(heard).toEqual(['hasty expired']);
    clock.advance(4 * SECOND);
    expect(heard).toEqual(['hasty expired', 'patient expired']);
    expect(queue.waiting).toBe(0);
  });

  test('are forgotten when they gave up', () => {
    const { clock, queue, heard, rooms, join } = makeQueue();
    const first = join('first');
    join('second');
    first.cancel();
    first.cancel();
    expect(queue.waiting).toBe(1);
    rooms.free = 2;
    clock.advance(10 * SECOND);
    expect(heard).toEqual(['second']);
  });

  test('do not expire after they went on', () => {
    const { clock, heard, rooms, join } = makeQueue();
    rooms.free = 1;
    join('first');
    clock.advance(10 * SECOND);
    expect(heard).toEqual(['first']);
  });

  test('leave no timer behind when all are gone', () => {
    const { clock, rooms, join } = makeQueue();
    rooms.free = 1;
    join('first');
    join('second').cancel();
    clock.advance(20);
    expect(clock.running).toBe(0);
  });
});

test('a queue is full when as many wait as may', () => {
  const { queue, join } = makeQueue(2);
  join('first');
  expect(queue.isFull).toBe(false);
  const second = join('second');
  expect(queue.isFull).toBe(true);
  second.cancel();
  expect(queue.isFull).toBe(false);
  queue.limit = 1;
  expect(queue.isFull).toBe(true);
});
