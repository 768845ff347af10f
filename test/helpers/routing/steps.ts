import fc from 'fast-check';
import { add, pass, reload, remove, replace, setMood, setState } from './happenings.ts';
import type { Step } from './real-cluster.ts';
import { Ask, Init } from './request-steps.ts';

const ROUTES = ['pz1', 'pz2', 'pz3', 'pz4'];
const route = fc.constantFrom(...ROUTES);
const edition = fc.integer({ min: 1, max: 1000 });

/** Steps of any kind, requests most of all. */
export const STEPS: fc.Arbitrary<Step>[] = [
  fc.constant(new Init()),
  fc.constant(new Init()),
  fc.tuple(fc.nat(50), fc.constantFrom('ping' as const, 'search' as const)).map((drawn) => new Ask(...drawn)),
  fc.tuple(fc.nat(50), fc.constantFrom('ping' as const, 'search' as const)).map((drawn) => new Ask(...drawn)),
  fc
    .tuple(
      route,
      fc.constantFrom('enabled' as const, 'draining' as const, 'disabled' as const, 'stopped' as const),
    )
    .map((drawn) => setState(...drawn)),
  fc
    .tuple(route, fc.constantFrom('up' as const, 'dead' as const, 'resets' as const))
    .map((drawn) => setMood(...drawn)),
  fc.tuple(route, edition, fc.constantFrom(100, 100, 200, 35)).map((drawn) => add(...drawn)),
  fc.tuple(route, fc.boolean()).map((drawn) => remove(...drawn)),
  fc.tuple(route, edition).map((drawn) => replace(...drawn)),
  fc.subarray(ROUTES, { minLength: 1 }).map((drawn) => reload(drawn)),
  fc.constantFrom(1, 1000, 59_999, 60_000, 300_000, 600_000).map(pass),
];
