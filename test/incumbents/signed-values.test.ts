import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeIncumbent } from '../helpers/describe-incumbent.ts';
import { CLUSTER_PATH, GatewayBench, ofOneCluster } from '../helpers/gateway-bench.ts';
import { startIncumbent, type IncumbentServer } from '../helpers/incumbents.ts';
import { PazparSession } from '../helpers/pazpar-session.ts';
import { apacheSticky } from './apache.ts';
import { ENDPOINT } from './sticky-member.ts';

const SESSIONS = 40;
const COMMANDS = ['ping', 'search', 'stat', 'show'];
const keys = [{ id: 'k1', secret: 'a secret of the test, long enough' }];

describeIncumbent('apache2', () => {
  const bench = new GatewayBench();
  let farm: Awaited<ReturnType<GatewayBench['farm']>>;
  let gateway: string;
  let apache: IncumbentServer;

  beforeAll(async () => {
    farm = await bench.farm(4);
    const { url } = await bench.gateway(ofOneCluster({ members: farm.members, signing: { keys } }));
    gateway = `${url}${CLUSTER_PATH}`;
    const members = farm.simulators.map(({ port }, index) => ({ route: `pz${index + 1}`, port }));
    apache = await startIncumbent('apache2', apacheSticky(members));
  });

  afterAll(async () => {
    await apache?.stop();
    await bench.stopAll();
  });

  test('takes the route, and Pazpar2 the number, from a signed value', async () => {
    const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => PazparSession.begin(gateway)));
    expect(new Set(sessions.map(({ value }) => value.replace(/^\d+-k1~\w+~[\w-]{16}\./, '')))).toEqual(
      new Set(['pz1', 'pz2', 'pz3', 'pz4']),
    );
    const throughApache = sessions.map(
      ({ value }) => new PazparSession(`http://127.0.0.1:${apache.port}${ENDPOINT}`, value),
    );
    for (const [user, session] of throughApache.entries()) {
      for (const command of COMMANDS) expect(await session.send(command, `&query=x&user=${user}`)).toBe(200);
    }
    const strays = farm.simulators.flatMap(({ requests }, index) =>
      requests.filter(
        ({ head, session = '' }) => head.includes('&user=') && !session.endsWith(`.pz${index + 1}`),
      ),
    );
    expect(strays).toEqual([]);
  }, 30_000);
});
