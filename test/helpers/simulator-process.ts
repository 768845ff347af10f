import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SimulatorBehaviour, SimulatorOptions } from '../../lib/simulator/index.ts';
import { ForkedServer } from './forked-server.ts';
import { freePort } from './free-port.ts';

const CHILD = fileURLToPath(new URL(`./simulator-child${extname(import.meta.url)}`, import.meta.url));

/** A simulator in a process of its own. */
export type SimulatorProcess = ForkedServer<SimulatorBehaviour>;

/** @param options those that can be written as JSON, without a port */
export async function startSimulatorProcess(options: SimulatorOptions = {}): Promise<SimulatorProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/search.pz2`;
  const server = new ForkedServer<SimulatorBehaviour>(CHILD, url, { ...options, port });
  await server.boot();
  return server;
}
