import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { factId, type FactKey, type MirrorFact } from '../../lib/statistics/mirror-fact.ts';
import { MirrorFacts } from '../../lib/statistics/mirror-facts.ts';
import { MirroredEngines } from '../helpers/mirrored-engines.ts';

/** `npm run mirror-model` asks for 100,000. */
const RUNS = Number(process.env['MIRROR_RUNS'] ?? 1000);
const STATE: FactKey = { kind: 'phys', name: 'pz1', field: 's' };
const HEALTH: FactKey = { kind: 'phys', name: 'pz1', field: 'u' };

const valueOf = (facts: MirrorFacts, key: FactKey) =>
  facts.all().find((fact) => factId(fact) === factId(key))?.value;

/** What an engine knows that has heard of these facts. */
function merged(facts: readonly MirrorFact[]): MirrorFact[] {
  const store = new MirrorFacts('c');
  for (const each of facts) store.merge(each);
  return store.all().toSorted((one, other) => factId(one).localeCompare(factId(other)));
}

describe('facts', () => {
  test('that are newer take the place of those that their engine knew', () => {
    const [a, b] = [new MirrorFacts('a'), new MirrorFacts('b')];
    const off = a.write(STATE, 'off');
    b.merge(off);
    const on = b.write(STATE, 'on');
    expect(a.merge(on)).toBe(true);
    expect(a.merge(off)).toBe(false);
    expect([valueOf(a, STATE), valueOf(b, STATE)]).toEqual(['on', 'on']);
  });

  test('are newer also than facts about other things that their engine knew', () => {
    const [a, b] = [new MirrorFacts('a'), new MirrorFacts('b')];
    for (let count = 0; count < 9; count++) a.write(HEALTH, 'up');
    const before = a.write(STATE, 'on');
    b.merge(a.write(HEALTH, 'down'));
    const after = b.write(STATE, 'off');
    expect([a.merge(after), b.merge(before)]).toEqual([true, false]);
  });

  test.each([
    [STATE, 'off', 'on'],
    [HEALTH, 'down', 'up'],
    [HEALTH, 'up', 'auto'],
  ] as const)(
    'of engines that did not know of each other: %o is rather %s than %s',
    (key, careful, other) => {
      for (const [first, second] of [
        [careful, other],
        [other, careful],
      ] as const) {
        const [a, b] = [new MirrorFacts('a'), new MirrorFacts('b')];
        const [ofA, ofB] = [a.write(key, first), b.write(key, second)];
        a.merge(ofB);
        b.merge(ofA);
        expect([valueOf(a, key), valueOf(b, key)]).toEqual([careful, careful]);
      }
    },
  );

  test('are one set, in whatever order and however often they are heard', () => {
    const fact = fc.record<MirrorFact>({
      kind: fc.constantFrom('farm', 'phys'),
      name: fc.constantFrom('x', 'y'),
      field: fc.constantFrom('s', 'u', ':load1'),
      value: fc.constantFrom('on', 'off', 'up', 'down', 1, 2),
      counter: fc.integer({ min: 1, max: 3 }),
      origin: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(fact), fc.infiniteStream(fc.nat()), (facts, order) => {
        const shuffled = facts
          .concat(facts)
          .map((each) => ({ each, at: order.next().value }))
          .sort((one, other) => one.at - other.at);
        expect(merged(shuffled.map(({ each }) => each))).toEqual(merged(facts));
      }),
    );
  });
});

describe('three engines', () => {
  test(
    'are equal once the network is whole, and nothing comes back that was overwritten',
    () => {
      const engine = fc.nat(2);
      const steps = fc.array(
        fc.oneof(
          { weight: 4, arbitrary: fc.tuple(fc.constant('write'), engine, fc.nat(3), fc.nat(2)) },
          { weight: 4, arbitrary: fc.tuple(fc.constant('deliver'), fc.nat(30)) },
          { weight: 1, arbitrary: fc.tuple(fc.constant('lose'), fc.nat(30)) },
          { weight: 1, arbitrary: fc.tuple(fc.constant('repeat'), fc.nat(30)) },
          { weight: 2, arbitrary: fc.tuple(fc.constant('pull'), engine, engine) },
          { weight: 1, arbitrary: fc.tuple(fc.constant('part'), engine, engine) },
          { weight: 1, arbitrary: fc.tuple(fc.constant('join'), engine, engine) },
          { weight: 1, arbitrary: fc.tuple(fc.constant('restart'), engine) },
        ),
        { maxLength: 60 },
      );
      fc.assert(
        fc.property(steps, (sequence) => {
          const engines = new MirroredEngines();
          for (const [step, ...numbers] of sequence) engines.take(step, numbers);
          engines.heal();
          expect(engines.states[1]).toEqual(engines.states[0]);
          expect(engines.states[2]).toEqual(engines.states[0]);
          expect(engines.revived()).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    },
    RUNS * 5 + 10_000,
  );
});
