import type { Clock, Random } from '../clock.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import type { ProbeSettings } from './health-settings.ts';
import { MemberRounds } from './member-rounds.ts';
import type { Visit } from './member-rounds.ts';
import type { RunningProbe } from './probe.ts';
import { withinTime } from './time-limit.ts';

/** What a server counts itself, everybody included who uses it beside this gateway. */
export interface Figures {
  /** Sessions in its memory. */
  readonly sessions: number;
  /** Connections to targets, of all sessions. */
  readonly clients: number;
}

export interface ReportedFigures extends Figures {
  /** Milliseconds since it said so. */
  readonly ago: number;
}

/** Asks a member for its figures. Calls back at most once, with nothing when it gave none, and never after `cancel`. */
export type ReadFigures = (member: Member, done: (figures: Figures | undefined) => void) => RunningProbe;

export interface FiguresWatchParts {
  readonly cluster: Cluster;
  readonly read: ReadFigures;
  readonly settings: Pick<ProbeSettings, 'interval' | 'jitter' | 'timeout' | 'maxConcurrent'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** Asks members for their own figures now and then, for operators to see; nothing is decided by them. */
export class FiguresWatch {
  readonly #parts: FiguresWatchParts;
  readonly #rounds: MemberRounds;
  readonly #latest = new WeakMap<Member, { readonly figures: Figures; readonly at: number }>();

  constructor(parts: FiguresWatchParts) {
    const { cluster, settings, clock, random } = parts;
    const { jitter, maxConcurrent } = settings;
    this.#parts = parts;
    this.#rounds = new MemberRounds(cluster, (member) => this.#visit(member), {
      clock,
      random,
      jitter,
      maxConcurrent,
    });
  }

  start(): void {
    void this.#rounds.start();
  }

  stop(): void {
    this.#rounds.stop();
  }

  /** The latest figures, however old; undefined before the first. */
  latest(member: Member): ReportedFigures | undefined {
    const latest = this.#latest.get(member);
    if (latest === undefined) return undefined;
    return { ...latest.figures, ago: this.#parts.clock.monotonic() - latest.at };
  }

  #visit(member: Member): Visit {
    const { read, settings, clock } = this.#parts;
    const limit = { clock, timeout: settings.timeout, late: undefined };
    return (done) =>
      withinTime<Figures | undefined>(
        (answer) => read(member, answer),
        limit,
        (figures) => {
          if (figures !== undefined) this.#latest.set(member, { figures, at: clock.monotonic() });
          done(settings.interval);
        },
      );
  }
}
