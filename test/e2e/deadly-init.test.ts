import { afterEach, describe, expect, test } from '@jest/globals';
import type { PazparSimulator, SimulatorBehaviour } from '../../lib/simulator/index.ts';
import { freePort } from '../helpers/free-port.ts';
import { startGateway } from '../helpers/gateway-program.ts';
import { call, type Call } from '../helpers/http-client.ts';
import { originOf, Started } from '../helpers/started.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';

const started = new Started();
afterEach(() => started.stopAll());
const inTemporaryDirectory = useTemporaryDirectory();

const MORTAL: Partial<SimulatorBehaviour> = { dieOnSettings: true, dieOnBody: true };
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const XML = { 'Content-Type': 'text/xml' };

async function isAlive(simulator: PazparSimulator): Promise<boolean> {
  return call(simulator.url).then(
    () => true,
    () => false,
  );
}

describe('an init that kills its server', () => {
  test.each<[string, string, Call]>([
    ['by a setting in the query', '?command=init&pz:xslt[x]=y', {}],
    ['by a setting in the form', '?command=init', { body: 'pz:xslt[x]=y', headers: FORM }],
    ['by a setting whose bracket never closes', '?command=init&pz:xslt[x=y', {}],
    ['by an encoded setting', '?command=init&pz%3Axslt%5Bx%5D=y', {}],
    ['by a service in the body', '?command=init', { body: '<service/>', headers: XML }],
  ])('%s never kills a second one', async (_, query, deadly) => {
    const simulators = await Promise.all([1, 2, 3].map(() => started.simulator(MORTAL)));
    const members = simulators.map((simulator, index) => ({
      url: originOf(simulator),
      route: `pz${index + 1}`,
    }));
    const port = await freePort();
    const options = {
      listen: `127.0.0.1:${port}`,
      clusters: { pz2: { path: '/search.pz2', members, policy: 'trusted', retry: '0ms' } },
    } as const;
    const gateway = await startGateway(options, inTemporaryDirectory('gateway.json'));
    started.also(() => gateway.stop());
    const url = `http://127.0.0.1:${port}/search.pz2`;

    for (let deaths = 1; deaths <= 2; deaths += 1) {
      const reply = await call(url + query, deadly);
      expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
      const alive = await Promise.all(simulators.map(isAlive));
      expect(alive.filter(Boolean)).toHaveLength(3 - deaths);
    }
    expect(await call(`${url}?command=init`)).toMatchObject({ status: 200 });
  });
});
