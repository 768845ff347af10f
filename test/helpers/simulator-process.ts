import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SimulatorBehaviour, SimulatorOptions } from '../../lib/simulator/index.ts';
import { freePort } from './free-port.ts';

const CHILD = fileURLToPath(new URL(`./simulator-child${extname(import.meta.url)}`, import.meta.url));

/** A simulator in a process of its own: what it had in memory is really gone after `kill`, and its port really closed. */
export class SimulatorProcess {
  readonly url: string;
  readonly #options: SimulatorOptions;
  #child: ChildProcess | undefined;

  private constructor(options: SimulatorOptions, port: number) {
    this.url = `http://127.0.0.1:${port}/search.pz2`;
    this.#options = { ...options, port };
  }

  /** @param options those that can be written as JSON, without a port */
  static async start(options: SimulatorOptions = {}): Promise<SimulatorProcess> {
    const simulator = new SimulatorProcess(options, await freePort());
    await simulator.boot();
    return simulator;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Starts it again on the same port. */
  async boot(): Promise<void> {
    const child = fork(CHILD, [JSON.stringify(this.#options)], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    await once(child, 'message');
  }

  behave(changes: Partial<SimulatorBehaviour>): void {
    this.#child?.send(changes);
  }

  /** SIGKILL. Resolves when the process is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
