import { Agent, request } from 'node:http';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../../lib/clock.ts';
import { EngineScene } from '../helpers/engine-scene.ts';
import { PushingFarm } from '../helpers/pushing-farm.ts';

/** Work a second of one engine. */
export interface EngineFigures {
  readonly physicals: number;
  readonly method: string;
  /** In the process, without HTTP. */
  readonly updates: number;
  readonly balances: number;
  /** Over HTTP, on eight connections of this machine, which has to make the requests too. */
  readonly httpUpdates: number;
  readonly httpBalances: number;
}

const CONNECTIONS = 8;

/** Measures an engine with so many physicals in one farm. */
export async function measureEngine(
  physicals: number,
  { method, calls }: { readonly method: 'least:load1' | 'bybusyness'; readonly calls: number },
): Promise<EngineFigures> {
  const farm = new PushingFarm(physicals, systemClock, { lbMethod: method });
  const push = (index: number): void => farm.push(`pz${(index % physicals) + 1}`, { load1: index % 17 });
  for (let index = 0; index < physicals; index += 1) push(index);
  const updates = perSecond(calls, push);
  const balances = perSecond(calls, () => void farm.choose());
  await farm.balancer.close();
  return { physicals, method, updates, balances, ...(await measureHttp(physicals, method, calls / 10)) };
}

async function measureHttp(physicals: number, lbMethod: 'least:load1' | 'bybusyness', calls: number) {
  const members = Array.from({ length: physicals }, (_, index) => ({
    url: `http://pz${index + 1}.example:9004`,
    route: `pz${index + 1}`,
  }));
  const scene = await EngineScene.start();
  const updateRate = { perSecond: 1_000_000, burst: 1_000_000 };
  await scene.play({ farm: { members, lbMethod } }, { updateRate });
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const ask = async (target: string): Promise<void> => {
    const { promise, resolve, reject } = withResolvers();
    const options = { agent, host: '127.0.0.1', port: scene.port, path: target };
    request(options, (response) => response.resume().once('end', resolve))
      .once('error', reject)
      .end();
    await promise;
  };
  const update = (index: number) =>
    ask(`/athena/update/phys?h=pz${(index % physicals) + 1},load1:${index % 17}`);
  const httpUpdates = await perSecondOf(calls, update);
  const httpBalances = await perSecondOf(calls, () => ask('/athena/balance?farm'));
  agent.destroy();
  await scene.stop();
  return { httpUpdates, httpBalances };
}

function perSecond(calls: number, action: (index: number) => void): number {
  const began = performance.now();
  for (let index = 0; index < calls; index += 1) action(index);
  return Math.round((calls * 1000) / (performance.now() - began));
}

async function perSecondOf(calls: number, action: (index: number) => Promise<void>): Promise<number> {
  const began = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < calls) await action((next += 1));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  return Math.round((calls * 1000) / (performance.now() - began));
}

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  const promise = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  return { promise, resolve: () => settle?.resolve(), reject: (error) => settle?.reject(error) };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const rows: EngineFigures[] = [];
  // The first round is slower, because everything is compiled in it.
  await measureEngine(10, { method: 'least:load1', calls: 50_000 });
  for (const method of ['least:load1', 'bybusyness'] as const) {
    for (const physicals of [2, 100, 1000])
      rows.push(await measureEngine(physicals, { method, calls: 50_000 }));
  }
  console.table(rows);
}
