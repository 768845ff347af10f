import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LinkedList, type Linked } from '../lib/linked-list.ts';

class Item implements Linked<Item> {
  before: Item | undefined;
  after: Item | undefined;
  readonly name: number;

  constructor(name: number) {
    this.name = name;
  }
}

const names = (items: Iterable<Item>): number[] => Array.from(items, ({ name }) => name);

describe('a linked list', () => {
  test('holds what was appended and not removed, in that order', () => {
    const steps = fc.array(fc.record({ name: fc.nat(9), appends: fc.boolean() }));
    fc.assert(
      fc.property(steps, (given) => {
        const items = Array.from({ length: 10 }, (_, name) => new Item(name));
        const list = new LinkedList<Item>();
        let model: Item[] = [];
        for (const { name, appends } of given) {
          const item = items[name]!;
          list.remove(item);
          model = model.filter((other) => other !== item);
          if (appends) {
            list.append(item);
            model.push(item);
          }
          expect(names(list)).toEqual(names(model));
          expect([list.first, list.last]).toEqual([model[0], model.at(-1)]);
        }
      }),
    );
  });

  test('leaves nothing of itself in an item that it gave up', () => {
    const list = new LinkedList<Item>();
    const items = [new Item(1), new Item(2), new Item(3)] as const;
    for (const item of items) list.append(item);
    list.remove(items[1]);
    expect([items[1].before, items[1].after]).toEqual([undefined, undefined]);
    expect(names(list)).toEqual([1, 3]);
  });

  test('lets the item at hand be removed', () => {
    const list = new LinkedList<Item>();
    for (const name of [1, 2, 3, 4]) list.append(new Item(name));
    for (const item of list) if (item.name % 2 === 0) list.remove(item);
    expect(names(list)).toEqual([1, 3]);
  });
});
