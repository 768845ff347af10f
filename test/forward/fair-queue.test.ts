import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FairQueue } from '../../lib/forward/fair-queue.ts';

/** Takes everything out, in turn. */
function drain(queue: FairQueue<string>): string[] {
  const order: string[] = [];
  for (let first = queue.first(); first !== undefined; first = queue.first()) {
    expect(queue.shift()).toBe(first);
    order.push(first);
  }
  return order;
}

function filled(...items: string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const item of items) queue.push(item.charAt(0), item);
  return queue;
}

describe('FairQueue', () => {
  test('serves one client in the order of arrival', () => {
    expect(drain(filled('a1', 'a2', 'a3'))).toEqual(['a1', 'a2', 'a3']);
  });

  test('serves clients in turn, however much one of them wants', () => {
    expect(drain(filled('a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2'))).toEqual([
      'a1',
      'b1',
      'c1',
      'a2',
      'b2',
      'a3',
      'a4',
    ]);
  });

  test('lets a new client wait behind one request of each other', () => {
    const queue = filled('a1', 'a2', 'b1', 'b2');
    queue.shift();
    queue.push('c', 'c1');
    expect(drain(queue)).toEqual(['b1', 'a2', 'c1', 'b2']);
  });

  test('forgets who gave up', () => {
    const queue = filled('a1', 'a2', 'b1');
    queue.remove('a', 'a1');
    queue.remove('b', 'b1');
    queue.remove('b', 'b1');
    queue.remove('c', 'c1');
    expect(queue.size).toBe(1);
    expect(drain(queue)).toEqual(['a2']);
  });

  test('has nothing when it is empty', () => {
    const queue = filled();
    expect([queue.first(), queue.shift(), queue.size]).toEqual([undefined, undefined, 0]);
  });

  test('never serves a client twice while another waits that it has passed already', () => {
    const arrivals = fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.constant('shift')), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(arrivals, (steps) => {
        const queue = new FairQueue<string>();
        const waiting = new Map<string, string[]>();
        const turns = new Map<string, number>();
        let turn = 0;
        for (const [index, client] of steps.entries()) {
          if (client !== 'shift') {
            queue.push(client, `${client}${index}`);
            const own = waiting.get(client) ?? [];
            if (own.length === 0) turns.set(client, turn++);
            waiting.set(client, [...own, `${client}${index}`]);
            continue;
          }
          const candidates = [...waiting].filter(([, own]) => own.length > 0);
          const next = candidates.sort(([a], [b]) => (turns.get(a) ?? 0) - (turns.get(b) ?? 0))[0];
          expect(queue.shift()).toBe(next?.[1].shift());
          if (next !== undefined) turns.set(next[0], turn++);
        }
        expect(queue.size).toBe([...waiting.values()].flat().length);
      }),
    );
  });
});
