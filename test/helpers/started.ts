import type { Server } from 'node:net';
import { PazparSimulator } from '../../lib/simulator/index.ts';
import type { SimulatorOptions } from '../../lib/simulator/index.ts';
import { spawnNode } from './spawn-program.ts';
import type { SpawnedProgram } from './spawn-program.ts';

/** What a test has started; everything is stopped by one call. */
export class Started {
  readonly #stops: (() => Promise<unknown>)[] = [];

  async simulator(options: SimulatorOptions = {}): Promise<PazparSimulator> {
    const simulator = await PazparSimulator.start(options);
    this.#stops.push(() => simulator.stop());
    return simulator;
  }

  /** A Node program of this project, see `spawnNode`. */
  program(args: readonly string[], environment: Readonly<Record<string, string>> = {}): SpawnedProgram {
    const program = spawnNode(args, environment);
    this.#stops.push(() => program.stop());
    return program;
  }

  /** Has a server listen on a free port of 127.0.0.1, and returns the port. */
  async listen(server: Server): Promise<number> {
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    this.#stops.push(() => new Promise((resolve) => void server.close(resolve)));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return address.port;
  }

  /** Anything else that has to be stopped. */
  also(stop: () => Promise<unknown>): void {
    this.#stops.push(stop);
  }

  /** Stops the last first. */
  async stopAll(): Promise<void> {
    for (const stop of this.#stops.splice(0).toReversed()) await stop();
  }
}

/** Origin of a simulator, as a member's url. */
export function originOf(simulator: PazparSimulator): string {
  return `http://127.0.0.1:${simulator.port}`;
}

/** Asks for a session and returns its value, empty when there is none. */
export async function initSession(endpoint: string): Promise<string> {
  const reply = await fetch(`${endpoint}?command=init`);
  return /<session>(.*)<\/session>/.exec(await reply.text())?.[1] ?? '';
}
