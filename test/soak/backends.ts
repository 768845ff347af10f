import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../helpers/free-port.ts';

const PROGRAM = fileURLToPath(new URL(`./backend${extname(import.meta.url)}`, import.meta.url));
/** After it listens again, requests that had met the dead one are still on their way. */
const AFTERMATH_MS = 1000;

/** The backends, each a process, and when they were dead. */
export class Backends {
  readonly members: readonly { readonly route: string; readonly url: string }[];
  kills = 0;
  readonly #ports: readonly number[];
  readonly #children: ChildProcess[] = [];
  /** Times in which one of them was dead, monotonic milliseconds. The last one may be open. */
  readonly #outages: { readonly from: number; until: number }[] = [];

  private constructor(ports: readonly number[]) {
    this.#ports = ports;
    this.members = ports.map((port, index) => ({
      route: `pz${index + 1}`,
      url: `http://127.0.0.1:${port}/search.pz2`,
    }));
  }

  static async start(count: number): Promise<Backends> {
    const ports: number[] = [];
    while (ports.length < count) ports.push(await freePort());
    const backends = new Backends(ports);
    for (const index of ports.keys()) await backends.#boot(index);
    return backends;
  }

  /** True if a backend was dead at some time between the two. */
  hadOutage(from: number, until: number): boolean {
    return this.#outages.some((outage) => outage.from <= until && from <= outage.until);
  }

  /** Kills one and starts it again a little later. */
  async restart(index: number): Promise<void> {
    const outage = { from: performance.now(), until: Infinity };
    this.#outages.push(outage);
    this.kills += 1;
    await this.#kill(index);
    await pause(300);
    await this.#boot(index);
    outage.until = performance.now() + AFTERMATH_MS;
  }

  async stop(): Promise<void> {
    for (const index of this.#ports.keys()) await this.#kill(index);
  }

  async #boot(index: number): Promise<void> {
    const child = fork(PROGRAM, [String(this.#ports[index])], { execArgv: [] });
    this.#children[index] = child;
    await once(child, 'message');
  }

  async #kill(index: number): Promise<void> {
    const child = this.#children[index];
    if (child === undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
