import type { Clock, Timer } from '../clock.ts';
import type { Logger } from '../observability/logger.ts';
import { factId } from '../statistics/mirror-fact.ts';
import type { Mirror, MirrorOutcome, MirrorPeerSnapshot } from '../statistics/mirror.ts';
import { readMirrorReport, type MirrorReport, type ReportedFact } from '../statistics/mirror-report.ts';
import { EngineClient, type EngineAddress } from './engine-client.ts';

/** Surroundings of a peer. */
export interface MirrorPeerParts {
  readonly mirror: () => Mirror;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds between two pulls. */
  readonly interval: number;
}

const KINDS = ['farm', 'phys'] as const;
/** Facts in one push: some tens of kilobytes. */
const MOST_FACTS = 500;

/** Another engine: is told what is set here as soon as it is, and asked now and then for all that it knows. */
export class MirrorPeer {
  readonly #url: string;
  readonly #client: EngineClient;
  readonly #parts: MirrorPeerParts;
  /** Set here and not taken there yet, the newest of each. */
  readonly #pending = new Map<string, ReportedFact>();
  #isPushing = false;
  #isClosed = false;
  #timer: Timer | undefined;
  #pulledAt: number | undefined;
  #problem: string | undefined;
  #differing: readonly string[] = [];

  constructor(address: EngineAddress, parts: MirrorPeerParts) {
    this.#url = address.url;
    this.#client = new EngineClient(address);
    this.#parts = parts;
  }

  /** Pulls at once, and from then on. */
  start(): void {
    void this.#pull().finally(() => {
      if (this.#isClosed) return;
      this.#timer = this.#parts.clock.setTimeout(() => this.start(), this.#parts.interval);
    });
  }

  /** Tells the peer of facts; what does not arrive is told again after the next pull. */
  push(facts: readonly ReportedFact[]): void {
    for (const fact of facts) this.#pending.set(factId(fact), fact);
    void this.#pushPending();
  }

  snapshot(): MirrorPeerSnapshot {
    const since = this.#pulledAt === undefined ? null : this.#parts.clock.monotonic() - this.#pulledAt;
    return {
      url: this.#url,
      behind: this.#pending.size,
      pulled: since === null ? null : Math.round(since) / 1000,
      problem: this.#problem ?? null,
      differing: this.#differing,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#client.close();
  }

  async #pull(): Promise<void> {
    await this.#trying(async () => {
      const outcomes: MirrorOutcome[] = [];
      for (const kind of KINDS) {
        const report = readMirrorReport(await this.#client.get(`mirror/${kind}`));
        outcomes.push(this.#parts.mirror().receive(report));
      }
      this.#pulledAt = this.#parts.clock.monotonic();
      this.#tellDiffering(outcomes.flatMap(({ differing }) => differing));
    });
    await this.#pushPending();
  }

  async #pushPending(): Promise<void> {
    if (this.#isPushing || this.#isClosed) return;
    this.#isPushing = true;
    let goesOn = true;
    while (goesOn && this.#pending.size > 0) goesOn = await this.#trying(() => this.#pushSome());
    this.#isPushing = false;
  }

  async #pushSome(): Promise<void> {
    const some = [...this.#pending.values()].slice(0, MOST_FACTS);
    for (const kind of KINDS) {
      const facts = some.filter((fact) => fact.kind === kind);
      if (facts.length === 0) continue;
      const report: MirrorReport = { engine: facts[0]?.origin ?? '', facts };
      await this.#client.post(`mirror/${kind}`, report);
      for (const fact of facts) this.#taken(fact);
    }
  }

  /** It may have been set anew meanwhile. */
  #taken(fact: ReportedFact): void {
    if (this.#pending.get(factId(fact)) === fact) this.#pending.delete(factId(fact));
  }

  /** True when it went well. A problem is logged once, and so is its end. */
  async #trying(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      if (this.#problem !== undefined) this.#parts.logger.info({ peer: this.#url }, 'mirror peer is back');
      this.#problem = undefined;
      return true;
    } catch (error) {
      if (this.#isClosed) return false;
      const problem = error instanceof Error ? error.message : String(error);
      if (this.#problem !== problem) {
        const behind = this.#pending.size;
        this.#parts.logger.warn({ peer: this.#url, behind }, `mirror peer cannot be reached: ${problem}`);
      }
      this.#problem = problem;
      return false;
    }
  }

  #tellDiffering(differing: readonly string[]): void {
    const known = new Set(this.#differing);
    this.#differing = differing;
    for (const text of differing) {
      if (!known.has(text)) this.#parts.logger.warn({ peer: this.#url }, `mirror peer differs: ${text}`);
    }
  }
}
