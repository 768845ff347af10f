import { describe, expect, test } from '@jest/globals';
import { defaultTargets, inventWorks } from '../../lib/simulator/index.ts';
import { pazpar2Balancer } from '../../middleware/index.ts';
import { CLUSTER_PATH, clientAt, useGatewayBench } from '../helpers/gateway-bench.ts';
import {
  addedSettings,
  javaClient,
  koha,
  pazpar2Access,
  pz2js,
  vufind,
  type Endpoint,
  type Found,
} from '../helpers/pazpar-clients.ts';

const bench = useGatewayBench();
const TOKEN = 'q2Jv7mXz0aB4cD6eF8gH1iK3';
const TARGETS = defaultTargets(inventWorks(40), [1, 5]);

/** Clients that need more than strangers may, and what they add to a target. */
const SERVER_SIDE: [string, (endpoint: Endpoint) => Promise<Found>, readonly string[]][] = [
  ['VuFind', vufind, ['pz:name=Other']],
  ['Koha', koha, ['pz:name=Other', 'pz:requestsyntax=usmarc', 'pz:cclmap:term=u=1016 t=l,r s=al']],
  ["Index Data's Java client", javaClient, ['pz:name=Other', 'pz:requestsyntax=usmarc']],
  ['pazpar2-access', pazpar2Access, ['pz:name=Other', 'pz:allow=1']],
];

/** A gateway that strangers, proxies, tokens and the internal listener all reach, before two servers. */
async function gatewayEndpoints(): Promise<
  Record<'public' | 'path' | 'listener' | 'address' | 'token', Endpoint>
> {
  const { members } = await bench.farm(2, { targets: TARGETS });
  const entrances = [
    { path: '/trusted' },
    { path: '/trusted', listener: 'internal' as const },
    { allow: ['10.0.0.0/8'] },
    { token: TOKEN },
  ];
  const { url, internal } = await bench.gateway({
    trustProxy: 'loopback',
    clusters: { main: { path: CLUSTER_PATH, members, entrances } },
  });
  const atCluster = url + CLUSTER_PATH;
  return {
    public: { url: atCluster, headers: {} },
    path: { url: `${url}/trusted`, headers: {} },
    listener: { url: `${internal}/trusted`, headers: {} },
    address: { url: atCluster, ...clientAt('10.1.2.3') },
    token: { url: atCluster, headers: { Authorization: `Bearer ${TOKEN}` } },
  };
}

/** The same in an application, which has no listeners. */
async function applicationEndpoints(): Promise<Record<'public' | 'policy' | 'token', Endpoint>> {
  const { members } = await bench.farm(2, { targets: TARGETS });
  const balancer = pazpar2Balancer({ members, entrances: [{ token: TOKEN }], health: 'off' });
  bench.also(() => balancer.close());
  const url = await bench.serve(balancer);
  const withPolicy = await bench.serve(balancer.withPolicy('trusted'));
  return {
    public: { url, headers: {} },
    policy: { url: withPolicy, headers: {} },
    token: { url, headers: { Authorization: `Bearer ${TOKEN}` } },
  };
}

describe('pz2.js works for strangers', () => {
  test('at a gateway', async () => {
    const endpoints = await gatewayEndpoints();
    expect((await pz2js(endpoints.public)).records).toContain('<hit>');
  });

  test('at an application', async () => {
    const endpoints = await applicationEndpoints();
    expect((await pz2js(endpoints.public)).records).toContain('<hit>');
  });
});

describe.each(SERVER_SIDE)('%s', (_, client, settings) => {
  test.each(['path', 'listener', 'address', 'token'] as const)(
    'works at a gateway, by an entrance by %s',
    async (way) => {
      const endpoint = (await gatewayEndpoints())[way];
      const found = await client(endpoint);
      expect(found.records).toContain('<hit>');
      expect(await addedSettings(endpoint, found)).toEqual(expect.arrayContaining([...settings]));
    },
  );

  test.each(['policy', 'token'] as const)('works at an application, by %s', async (way) => {
    const endpoint = (await applicationEndpoints())[way];
    const found = await client(endpoint);
    expect(found.records).toContain('<hit>');
    expect(await addedSettings(endpoint, found)).toEqual(expect.arrayContaining([...settings]));
  });

  test('is told what it may not where it comes as a stranger', async () => {
    const endpoints = await gatewayEndpoints();
    await expect(client(endpoints.public)).rejects.toThrow(/: 403 .*<error code="201"/s);
  });
});
