import type { Figures } from '../load/figures.ts';
import type { FormatValues } from './format.ts';
import type { Physical, Place } from './physicals.ts';

/** What the engine knows of a physical at one moment: counts are sums over the places that are asked for. */
export interface PhysicalFacts {
  readonly name: string;
  readonly address: string;
  readonly route: string;
  readonly farms: readonly string[];
  /** `off` when it is off in one of the farms. */
  readonly administrative: 'on' | 'off';
  readonly health: 'up' | 'down';
  readonly freshness: 'in' | 'out';
  /** Seconds since the last update; null before the first. */
  readonly age: number | null;
  readonly busy: number;
  readonly elected: number;
  readonly bytes: number;
  readonly sessions: number;
  /** Pushed figures, each with its age in seconds. */
  readonly statistics: Readonly<Record<string, { readonly value: number; readonly age: number }>>;
}

/**
 * Tells what is known of a physical.
 *
 * @param places those of its places that are asked for, at least one; the first gives address and route
 * @param now monotonic milliseconds
 */
export function physicalFacts(
  { name, figures }: Physical,
  places: readonly Place[],
  now: number,
): PhysicalFacts {
  const states = places.map(({ member }) => member.state);
  const [first] = places;
  return {
    name,
    address: first?.member.settings.url ?? '',
    route: first?.member.route ?? '',
    farms: places.map(({ farm }) => farm.name),
    administrative: states.every(({ administrative }) => administrative === 'enabled') ? 'on' : 'off',
    health: states.every(({ health }) => health === 'up') ? 'up' : 'down',
    freshness: states.every(({ freshness }) => freshness === 'in') ? 'in' : 'out',
    age: figures.updatedAt === undefined ? null : seconds(now - figures.updatedAt),
    ...countsOf(places),
    statistics: statisticsOf(figures, now),
  };
}

/** What the members of some places have been given. */
export interface PlaceCounts {
  readonly busy: number;
  readonly elected: number;
  readonly bytes: number;
  readonly sessions: number;
}

export function countsOf(places: readonly Place[]): PlaceCounts {
  const sum = (count: (place: Place) => number): number =>
    places.reduce((total, place) => total + count(place), 0);
  return {
    busy: sum(({ member }) => member.load.busy),
    elected: sum(({ member }) => member.load.elected),
    bytes: sum(({ member }) => member.load.bytesSent + member.load.bytesReceived),
    sessions: sum(({ farm, member }) => farm.countSessions(member)),
  };
}

/** What is known of a physical and of a farm alike. */
export interface CommonFacts extends PlaceCounts {
  readonly administrative: 'on' | 'off';
  readonly health: 'up' | 'down';
  readonly freshness: 'in' | 'out';
  /** Seconds since something was heard of it; null before the first time. */
  readonly age: number | null;
}

/** The same for a format. */
export function commonCodes(facts: CommonFacts): FormatValues['codes'] {
  return {
    s: facts.administrative,
    u: facts.health,
    i: facts.freshness,
    t: facts.age === null ? undefined : Math.floor(facts.age),
    c: facts.busy,
    n: facts.elected,
    b: facts.bytes,
    S: facts.sessions,
  };
}

/** The same facts for a format. */
export function physicalValues(facts: PhysicalFacts): FormatValues {
  return {
    codes: {
      h: facts.name,
      a: facts.address,
      r: facts.route,
      ...commonCodes(facts),
      f: facts.farms.join(','),
    },
    figure: (name) => (Object.hasOwn(facts.statistics, name) ? facts.statistics[name]?.value : undefined),
  };
}

/** Seconds with three decimals. */
export function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}

function statisticsOf(figures: Figures, now: number): PhysicalFacts['statistics'] {
  const entries = [...figures.entries()].map(
    ([name, { value, at }]) => [name, { value, age: seconds(now - at) }] as const,
  );
  return Object.fromEntries(entries);
}
