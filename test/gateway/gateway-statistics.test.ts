import { expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import type { GatewayOptions } from '../../lib/config/options.ts';
import { onFreePorts, useGatewayBench } from '../helpers/gateway-bench.ts';
import { certificateFiles } from '../helpers/certificates.ts';
import { call } from '../helpers/http-client.ts';
import { Http2Client } from '../helpers/http2-client.ts';
import { optionProblems } from '../helpers/option-problems.ts';

const bench = useGatewayBench();

test('the internal listener has the engine, the public one refuses its path', async () => {
  const { internal, url, endpoint } = await bench.oneCluster(2);
  expect((await call(`${internal}/athena/balance/?main`)).text).toBe('pz1\n');
  expect((await call(`${internal}/athena/update/phys?h=pz1,load1:0.5`)).text).toBe('ok\n');
  for (const path of ['/athena', '/athena/', '/athena/balance/?main', '/athena/update/phys?h=pz1,s=off']) {
    expect(await call(`${url}${path}`)).toMatchObject({ status: 403 });
  }
  expect(await call(`${url}/athenaeum`)).toMatchObject({ status: 404 });
  expect(await call(`${internal}/healthz`)).toMatchObject({ status: 200 });
  expect((await call(`${endpoint}?command=init`)).text).toContain('.pz2<');
});

test('a reload takes other settings and other clusters, and keeps what was pushed', async () => {
  const { gateway, internal, options, members } = await bench.oneCluster(1);
  await call(`${internal}/athena/update/phys?h=pz1,load1:0.5`);
  const more = {
    ...options.clusters,
    more: { path: '/more', members: [{ url: members[0]?.url ?? '', route: 'm1', name: 'pz1' }] },
  };
  gateway.apply(
    checkGatewayOptions(onFreePorts({ ...options, clusters: more, statistics: { path: '/engine' } })),
  );
  expect((await call(`${internal}/engine/status/phys?h=pz1,n=more,f=%{load1}`)).text).toBe('0.5\n');
  expect(await call(`${internal}/athena/status/engine`)).toMatchObject({ status: 404 });
  gateway.apply(checkGatewayOptions(onFreePorts({ ...options, statistics: 'off' })));
  expect(await call(`${internal}/engine/status/engine`)).toMatchObject({ status: 404 });
});

test('the engine speaks TLS and HTTP/2 where the internal listener does', async () => {
  const members = [{ url: 'http://pz1.example:9004', route: 'pz1' }];
  const { internal } = await bench.gateway({
    admin: { tls: certificateFiles('server') },
    clusters: { main: { path: '/search.pz2', members, health: 'off' } },
  });
  const client = await Http2Client.open(internal.replace('127.0.0.1', 'localhost'));
  bench.also(() => Promise.resolve(client.close()));
  const json = { 'content-type': 'application/json' };
  expect(await client.call('/athena/update/phys', json, '{"h":"pz1","load1":1}')).toMatchObject({
    status: 200,
  });
  expect(await client.call('/athena/update/phys', json, 'x'.repeat(70_000))).toMatchObject({ status: 413 });
  expect(await client.call('/athena/status/phys?h=pz1,f=%{load1}')).toMatchObject({
    status: 200,
    text: '1\n',
  });
});

test('a farm that is off sends new users elsewhere, or tells them to come later, and serves its sessions', async () => {
  const { internal, endpoint } = await bench.oneCluster(1);
  const session = /<session>(.*)<\/session>/.exec((await call(`${endpoint}?command=init`)).text)?.[1] ?? '';
  await call(`${internal}/athena/update/farm?n=main,s=off`);
  expect(await call(`${endpoint}?command=init`)).toMatchObject({ status: 503 });
  expect(await call(`${endpoint}?command=ping&session=${session}`)).toMatchObject({ status: 200 });
  await call(`${internal}/athena/update/farm?n=main,forward=http://other.example/search.pz2`);
  const elsewhere = await call(`${endpoint}?command=init`);
  expect(elsewhere).toMatchObject({ status: 307, text: '' });
  expect(elsewhere.headers.location).toBe('http://other.example/search.pz2?command=init');
  expect(await call(`${endpoint}?command=ping&session=${session}`)).toMatchObject({ status: 200 });
  await call(`${internal}/athena/update/farm?n=main,forward=http://other.example/sorry?why=off`);
  expect((await call(`${endpoint}?command=init`)).headers.location).toBe(
    'http://other.example/sorry?why=off',
  );
  await call(`${internal}/athena/update/farm?n=main,s=on`);
  expect(await call(`${endpoint}?command=init`)).toMatchObject({ status: 200 });
});

test('a configured forward holds when nobody can take a session', async () => {
  const { members } = await bench.farm(1);
  const drained = [{ url: members[0]?.url ?? '', route: 'pz1', state: 'draining' as const }];
  const { url } = await bench.gateway({
    clusters: { main: { path: '/search.pz2', members: drained, forward: 'https://other.example/' } },
  });
  const reply = await call(`${url}/search.pz2?command=init`);
  expect(reply).toMatchObject({ status: 307 });
  expect(reply.headers.location).toBe('https://other.example/?command=init');
});

test.each<[what: string, options: Partial<GatewayOptions>, path: string]>([
  ['an engine without internal listener', { admin: undefined as never, statistics: {} }, 'statistics'],
  ['a path that is not one', { statistics: { path: '/' } }, 'statistics.path'],
  ['a word that is not "off"', { statistics: 'on' as never }, 'statistics'],
  ['a number of requests out of range', { statistics: { maxRequests: 0 } }, 'statistics.maxRequests'],
  [
    'a cluster below the path of the engine',
    { clusters: { a: { path: '/athena/a', members: [{ url: 'http://a.example:1', route: 'a' }] } } },
    'clusters.a.path',
  ],
  [
    'two members of one name',
    {
      clusters: {
        a: {
          path: '/a',
          members: [
            { url: 'http://a.example:1', route: 'a' },
            { url: 'http://b.example:1', route: 'b', name: 'a' },
          ],
        },
      },
    },
    'clusters.a.members[1].name',
  ],
  [
    'a forward that is no complete URL',
    { clusters: { a: { path: '/a', forward: '/x', members: [{ url: 'http://a.example:1', route: 'a' }] } } },
    'clusters.a.forward',
  ],
])('%s is refused', (_, options, path) => {
  const whole = {
    listen: '127.0.0.1:0',
    admin: { listen: '127.0.0.1:0' },
    clusters: { a: { path: '/a', members: [{ url: 'http://a.example:1', route: 'a' }] } },
    ...options,
  };
  const problems = optionProblems(() =>
    checkGatewayOptions(JSON.parse(JSON.stringify(whole)) as GatewayOptions),
  );
  expect(problems.map((problem) => problem.split(': ')[0])).toEqual([path]);
});
