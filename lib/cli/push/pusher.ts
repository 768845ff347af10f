import type { Clock, Random, Timer } from '../../clock.ts';
import type { Logger } from '../../observability/logger.ts';
import type { FigureSink } from './figure-sink.ts';
import type { FigureSource } from './figure-source.ts';

/** What is pushed where. */
export interface PusherParts {
  readonly host: string;
  readonly engines: readonly FigureSink[];
  readonly sources: readonly FigureSource[];
  /** Milliseconds between two pushes. */
  readonly interval: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Longest pause after failures, in milliseconds; a longer interval is its own. */
const LONGEST_PAUSE = 60_000;

/** Part of the interval by which a push may be early or late, so that many servers do not push in step. */
const JITTER = 0.1;

interface EngineState {
  readonly client: FigureSink;
  /** Failures in a row. */
  failures: number;
  /** Monotonic milliseconds before which it is left alone. */
  notBefore: number;
  isBusy: boolean;
}

/** Reads figures and pushes them to engines, again and again. An engine that fails is asked less and less often, and does not hold up the others. */
export class Pusher {
  readonly #parts: PusherParts;
  readonly #engines: readonly EngineState[];
  readonly #problems = new Map<FigureSource, string>();
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(parts: PusherParts) {
    this.#parts = parts;
    this.#engines = parts.engines.map((client) => ({
      client,
      failures: 0,
      notBefore: -Infinity,
      isBusy: false,
    }));
  }

  /** Pushes now, and from now on. */
  start(): void {
    if (this.#isStopped) return;
    const { interval, clock, random } = this.#parts;
    void this.push();
    this.#timer = clock.setTimeout(() => this.start(), interval * (1 - JITTER + 2 * JITTER * random.next()));
  }

  /** Pushes once to all engines that are not left alone now. @returns true when all of them took it */
  async push(): Promise<boolean> {
    const due = this.#engines.filter(
      ({ notBefore, isBusy }) => !isBusy && this.#parts.clock.monotonic() >= notBefore,
    );
    if (due.length === 0) return false;
    const figures = await this.#read();
    const taken = await Promise.all(due.map((engine) => this.#pushTo(engine, figures)));
    return taken.every(Boolean);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await Promise.all(this.#engines.map(({ client }) => client.close()));
  }

  async #read(): Promise<Record<string, number>> {
    const read = await Promise.all(
      this.#parts.sources.map(async (source) => {
        const { figures, problem = '' } = await source.read();
        this.#tell(source, problem);
        return figures;
      }),
    );
    const all: Record<string, number> = {};
    for (const figures of read) Object.assign(all, figures);
    return all;
  }

  async #pushTo(engine: EngineState, figures: Readonly<Record<string, number>>): Promise<boolean> {
    const { host, logger } = this.#parts;
    const { url } = engine.client;
    engine.isBusy = true;
    try {
      await engine.client.push(host, figures);
      if (engine.failures > 0) logger.info({ engine: url }, 'the engine takes figures again');
      engine.failures = 0;
      return true;
    } catch (error) {
      if (this.#isStopped) return false;
      engine.failures += 1;
      engine.notBefore = this.#parts.clock.monotonic() + this.#pauseAfter(engine.failures);
      const reason = error instanceof Error ? error.message || error.name : String(error);
      if (engine.failures === 1)
        logger.warn({ engine: url, reason }, `the engine took no figures: ${reason}`);
      return false;
    } finally {
      engine.isBusy = false;
    }
  }

  /** Twice as long after each failure, and somewhere in the upper half of that, so that those who failed together do not return together. */
  #pauseAfter(failures: number): number {
    const { interval, random } = this.#parts;
    const whole = Math.min(interval * 2 ** Math.min(failures - 1, 16), Math.max(LONGEST_PAUSE, interval));
    return whole * (0.5 + 0.5 * random.next());
  }

  /** Says once what cannot be read, and once that it can be again. */
  #tell(source: FigureSource, problem: string): void {
    const before = this.#problems.get(source) ?? '';
    if (before === problem) return;
    this.#problems.set(source, problem);
    if (problem === '') this.#parts.logger.info({}, `can be read again: ${before}`);
    else this.#parts.logger.warn({}, problem);
  }
}
