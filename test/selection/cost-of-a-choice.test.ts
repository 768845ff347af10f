import { expect, test } from '@jest/globals';
import { Cluster } from '../../lib/cluster/cluster.ts';
import { Figures, type Figure } from '../../lib/load/figures.ts';
import { createSelector, type FigureMethod } from '../../lib/selection/create-selector.ts';
import { elect } from '../../lib/selection/election.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { memberSettings } from '../helpers/member-settings.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

/** Counts how often figures are looked at. */
class CountedFigures extends Figures {
  static looks = 0;

  override get(name: string): Figure | undefined {
    CountedFigures.looks += 1;
    return super.get(name);
  }
}

const LEAST: FigureMethod = {
  method: 'least',
  of: 'load1',
  maxAge: 60_000,
  smoothing: 0,
  choices: 'all',
  fallback: 'byrequests',
};

/** What one choice and one update look at on average, with so many members. */
function looksWith(count: number, settings: FigureMethod) {
  const clock = new FakeClock();
  const random = { next: seededRandom(3) };
  const selector = createSelector(settings, { clock, random, countSessions: () => 0 });
  const cluster = new Cluster(
    'c',
    Array.from({ length: count }, (_, index) => memberSettings(`pz${index}`)),
  );
  for (const member of cluster.members) member.figures = new CountedFigures();
  let rooms = 0;
  const work = (): void => {
    const member = cluster.members[Math.floor(random.next() * count)];
    member?.figures.update([['load1', random.next()]], clock.monotonic());
    if (member !== undefined) selector.updated?.(member);
    elect(cluster, selector, { now: 0, except: new Set(), hasRoom: () => (rooms += 1) > 0 });
  };
  for (let update = 0; update < 5 * count; update += 1) work();
  CountedFigures.looks = 0;
  rooms = 0;
  for (let update = 0; update < 1000; update += 1) work();
  return { looks: CountedFigures.looks / 1000, rooms: rooms / 1000 };
}

test.each<[what: string, settings: FigureMethod]>([
  ['least', LEAST],
  ['two choices', { ...LEAST, choices: 'two' }],
  ['a formula', { ...LEAST, method: 'expression', of: '2*load1' }],
])('what %s looks at does not grow with the number of members', (_, settings) => {
  const [few, many] = [looksWith(10, settings), looksWith(1000, settings)];
  expect(many.looks).toBeLessThan(few.looks + 3);
  expect(many.rooms).toBeLessThan(4);
});
