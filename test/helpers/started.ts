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
