import type { Clock, Random, Timer } from '../clock.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import { Slots } from './slots.ts';

/** Something under way that can be called off; it says nothing more then. */
interface Running {
  cancel(): void;
}

/** Visits a member once, then calls back with the milliseconds until the next visit. */
export type Visit = (done: (pause: number) => void) => Running;

/** Makes the visits to one member: anew whenever it joins, or is stopped no longer. */
export type Visitor = (member: Member) => Visit;

export interface RoundsOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Part of a pause by which it is longer or shorter by chance. */
  readonly jitter: number;
  /** Most visits under way. */
  readonly maxConcurrent: number;
}

/**
 * Visits every member of a cluster again and again, whoever joins included, each in its own rhythm, only some at a time, and not all in
 * step. Stopped members are not visited.
 */
export class MemberRounds {
  readonly #cluster: Cluster;
  readonly #visitor: Visitor;
  readonly #options: RoundsOptions;
  readonly #slots: Slots;
  readonly #visited = new Map<Member, Visits>();
  /** Who has yet to be visited for the first round to be complete. */
  #awaited: Set<Member> | undefined;
  #endFirstRound: () => void = () => undefined;
  #unsubscribe: () => void = () => undefined;

  constructor(cluster: Cluster, visitor: Visitor, options: RoundsOptions) {
    this.#cluster = cluster;
    this.#visitor = visitor;
    this.#options = options;
    this.#slots = new Slots(options.maxConcurrent);
  }

  /** Begins. Resolves when every member of now has been visited once, has left, or was stopped. */
  start(): Promise<void> {
    const { members } = this.#cluster;
    const complete = new Promise<void>((resolve) => (this.#endFirstRound = resolve));
    this.#awaited = new Set(members);
    const ends = [
      this.#cluster.onMembership((member, present) =>
        present ? this.#welcome(member) : this.#leave(member),
      ),
      this.#cluster.onMemberState((member, { axis }) => {
        if (axis === 'administrative') this.#welcome(member);
      }),
    ];
    this.#unsubscribe = () => ends.forEach((end) => end());
    for (const member of members) this.#welcome(member);
    this.#visitedOnce();
    return complete;
  }

  /** Ends everything; a first round that is still incomplete counts as over. */
  stop(): void {
    this.#unsubscribe();
    for (const member of this.#visited.keys()) this.#leave(member);
    this.#awaited = new Set();
    this.#visitedOnce();
  }

  #welcome(member: Member): void {
    if (member.state.administrative === 'stopped') {
      this.#leave(member);
      return;
    }
    if (this.#visited.has(member)) return;
    const visits = new Visits(this.#visitor(member), {
      ...this.#options,
      slots: this.#slots,
      visited: () => this.#visitedOnce(member),
    });
    this.#visited.set(member, visits);
    visits.begin();
  }

  #leave(member: Member): void {
    this.#visited.get(member)?.end();
    this.#visited.delete(member);
    this.#visitedOnce(member);
  }

  #visitedOnce(member?: Member): void {
    if (member !== undefined) this.#awaited?.delete(member);
    if (this.#awaited?.size === 0) this.#endFirstRound();
  }
}

interface VisitsOptions extends RoundsOptions {
  readonly slots: Slots;
  readonly visited: () => void;
}

/** The visits to one member. */
class Visits {
  readonly #visit: Visit;
  readonly #options: VisitsOptions;
  #running: Running | undefined;
  #timer: Timer | undefined;
  #ended = false;

  constructor(visit: Visit, options: VisitsOptions) {
    this.#visit = visit;
    this.#options = options;
  }

  begin(): void {
    this.#options.slots.enter(this.#enter);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer?.cancel();
    this.#options.slots.cancel(this.#enter);
    if (this.#running === undefined) return;
    this.#running.cancel();
    this.#options.slots.leave();
  }

  readonly #enter = (): void => {
    this.#running = NOT_YET;
    const running = this.#visit((pause) => this.#done(pause));
    if (this.#running === NOT_YET) this.#running = running;
  };

  #done(pause: number): void {
    if (this.#ended) return;
    this.#running = undefined;
    const { clock, random, jitter, slots, visited } = this.#options;
    const factor = 1 + jitter * (2 * random.next() - 1);
    this.#timer = clock.setTimeout(() => this.begin(), pause * factor);
    slots.leave();
    visited();
  }
}

/** Stands for a visit that is just being made. */
const NOT_YET: Running = { cancel: () => undefined };
