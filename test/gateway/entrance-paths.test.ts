import { describe, expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import type { GatewayClusterOptions, GatewayOptions } from '../../lib/config/options.ts';
import type { GatewayEntranceOptions } from '../../lib/config/policy-options.ts';
import { clientAt, CLUSTER_PATH, onFreePorts, useGatewayBench } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { exchange } from '../helpers/raw-connection.ts';
import { portOf } from '../helpers/balancer-bench.ts';

const bench = useGatewayBench();
const TOKEN = 'q2Jv7mXz0aB4cD6eF8gH1iK3';
/** What the trusted may and strangers may not. */
const SETTING = 'command=init&pz:allow[*]=0';

/** A gateway of one cluster with these entrances. */
async function withEntrances(
  entrances: readonly GatewayEntranceOptions[],
  changes: Partial<GatewayClusterOptions> & { trustProxy?: GatewayOptions['trustProxy'] } = {},
) {
  const { simulators, members } = await bench.farm(1);
  const { trustProxy = false, ...cluster } = changes;
  const options = { trustProxy, clusters: { main: { path: CLUSTER_PATH, members, entrances, ...cluster } } };
  const started = await bench.gateway(options);
  return { ...started, members, options, requests: () => simulators[0]?.requests ?? [] };
}

/** Asks for what only the trusted may, from behind a proxy. */
const initFrom = async (url: string, forwardedFor: string) =>
  (await call(`${url}${CLUSTER_PATH}?${SETTING}`, clientAt(forwardedFor))).status;

/** What a gateway of one cluster is given anew. */
const reloaded = (members: GatewayClusterOptions['members'], entrances: readonly GatewayEntranceOptions[]) =>
  checkGatewayOptions(onFreePorts({ clusters: { main: { path: CLUSTER_PATH, members, entrances } } }));

describe('an entrance with a path of its own', () => {
  test('is served there and below, beside the path of its cluster', async () => {
    const { url, requests } = await withEntrances([{ path: '/trusted' }]);
    expect((await call(`${url}/trusted?${SETTING}`)).status).toBe(200);
    expect((await call(`${url}/trusted/search.pz2?${SETTING}`)).status).toBe(200);
    expect((await call(`${url}${CLUSTER_PATH}?${SETTING}`)).status).toBe(403);
    expect(requests()).toHaveLength(2);
  });

  test('refuses who fails a condition, though the policy of the cluster would do', async () => {
    const { gateway, url, requests } = await withEntrances([{ path: '/trusted', token: TOKEN }]);
    const reply = await call(`${url}/trusted?command=init`);
    expect(reply).toMatchObject({ status: 403 });
    expect(reply.text).toContain('>this entrance</error>');
    expect(gateway.snapshot()[0]?.policyViolations).toBe(1);
    expect(requests()).toEqual([]);
    const headers = { Authorization: `Bearer ${TOKEN}` };
    expect((await call(`${url}/trusted?${SETTING}`, { headers })).status).toBe(200);
    expect((await call(`${url}${CLUSTER_PATH}?${SETTING}`, { headers })).status).toBe(403);
  });

  test('may be the only one that lets anybody in', async () => {
    const { url } = await withEntrances([{ path: '/trusted' }], { access: { deny: ['all'] } });
    expect((await call(`${url}${CLUSTER_PATH}?command=init`)).status).toBe(403);
    expect((await call(`${url}/trusted?command=init`)).status).toBe(200);
  });

  test.each([
    '/TRUSTED',
    '/%74rusted',
    '//trusted',
    '/trusted%2Fx',
    '/./trusted',
    '/x/../trusted',
    '/trusted;a=b',
    '/trustedx',
    '/search.pz2/../trusted',
    '/search.pz2/..%2ftrusted',
  ])('is reached by no other spelling of it: %s', async (path) => {
    const { url, requests } = await withEntrances([{ path: '/trusted' }]);
    const { statusLine } = await askAt(url, path, SETTING);
    expect(statusLine).toMatch(/^HTTP\/1\.1 40[34] /);
    expect(requests()).toEqual([]);
  });
});

describe('an entrance on the internal listener', () => {
  test('is served there and nowhere else', async () => {
    const { url, internal, requests } = await withEntrances([{ path: '/trusted', listener: 'internal' }]);
    expect((await call(`${internal}/trusted?${SETTING}`)).status).toBe(200);
    expect((await call(`${url}/trusted?${SETTING}`)).status).toBe(404);
    expect((await call(`${internal}${CLUSTER_PATH}?command=init`)).status).toBe(404);
    expect((await call(`${internal}/healthz`)).text).toBe('ok\n');
    expect(requests()).toHaveLength(1);
  });

  test('may have the path that its cluster has on the public one', async () => {
    const { url, internal } = await withEntrances([{ path: CLUSTER_PATH, listener: 'internal' }]);
    expect((await call(`${internal}${CLUSTER_PATH}?${SETTING}`)).status).toBe(200);
    expect((await call(`${url}${CLUSTER_PATH}?${SETTING}`)).status).toBe(403);
  });

  test('is another one than that with its path on the public listener', async () => {
    const { url, internal } = await withEntrances([
      { path: '/t', policy: { allowCommands: ['info'] } },
      { path: '/t', listener: 'internal' },
    ]);
    expect((await call(`${internal}/t?${SETTING}`)).status).toBe(200);
    expect((await call(`${url}/t?${SETTING}`)).status).toBe(403);
    expect((await call(`${url}/t?command=info`)).status).toBe(200);
  });
});

describe('the address of a client', () => {
  const entrances = [{ allow: ['10.0.0.0/8'] }];
  test('is what a trusted proxy says of it', async () => {
    const { url } = await withEntrances(entrances, { trustProxy: 'loopback' });
    expect(await initFrom(url, '10.1.2.3')).toBe(200);
    expect(await initFrom(url, '::ffff:10.1.2.3')).toBe(200);
    expect(await initFrom(url, '203.0.113.9, 10.1.2.3')).toBe(200);
    expect(await initFrom(url, '203.0.113.9')).toBe(403);
    expect(await initFrom(url, '10.1.2.3, 203.0.113.9')).toBe(403);
    expect(await initFrom(url, 'nonsense')).toBe(403);
  });

  test('is that of the connection where nobody is trusted', async () => {
    const { url } = await withEntrances(entrances);
    expect(await initFrom(url, '10.1.2.3')).toBe(403);
  });
});

describe('a new configuration', () => {
  test('counts from the next request', async () => {
    const { gateway, url, members } = await withEntrances([{ path: '/trusted' }]);
    gateway.apply(reloaded(members, [{ path: '/other' }, { path: '/trusted', policy: 'public' }]));
    expect((await call(`${url}/trusted?${SETTING}`)).status).toBe(403);
    expect((await call(`${url}/other?${SETTING}`)).status).toBe(200);
    gateway.apply(reloaded(members, []));
    expect((await call(`${url}/trusted?${SETTING}`)).status).toBe(404);
    expect(gateway.snapshot()[0]?.policyViolations).toBe(1);
  });
});

/** Asks for a path exactly as it is written. */
function askAt(url: string, path: string, query: string) {
  return exchange(portOf(url), `GET ${path}?${query} HTTP/1.1\r\nHost: x\r\n\r\n`);
}
