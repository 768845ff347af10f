import type { Clock, Random } from '../clock.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import type { ProbeSettings } from './health-settings.ts';
import type { HealthVerdicts } from './health-verdicts.ts';
import { MemberRounds } from './member-rounds.ts';
import type { Visit } from './member-rounds.ts';
import type { Probe, ProbeResult } from './probe.ts';
import { Streak } from './streak.ts';
import { withinTime } from './time-limit.ts';

/** What the latest probe of a member found. */
export interface ProbeSnapshot {
  readonly passed: boolean;
  /** Why it failed; empty when it passed. */
  readonly reason: string;
  /** Probes in a row that ended like this one. */
  readonly inARow: number;
  /** Milliseconds that it took. */
  readonly duration: number;
  /** Milliseconds since it ended. */
  readonly ago: number;
}

/** What probing needs. */
export interface ActiveHealthParts {
  readonly cluster: Cluster;
  readonly probe: Probe;
  readonly settings: ProbeSettings;
  readonly verdicts: HealthVerdicts;
  readonly clock: Clock;
  readonly random: Random;
}

interface Latest {
  readonly result: ProbeResult;
  readonly inARow: number;
  readonly duration: number;
  readonly at: number;
}

/** Probes the members of a cluster, and says of each after enough results in a row whether it is up. */
export class ActiveHealth {
  readonly #parts: ActiveHealthParts;
  readonly #rounds: MemberRounds;
  readonly #latest = new WeakMap<Member, Latest>();

  constructor(parts: ActiveHealthParts) {
    const { cluster, settings, clock, random } = parts;
    const { jitter, maxConcurrent } = settings;
    this.#parts = parts;
    this.#rounds = new MemberRounds(cluster, (member) => this.#probesOf(member), {
      clock,
      random,
      jitter,
      maxConcurrent,
    });
  }

  /** Begins. Resolves after the first round. */
  start(): Promise<void> {
    return this.#rounds.start();
  }

  stop(): void {
    this.#rounds.stop();
  }

  /** Undefined before a member's first probe has ended. */
  latest(member: Member): ProbeSnapshot | undefined {
    const latest = this.#latest.get(member);
    if (latest === undefined) return undefined;
    const { result, inARow, duration, at } = latest;
    const reason = result.ok ? '' : result.reason;
    return { passed: result.ok, reason, inARow, duration, ago: this.#parts.clock.monotonic() - at };
  }

  #probesOf(member: Member): Visit {
    const { probe, settings, clock } = this.#parts;
    const streak = new Streak(settings);
    const late: ProbeResult = { ok: false, reason: `no answer within ${settings.timeout} ms` };
    return (done) => {
      const startedAt = clock.monotonic();
      const limit = { clock, timeout: settings.timeout, late };
      return withinTime<ProbeResult>(
        (answer) => probe(member, answer),
        limit,
        (result) => {
          const duration = clock.monotonic() - startedAt;
          done(this.#record(member, streak, { result, duration }));
        },
      );
    };
  }

  /** @returns milliseconds until the next probe */
  #record(member: Member, streak: Streak, { result, duration }: Pick<Latest, 'result' | 'duration'>): number {
    const { settings, verdicts, clock } = this.#parts;
    const verdict = streak.record(result.ok);
    this.#latest.set(member, { result, duration, inARow: streak.length, at: clock.monotonic() });
    const agrees = result.ok === (verdict === 'up');
    if (agrees) verdicts.say(member, 'probes', verdict, explain(result, streak.length));
    return result.ok && agrees ? settings.interval : settings.fastInterval;
  }
}

function explain(result: ProbeResult, inARow: number): string {
  const probes = inARow === 1 ? 'a probe' : `${inARow} probes in a row`;
  return result.ok ? `${probes} passed` : `${probes} failed: ${result.reason}`;
}
