import { beforeAll, describe, expect, test } from '@jest/globals';
import { apacheSubject } from '../apache/apache-subject.ts';
import { compare, type Pair } from '../apache/differential.ts';
import { headerDifferences, memberExplanations, targetExplanations } from '../apache/explanations.ts';
import { notCopied } from '../apache/differences.ts';
import { middlewareSubject } from '../apache/our-subject.ts';
import { COOKIE, PARAMETER, RandomRequests } from '../apache/random-requests.ts';
import type { VectorConfig, VectorMember } from '../apache/vectors.ts';
import { describeIncumbent } from '../helpers/describe-incumbent.ts';

const SEED = 20_261_122;
const ROUTES = ['pz1', 'pz2', 'pz3', 'pz4'];
const SUBJECTS = [apacheSubject, middlewareSubject] as const;
const STICKY = { stickysession: `${COOKIE}|${PARAMETER}`, scolonpathdelim: 'On' };
/** Who has no session of a member goes to m9, so that no request depends on those before. */
const SEPARATE: VectorConfig = {
  balancer: STICKY,
  members: [
    { id: 'm1', route: 'pz1', lbset: 1 },
    { id: 'm2', route: 'pz2', lbset: 1, status: '+N' },
    { id: 'm3', route: 'pz3', lbset: 1, status: '+H' },
    { id: 'm4', route: 'pz4', lbset: 1, status: '+R' },
    { id: 'm9', lbset: 0 },
  ],
};

const FARMS: readonly (readonly VectorMember[])[] = [
  [
    { id: 'm1', route: 'pz1' },
    { id: 'm2', route: 'pz2' },
    { id: 'm3', route: 'pz3' },
    { id: 'm4', route: 'pz4' },
  ],
  [
    { id: 'm1', route: 'pz1', loadfactor: 5 },
    { id: 'm2', route: 'pz2', loadfactor: 1.5 },
    { id: 'm3', route: 'pz3', status: '+N' },
    { id: 'm4', route: 'pz4', loadfactor: 2 },
  ],
  [
    { id: 'm1', route: 'pz1', status: '+D' },
    { id: 'm2', route: 'pz2', loadfactor: 3 },
    { id: 'm3', route: 'pz3', status: '+R' },
    { id: 'm4', route: 'pz4', status: '+H' },
  ],
];

const facts = ({ seen }: Pair['ours']) => seen.map(({ requestLine, body }) => [requestLine, body]);

const memberOf = ({ seen }: Pair['ours']): string | undefined => seen.at(-1)?.member;

describeIncumbent('apache2', () => {
  describe('the same requests get to the same members', () => {
    test.each(FARMS.map((members, index) => [index + 1, members] as const))(
      'with and without sessions, in farm %i',
      async (index, members) => {
        const random = new RandomRequests(SEED + index, ROUTES);
        const requests = Array.from({ length: 150 }, () => random.plain());
        const pairs = await compare({ balancer: STICKY, members }, requests, SUBJECTS);
        expect(pairs.map(({ ours }) => memberOf(ours))).toEqual(pairs.map(({ apache }) => memberOf(apache)));
      },
      30_000,
    );

    describe('however sessions are written', () => {
      let pairs: readonly Pair[] = [];
      const explained = new Set(['D2', 'D3', 'D4', 'D5', 'D6']);

      beforeAll(async () => {
        const random = new RandomRequests(SEED, ROUTES);
        const requests = Array.from({ length: 400 }, () => random.strange());
        pairs = await compare(SEPARATE, requests, SUBJECTS);
      }, 30_000);

      test('unless the page of differences says why not', () => {
        const unexplained = pairs.filter(
          ({ request, apache, ours }) =>
            memberOf(apache) !== memberOf(ours) && memberExplanations(request).length === 0,
        );
        expect(
          unexplained.map(({ request, apache, ours }) => [request, memberOf(apache), memberOf(ours)]),
        ).toEqual([]);
      });

      test('and what it says shows', () => {
        const shown = pairs
          .filter(({ apache, ours }) => memberOf(apache) !== memberOf(ours))
          .flatMap(({ request }) => memberExplanations(request));
        expect(new Set(shown)).toEqual(explained);
        expect(notCopied().map(({ number }) => number)).toEqual(expect.arrayContaining([...explained]));
      });
    });
  });

  describe('members see the same of a request', () => {
    let pairs: readonly Pair[] = [];

    beforeAll(async () => {
      const random = new RandomRequests(SEED, ROUTES);
      const requests = Array.from({ length: 300 }, () => random.furnished());
      pairs = await compare(SEPARATE, requests, SUBJECTS);
    }, 30_000);

    test('in its headers, unless the page of differences says why not', () => {
      const unexplained = pairs.flatMap(headerDifferences).filter(({ why }) => why.length === 0);
      expect(unexplained).toEqual([]);
    });

    test('and what it says shows', () => {
      const shown = new Set(pairs.flatMap(headerDifferences).flatMap(({ why }) => why));
      expect(shown).toEqual(new Set(['D38', 'D39', 'D40', 'D41']));
    });

    test('in its method, target and body', () => {
      const plain = pairs.filter(({ request }) => targetExplanations(request).length === 0);
      expect(plain.length).toBeGreaterThan(100);
      expect(plain.map(({ ours }) => facts(ours))).toEqual(plain.map(({ apache }) => facts(apache)));
    });
  });
});
