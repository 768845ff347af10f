import { afterEach, expect, test } from '@jest/globals';
import { expectedResult } from '../../lib/simulator/index.ts';
import { freePort } from '../helpers/free-port.ts';
import { startGateway } from '../helpers/gateway-program.ts';
import { MixedFarm } from '../helpers/mixed-farm.ts';
import type { SpawnedProgram } from '../helpers/spawn-program.ts';
import { Started } from '../helpers/started.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { call } from '../helpers/http-client.ts';

const started = new Started();
afterEach(() => started.stopAll());
const inTemporaryDirectory = useTemporaryDirectory();

const QUERY = 'su=Museums or pzb00007';
const ROUTES = ['pz1', 'pz2', 'pz3', 'pz4'];

/** Two gateways on ports of their own with one cluster, which can be started again as they were. */
async function gatewaysBefore(farm: MixedFarm) {
  const ports = [await freePort(), await freePort()];
  const start = (port: number): Promise<SpawnedProgram> =>
    startGateway(
      {
        listen: `127.0.0.1:${port}`,
        clusters: { pz2: { path: '/search.pz2', members: farm.members } },
      },
      inTemporaryDirectory(`gateway-${port}.json`),
    );
  let programs = await Promise.all(ports.map(start));
  const stop = (): Promise<unknown> => Promise.all(programs.map((program) => program.stop()));
  started.also(stop);
  return {
    urls: ports.map((port) => `http://127.0.0.1:${port}/search.pz2`),
    restart: async (): Promise<void> => {
      await stop();
      programs = await Promise.all(ports.map(start));
    },
  };
}

async function ask(url: string | undefined, args: Readonly<Record<string, string>>): Promise<string> {
  return (await call(`${url}?${new URLSearchParams(args).toString()}`)).text;
}

test('a session begun at one gateway goes on at another, and after a restart of both', async () => {
  const farm = await MixedFarm.start({ latency: [1, 20] });
  started.also(() => farm.stop());
  const { urls, restart } = await gatewaysBefore(farm);
  const sessions: string[] = [];
  for (const route of ROUTES) {
    const reply = await ask(urls[0], { command: 'init' });
    const session = new RegExp(`<session>(\\d+\\.${route})<`).exec(reply)?.[1];
    expect(session).toBeDefined();
    sessions.push(session ?? '');
    await ask(urls[0], { command: 'search', session: session ?? '', query: QUERY });
  }

  const { merged, hits } = expectedResult(QUERY);
  const found = `<merged>${merged}</merged>\n<total>${hits}</total>`;
  const isComplete = async (session: string): Promise<boolean> =>
    (await ask(urls[1], { command: 'stat', session })).includes('<activeclients>0<');
  for (const session of sessions) {
    while (!(await isComplete(session)));
    expect(await ask(urls[1], { command: 'show', session })).toContain(found);
  }

  await restart();
  for (const session of sessions) {
    for (const url of urls) expect(await ask(url, { command: 'show', session })).toContain(found);
  }
}, 30_000);
