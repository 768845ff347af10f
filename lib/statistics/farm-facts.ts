import type { Farm } from './farm.ts';
import type { FormatValues } from './format.ts';
import { commonCodes, countsOf, seconds } from './physical-facts.ts';
import type { PlaceCounts } from './physical-facts.ts';

/** What the engine knows of a farm at one moment. */
export interface FarmFacts extends PlaceCounts {
  readonly name: string;
  readonly administrative: 'on' | 'off';
  readonly health: 'up' | 'down';
  /** `out` when all of its physicals are. */
  readonly freshness: 'in' | 'out';
  /** Where to go when it has nobody; null where that is nowhere. */
  readonly forward: string | null;
  /** Seconds since one of its physicals was heard of; null before the first time. */
  readonly age: number | null;
  /** Names of its physicals. */
  readonly physicals: readonly string[];
}

/** @param now monotonic milliseconds */
export function farmFacts(farm: Farm, now: number): FarmFacts {
  const { members } = farm.cluster;
  const latest = Math.max(...members.map(({ figures }) => figures.updatedAt ?? -Infinity));
  return {
    name: farm.name,
    administrative: farm.state.administrative,
    health: farm.state.health,
    freshness: members.some(({ state }) => state.freshness === 'in') ? 'in' : 'out',
    forward: farm.forward ?? null,
    age: latest === -Infinity ? null : seconds(now - latest),
    ...countsOf(members.map((member) => ({ farm, member }))),
    physicals: members.map(({ name }) => name),
  };
}

/** The same facts for a format. */
export function farmValues(facts: FarmFacts): FormatValues {
  return {
    codes: {
      f: facts.name,
      a: facts.forward ?? undefined,
      ...commonCodes(facts),
    },
    figure: () => undefined,
  };
}
