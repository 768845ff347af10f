import { systemClock } from '../../clock.ts';
import { HttpServer } from '../../gateway/http-server.ts';
import { defaultTargets, PazparSimulator, type Target } from '../../simulator/index.ts';
import { createShim } from '../../../shim/index.ts';
import type { DemoServer, DemoServers, SimulatedProcess } from './demo-server.ts';

/** Which servers there are: today's have a server id, legacy ones get theirs from a shim. */
const ROUTES: readonly { readonly route: string; readonly kind: 'identified' | 'legacy' }[] = [
  { route: 'pz1', kind: 'identified' },
  { route: 'pz2', kind: 'identified' },
  { route: 'pz3', kind: 'legacy' },
  { route: 'pz4', kind: 'legacy' },
];

/** Milliseconds in which the libraries answer: slow enough that one sees results arrive, as in real metasearch. */
const LATENCIES: readonly Target['latency'][] = [
  [200, 500],
  [500, 900],
  [900, 1500],
  [1400, 2200],
  [2000, 3000],
];

const STOP_TIMEOUT_MS = 100;

interface Started extends DemoServer {
  stop(): Promise<void>;
}

/** Starts the four simulated servers of the demo on free ports of this machine. */
export async function startSimulatedServers(): Promise<DemoServers> {
  const targets = slowTargets();
  const list = await Promise.all(
    ROUTES.map(({ route, kind }) =>
      kind === 'identified' ? startIdentified(route, targets) : startLegacy(route, targets),
    ),
  );
  return {
    list,
    stop: async () => {
      await Promise.all(list.map((server) => server.stop()));
    },
  };
}

function slowTargets(): readonly Target[] {
  return defaultTargets().map((target, place) => withLatency(target, LATENCIES[place] ?? target.latency));
}

function withLatency(target: Target, latency: Target['latency']): Target {
  return { ...target, latency };
}

async function startIdentified(route: string, targets: readonly Target[]): Promise<Started> {
  const simulator = await PazparSimulator.start({ id: route, targets });
  const simulated = new KillableSimulator(simulator);
  const stop = (): Promise<void> => simulator.stop();
  return { route, kind: 'identified', url: simulator.url, direct: true, simulated, stop };
}

async function startLegacy(route: string, targets: readonly Target[]): Promise<Started> {
  const simulator = await PazparSimulator.start({ targets });
  const simulated = new KillableSimulator(simulator);
  const shim = createShim({ backend: simulator.url, serverId: route });
  const server = new HttpServer(shim, systemClock);
  await server.listen({ host: '127.0.0.1', port: 0 });
  const stop = async (): Promise<void> => {
    await server.stop(STOP_TIMEOUT_MS);
    await shim.close();
    await simulator.stop();
  };
  return { route, kind: 'legacy', url: `http://${server.address}`, direct: false, simulated, stop };
}

/** Whoever clicks fast may ask for the next step before the last one is done, so they are taken in turn. */
class KillableSimulator implements SimulatedProcess {
  readonly #simulator: PazparSimulator;
  #running = true;
  #lastTurn: Promise<void> = Promise.resolve();

  constructor(simulator: PazparSimulator) {
    this.#simulator = simulator;
  }

  get running(): boolean {
    return this.#running;
  }

  get liveSessions(): number {
    return this.#simulator.counters.liveSessions;
  }

  kill(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#running) return;
      this.#running = false;
      await this.#simulator.kill();
    });
  }

  restart(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#running) return;
      await this.#simulator.restart();
      this.#running = true;
    });
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const turn = this.#lastTurn.then(step);
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }
}
