import { expect, test } from '@jest/globals';
import type { GatewayOptions } from '../../lib/config/options.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { describeIncumbent } from '../helpers/describe-incumbent.ts';
import { freePort } from '../helpers/free-port.ts';
import { CLUSTER_PATH } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { startIncumbent, type Place } from '../helpers/incumbents.ts';
import { spawnGateway, type SpawnedGateway } from '../helpers/spawned-gateway.ts';
import { initSession } from '../helpers/started.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();
const inTemporaryDirectory = useTemporaryDirectory();

/** HAProxy before the two gateways: whoever refuses connections is left out. */
const before =
  (ports: readonly number[]) =>
  (place: Place): string =>
    `global
  maxconn 1000
  nbthread 1
defaults
  mode http
  retries 3
  option redispatch 1
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend public
  bind 127.0.0.1:${place.port}
  default_backend gateways
backend gateways
  balance roundrobin
  retry-on conn-failure empty-response
${ports.map((port, index) => `  server gateway${index} 127.0.0.1:${port} check inter 200ms fall 1 rise 1`).join('\n')}
`;

/** Two gateway programs with the same members, each of which mirrors the other. */
async function twoGateways() {
  const { members } = await bench.farm(3);
  const ports = await Promise.all(Array.from({ length: 4 }, () => freePort()));
  const boot = async (index: number): Promise<SpawnedGateway> => {
    const [listen = 0, admin = 0] = ports.slice(2 * index);
    const [peer = 0] = ports.slice(2 * (1 - index) + 1);
    const options: GatewayOptions = {
      listen: `127.0.0.1:${listen}`,
      admin: { listen: `127.0.0.1:${admin}` },
      shutdownTimeout: '1s',
      statistics: {
        mirror: {
          token: 'q2Jv7mXz0aB4cD6eF8gH1iK3',
          peers: [`http://127.0.0.1:${peer}/athena`],
          interval: '1s',
        },
      },
      clusters: { main: { path: CLUSTER_PATH, members } },
    };
    const gateway = await spawnGateway(inTemporaryDirectory(`gateway-${index}.json`), options);
    bench.also(() => gateway.stop('SIGKILL'));
    return gateway;
  };
  return { boot, publicPorts: [ports[0] ?? 0, ports[2] ?? 0] };
}

const ask = async ({ internal }: SpawnedGateway, path: string): Promise<string> =>
  (await call(`${internal}/athena/${path}`)).text.trimEnd();
const statesAt = (gateway: SpawnedGateway): Promise<string> => ask(gateway, 'status/phys?f=%h:%s');

describeIncumbent('haproxy', () => {
  test('either of two mirrored gateways may die: what operators said holds at the other, and in the one that comes back', async () => {
    const { boot, publicPorts } = await twoGateways();
    const [first, second] = [await boot(0), await boot(1)];
    const haproxy = await startIncumbent('haproxy', before(publicPorts));
    bench.also(() => haproxy.stop());
    const endpoint = `http://127.0.0.1:${haproxy.port}${CLUSTER_PATH}`;
    const routesOf = async (count: number): Promise<Set<string | undefined>> => {
      const values: string[] = [];
      for (let each = 0; each < count; each++) values.push(await initSession(endpoint));
      return new Set(values.map((value) => value.split('.')[1]));
    };
    const sessions: string[] = [];
    for (let each = 0; each < 12; each++) sessions.push(await initSession(endpoint));
    const statuses = (): Promise<number[]> =>
      Promise.all(
        sessions.map(async (value) => (await call(`${endpoint}?command=ping&session=${value}`)).status),
      );
    expect(new Set(sessions.map((value) => value.split('.')[1]))).toEqual(new Set(['pz1', 'pz2', 'pz3']));

    expect(await ask(first, 'update/phys?h=pz1,s=off')).toBe('ok');
    await until(async () => (await statesAt(second)).startsWith('pz1:off'));
    await first.stop('SIGKILL');
    expect(new Set(await statuses())).toEqual(new Set([200]));
    expect(await routesOf(8)).toEqual(new Set(['pz2', 'pz3']));

    expect(await ask(second, 'update/phys?h=pz2,s=off')).toBe('ok');
    const again = await boot(0);
    await until(async () => (await statesAt(again)) === 'pz1:off\npz2:off\npz3:on');
    await second.stop('SIGKILL');
    expect(new Set(await statuses())).toEqual(new Set([200]));
    expect(await routesOf(4)).toEqual(new Set(['pz3']));
  }, 60_000);
});
