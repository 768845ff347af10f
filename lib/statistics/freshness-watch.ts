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

  /** Takes other settings. Who was out because of an update that is not expected any more comes in. */
  reconfigure(settings: FreshnessSettings): void {
    this.#settings = settings;
    for (const member of this.#cluster.members) {
      const within = this.#within(member);
      if (within > 0) continue;
      this.#unwatch(member);
      member.state.setFreshness('in', 'updates are not expected');
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
    if (this.#within(member) === 0 || this.#settings.beforeFirstUpdate === 'in') return;
    member.state.setFreshness('out', 'no update has arrived yet');
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
