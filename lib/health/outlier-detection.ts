import type { Clock } from '../clock.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { MemberOutcome } from '../cluster/member-outcome.ts';
import type { HealthState } from '../cluster/member-state.ts';
import type { Member } from '../cluster/member.ts';
import { Ejection } from './ejection.ts';
import type { HealthVerdicts } from './health-verdicts.ts';
import { meanLatency, outlierReason } from './outlier-rule.ts';
import type { OutlierSettings } from './outlier-settings.ts';
import { OutcomeWindow } from './outcome-window.ts';

/** A latency is compared so often, in milliseconds: it needs all members. */
const COMPARE_EVERY = 1000;

export interface OutlierParts {
  readonly cluster: Cluster;
  readonly settings: OutlierSettings;
  readonly verdicts: HealthVerdicts;
  readonly clock: Clock;
}

/** What real requests say of a member. */
export interface OutlierSnapshot {
  /** Within the window. */
  readonly requests: number;
  readonly failures: number;
  /** Failures since its latest answer. */
  readonly failuresInARow: number;
  /** Ejections since the start. */
  readonly ejections: number;
  /** Milliseconds that its ejection still lasts, 0 if there is none. */
  readonly ejectedFor: number;
}

interface Watched {
  window: OutcomeWindow;
  failuresInARow: number;
  ejections: number;
  comparedAt: number;
  readonly ejection: Ejection;
}

/**
 * Ejects members by what became of real requests: failures in a row, a large share of failures, or answers much slower than those of the others. Ejected
 * is who gets no new sessions for a while; its own go on. Never more members than allowed, and never the last one that takes new sessions.
 */
export class OutlierDetection {
  readonly #parts: OutlierParts;
  readonly #watched = new Map<Member, Watched>();
  readonly #unsubscribe: readonly (() => void)[];

  constructor(parts: OutlierParts) {
    this.#parts = parts;
    this.#unsubscribe = [
      parts.cluster.onOutcome((member, outcome) => this.#take(member, outcome)),
      parts.cluster.onMembership((member, present) => {
        if (!present) this.#forget(member);
      }),
    ];
  }

  /** @param reason ends all ejections, in words for operators; left out, members stay as they are */
  stop(reason?: string): void {
    for (const end of this.#unsubscribe) end();
    for (const [member, { ejection }] of this.#watched) {
      if (ejection.isOn && reason !== undefined) this.#say(member, 'up', reason);
      this.#forget(member);
    }
  }

  snapshot(member: Member): OutlierSnapshot {
    const now = this.#parts.clock.monotonic();
    const watched = this.#watched.get(member);
    if (watched === undefined)
      return { requests: 0, failures: 0, failuresInARow: 0, ejections: 0, ejectedFor: 0 };
    const { requests, failures } = watched.window.sums(now);
    const { failuresInARow, ejections, ejection } = watched;
    return { requests, failures, failuresInARow, ejections, ejectedFor: ejection.remaining(now) };
  }

  #take(member: Member, outcome: MemberOutcome): void {
    const now = this.#parts.clock.monotonic();
    const watched = this.#watch(member);
    if (this.#isFailure(outcome)) {
      watched.failuresInARow += 1;
      watched.window.failed(now);
      this.#judge(member, watched, now);
      return;
    }
    watched.failuresInARow = 0;
    watched.window.answered(outcome.result === 'answered' ? outcome.latency : undefined, now);
    if (now - watched.comparedAt < COMPARE_EVERY) return;
    watched.comparedAt = now;
    this.#judge(member, watched, now);
  }

  #isFailure(outcome: MemberOutcome): boolean {
    if (outcome.result === 'failed') return true;
    return this.#parts.settings.status.some(([from, to]) => outcome.status >= from && outcome.status <= to);
  }

  #judge(member: Member, watched: Watched, now: number): void {
    if (watched.ejection.isOn || member.settings.ignoreErrors) return;
    const { failuresInARow, window } = watched;
    const observed = { failuresInARow, sums: window.sums(now), peers: this.#peersOf(member, now) };
    const reason = outlierReason(observed, this.#parts.settings);
    if (reason !== undefined && this.#mayEject(member)) this.#eject(member, watched, reason);
  }

  #eject(member: Member, watched: Watched, reason: string): void {
    const { clock, settings } = this.#parts;
    watched.ejections += 1;
    const duration = watched.ejection.begin(clock.monotonic(), () => {
      watched.failuresInARow = 0;
      watched.window = new OutcomeWindow(settings.window);
      this.#say(member, 'up', `its ejection of ${duration} ms is over`);
    });
    this.#say(member, 'down', `ejected for ${duration} ms: ${reason}`);
  }

  #say(member: Member, health: HealthState, reason: string): void {
    member.state.setEjection(health === 'up' ? 'none' : 'ejected', reason);
    this.#parts.verdicts.say(member, 'outliers', health, reason);
  }

  #mayEject(member: Member): boolean {
    const { members } = this.#parts.cluster;
    const ejected = members.filter((other) => this.#watched.get(other)?.ejection.isOn === true).length;
    if (ejected + 1 > this.#parts.settings.maxEjected * members.length) return false;
    return members.some((other) => other !== member && other.state.takesSessions());
  }

  #peersOf(member: Member, now: number): number[] {
    const { settings } = this.#parts;
    if (settings.latencyFactor === 0) return [];
    return [...this.#watched]
      .filter(([other, { ejection }]) => other !== member && !ejection.isOn)
      .map(([, { window }]) => meanLatency(window.sums(now), settings.minRequests))
      .filter((latency) => latency !== undefined);
  }

  #watch(member: Member): Watched {
    const known = this.#watched.get(member);
    if (known !== undefined) return known;
    const { settings, clock } = this.#parts;
    const watched: Watched = {
      window: new OutcomeWindow(settings.window),
      failuresInARow: 0,
      ejections: 0,
      comparedAt: clock.monotonic(),
      ejection: new Ejection(settings, clock),
    };
    this.#watched.set(member, watched);
    return watched;
  }

  #forget(member: Member): void {
    this.#watched.get(member)?.ejection.cancel();
    this.#watched.delete(member);
  }
}
