import { describe, expect, test } from '@jest/globals';
import { Slots } from '../../lib/health/slots.ts';

/** Enters with names; says who has begun. */
function begun(slots: Slots, names: string): string[] {
  const order: string[] = [];
  for (const name of names) slots.enter(() => order.push(name));
  return order;
}

describe('Slots', () => {
  test('let so many begin at once, the others in the order in which they came', () => {
    const slots = new Slots(2);
    const order = begun(slots, 'abcd');
    expect(order.join('')).toBe('ab');
    slots.leave();
    expect(order.join('')).toBe('abc');
    slots.leave();
    slots.leave();
    expect(order.join('')).toBe('abcd');
  });

  test('do not begin what was called off', () => {
    const slots = new Slots(1);
    const order = begun(slots, 'a');
    const begin = (): void => void order.push('b');
    slots.enter(begin);
    slots.cancel(begin);
    slots.leave();
    expect(order).toEqual(['a']);
  });

  test('stay in order when one that begins ends at once', () => {
    const slots = new Slots(1);
    const order: string[] = [];
    for (const name of 'abc') {
      slots.enter(() => {
        order.push(name);
        slots.leave();
      });
    }
    expect(order).toEqual(['a', 'b', 'c']);
  });
});
