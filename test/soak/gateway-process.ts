import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { GatewayOrder, Measurement } from './measurement.ts';

const PROGRAM = fileURLToPath(new URL(`./gateway${extname(import.meta.url)}`, import.meta.url));
/** What ends by itself some time after the last request. */
const OPEN = ['busy', 'waiting', 'memberConnections', 'sessions', 'TCPSocketWrap'];
const QUIET_WITHIN_MS = 60_000;

/** The gateway in a process of its own, so that nothing but itself is measured. */
export class GatewayProcess {
  readonly address: string;
  readonly #child: ChildProcess;
  readonly #errors: () => string;
  #timersAtRest: number | undefined;

  private constructor(child: ChildProcess, address: string, errors: () => string) {
    this.#child = child;
    this.address = address;
    this.#errors = errors;
  }

  static async start(order: GatewayOrder): Promise<GatewayProcess> {
    const child = fork(PROGRAM, [JSON.stringify(order)], { execArgv: ['--expose-gc'], silent: true });
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const [{ address }] = (await once(child, 'message')) as [{ address: string }];
    return new GatewayProcess(child, address, () => errors);
  }

  /** What it wrote to its standard error. */
  get errors(): string {
    return this.#errors();
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  measure(): Promise<Measurement> {
    return this.#ask('measure');
  }

  /** Applies another configuration and the present one again. */
  reload(): Promise<Measurement> {
    return this.#ask('reload');
  }

  /**
   * Measures once nothing is under way any more, or after a minute, whatever is. Timers may outlast the last connection: of a sweep, of a
   * server that failed. There are as many left as there were the first time.
   */
  async measureQuiet(): Promise<Measurement> {
    const deadline = performance.now() + QUIET_WITHIN_MS;
    for (;;) {
      const measurement = await this.measure();
      const open = OPEN.reduce((sum, name) => sum + (measurement.inUse[name] ?? 0), 0);
      const timers = measurement.inUse['timers'] ?? 0;
      const isQuiet = open === 0 && timers <= (this.#timersAtRest ?? timers);
      if (isQuiet || performance.now() > deadline) {
        this.#timersAtRest ??= timers;
        return measurement;
      }
      await pause(250);
    }
  }

  /** @returns its exit status */
  async stop(): Promise<number | null> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    const [status] = (await ended) as [number | null];
    return status;
  }

  async #ask(message: string): Promise<Measurement> {
    const answer = once(this.#child, 'message');
    this.#child.send(message);
    const [measurement] = (await answer) as [Measurement];
    return measurement;
  }
}
