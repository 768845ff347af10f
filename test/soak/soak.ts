/**
 * The soak: many requests from clients that leave, to backends that fail in every way, and after it a look at what the gateway
 * still holds. `--requests N` (1,000,000), `--transport NAME` (any number of times; `member`), `--protocol http`, `--seed N`. Exit status 1
 * when anything was not as it must be.
 */
import { parseArgs } from 'node:util';
import { seededRandom } from '../helpers/seeded-random.ts';
import { Backends } from './backends.ts';
import { findings, formatFigures, type SoakRun } from './figures.ts';
import { GatewayProcess } from './gateway-process.ts';
import { judgeHttp } from './http-judge.ts';
import { judge } from './judge.ts';
import { Load } from './load.ts';
import { RequestPlan } from './request-plan.ts';
import { isTransportName, type TransportName } from './transports.ts';

const WARM_UP = 10_000;
const BACKENDS = 4;
const RESTART_EVERY_MS = 5000;
const RELOAD_EVERY_MS = 7000;

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    transport: { type: 'string', multiple: true },
    protocol: { type: 'string', default: 'pazpar2' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const isHttp = values.protocol === 'http';
for (const transport of [...(values.transport ?? (isHttp ? [] : ['member'])), ...(isHttp ? ['http'] : [])]) {
  if (!isTransportName(transport)) throw new TypeError(`no transport ${transport}`);
  const run = await soak(transport, Number(values.requests), Number(values.seed));
  process.stdout.write(formatFigures(run));
  const wrong = findings(run);
  for (const finding of wrong) process.stdout.write(`WRONG: ${finding}\n`);
  if (wrong.length > 0) process.exitCode = 1;
}

async function soak(transport: TransportName, requests: number, seed: number): Promise<SoakRun> {
  const backends = await Backends.start(BACKENDS);
  const gateway = await GatewayProcess.start({ transport, members: backends.members });
  const routes = backends.members.map(({ route }) => route);
  const protocol = transport === 'http' ? 'http' : 'pazpar2';
  const load = new Load(new RequestPlan(seededRandom(seed), routes, protocol), backends, {
    address: gateway.address,
    judge: protocol === 'http' ? judgeHttp : judge,
  });
  const fresh = await gateway.measureQuiet();
  await load.run(WARM_UP);
  const before = await gateway.measureQuiet();

  const beganAt = performance.now();
  const trouble = makeTrouble(backends, gateway);
  await load.run(requests);
  await trouble.end();
  const seconds = (performance.now() - beganAt) / 1000;
  const after = await gateway.measureQuiet();
  const status = await gateway.stop();
  await backends.stop();
  return {
    transport,
    seed,
    seconds,
    warmUp: WARM_UP,
    tally: load.tally,
    kills: backends.kills,
    reloads: trouble.reloads(),
    fresh,
    before,
    after,
    gateway: { status, errors: gateway.errors },
  };
}

/** Restarts one backend after the other, and has the gateway read another configuration. */
function makeTrouble(backends: Backends, gateway: GatewayProcess) {
  let reloads = 0;
  let running: Promise<unknown> = Promise.resolve();
  let turn = 0;
  const restarting = setInterval(() => {
    running = backends.restart(turn % BACKENDS);
    turn += 1;
  }, RESTART_EVERY_MS);
  const reloading = setInterval(() => {
    reloads += 1;
    void gateway.reload();
  }, RELOAD_EVERY_MS);
  return {
    reloads: () => reloads,
    end: async (): Promise<void> => {
      clearInterval(restarting);
      clearInterval(reloading);
      await running;
    },
  };
}
