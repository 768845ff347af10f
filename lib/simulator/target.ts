import { inventWorks, type Work } from './catalogue.ts';

/** A library catalogue that the simulator searches: what Pazpar2 calls a target or database. */
export interface Target {
  /** As in `<location id>` and `pz:id`. */
  readonly id: string;
  /** Display name, until a `pz:name` setting says otherwise. */
  readonly name: string;
  /** What it holds. A target that holds `undefined` cannot be reached. */
  readonly works: readonly Work[] | undefined;
  /** Milliseconds until all its records have come, smallest and largest. */
  readonly latency: readonly [smallest: number, largest: number];
  /** Awaited by `show` with `block=preferred`. Defaults to false. */
  readonly preferred?: boolean;
  /** What the configuration of the server sets for exactly this target, such as `pz:authentication`. Defaults to nothing. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What becomes of its records before they are merged. Defaults to nothing. */
  readonly present?: (work: Work) => Work;
}

const LIBRARIES = [
  {
    id: 'z3950.harbour.example:210/books',
    name: 'Harbour Town Library',
    latency: [50, 200],
    preferred: true,
  },
  { id: 'z3950.observatory.example:9999/main', name: 'Observatory Library', latency: [80, 300] },
  { id: 'sru.polytechnic.example/catalogue', name: 'Polytechnic & Railway Institute', latency: [120, 450] },
  { id: 'z3950.abbey.example:210/old', name: 'Abbey Reading Room', latency: [200, 650] },
  { id: 'z3950.island.example:210/all', name: 'Island Lending Library', latency: [300, 800] },
] as const;

/**
 * The libraries of the demo. Every work is held by one to five of them, so that merging shows.
 *
 * @param works Defaults to 312 invented works.
 * @param latency Milliseconds for every library, in place of 50 to 800.
 */
export function defaultTargets(
  works: readonly Work[] = inventedWorks(),
  latency?: Target['latency'],
): readonly Target[] {
  return LIBRARIES.map((library, place) => ({
    ...library,
    latency: latency ?? library.latency,
    works: works.filter((_, index) => holds(place, index)),
  }));
}

let invented: readonly Work[] | undefined;

/** The same works for everybody, so that what is known of them is worked out only once. */
function inventedWorks(): readonly Work[] {
  invented ??= inventWorks();
  return invented;
}

/** Every work has a home library; the others hold it by a pattern of their own. */
function holds(place: number, index: number): boolean {
  return index % LIBRARIES.length === place || (index * (place + 3)) % 7 < 2;
}

/** A target that only a setting named: it has an address but nothing answers there. */
export function unreachableTarget(id: string): Target {
  return { id, name: '', works: undefined, latency: [20, 20] };
}
