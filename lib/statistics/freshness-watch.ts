import type { Clock, Timer } from '../clock.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';

/** When members are expected to push. */
export interface FreshnessSettings {
  /** Milliseconds within which an update is expected, where the member's own settings say nothing; 0 for never. */
  readonly expectUpdate: number;
  /** What holds before the first update of those from whom one is expected. */
  readonly beforeFirstUpdate: 'in' | 'out';
}

/** The only writer of the members' freshness: who was expected to push and did not is out until it does. */
export class FreshnessWatch {
  readonly #cluster: Cluster;
  readonly #clock: Clock;
  readonly #timers = new Map<Member, Timer>();
  /** Within which time each was expected to push when that was looked at last. */
  readonly #expected = new WeakMap<Member, number>();
  readonly #endMembership: () => void;
  #settings: FreshnessSettings;

  constructor(cluster: Cluster, settings: FreshnessSettings, clock: Clock) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#clock = clock;
    this.#endMembership = cluster.onMembership((member, present) => {
      if (present) this.#welcome(member);
      else this.#unwatch(member);
    });
    for (const member of cluster.members) this.#welcome(member);
  }

  /** An update of this member has arrived, so many milliseconds ago if another engine tells of it. */
  updated(member: Member, age = 0): void {
    const within = this.#within(member);
    if (within > 0 && age >= within) return;
    this.#unwatch(member);
    if (within === 0) return;
    member.state.setFreshness('in', 'an update arrived');
    this.#watch(member, within, within - age);
  }

  /** Takes other settings, and those that members have now. Who was out because of an update that is not expected any more comes in. */
  reconfigure(settings: FreshnessSettings): void {
    this.#settings = settings;
    for (const member of this.#cluster.members) {
      const within = this.#within(member);
      if (within === (this.#expected.get(member) ?? 0)) continue;
      this.#unwatch(member);
      this.#judge(member, within);
    }
  }

  stop(): void {
    this.#endMembership();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #within(member: Member): number {
    return member.settings.expectUpdate ?? this.#settings.expectUpdate;
  }

  #welcome(member: Member): void {
    const within = this.#within(member);
    this.#expected.set(member, within);
    if (within === 0 || this.#settings.beforeFirstUpdate === 'in') return;
    member.state.setFreshness('out', 'no update has arrived yet');
  }

  /** As if it had always been expected to push within this time. */
  #judge(member: Member, within: number): void {
    this.#expected.set(member, within);
    const { updatedAt } = member.figures;
    if (within === 0) member.state.setFreshness('in', 'updates are not expected');
    else if (updatedAt === undefined) this.#welcome(member);
    else this.#watch(member, within, Math.max(0, updatedAt + within - this.#clock.monotonic()));
  }

  #watch(member: Member, within: number, left: number): void {
    const late = (): void => {
      this.#timers.delete(member);
      member.state.setFreshness('out', `no update within ${within} ms`);
    };
    this.#timers.set(member, this.#clock.setTimeout(late, left));
  }

  #unwatch(member: Member): void {
    this.#timers.get(member)?.cancel();
    this.#timers.delete(member);
  }
}
