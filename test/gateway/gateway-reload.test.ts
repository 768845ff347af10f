import { describe, expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { CLUSTER_PATH, onFreePorts, useGatewayBench } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { initSession } from '../helpers/started.ts';

const bench = useGatewayBench();

describe('a new configuration', () => {
  test('adds and changes clusters in place', async () => {
    const { gateway, url, endpoint, options, members } = await bench.oneCluster(2);
    const session = await initSession(endpoint);
    const before = gateway.snapshot()[0]?.members;
    const more = { ...options, clusters: { ...options.clusters, more: { path: '/more', members } } };
    expect(gateway.apply(checkGatewayOptions(onFreePorts(more)))).toEqual([]);
    expect(gateway.snapshot()[0]?.members).toEqual(before);
    expect(await initSession(`${url}/more`)).toMatch(/\.pz1$/);
    expect((await call(`${endpoint}?command=ping&session=${session}`)).status).toBe(200);
  });

  test('drains a cluster that is missing, for as long as its members would', async () => {
    const clock = new FakeClock();
    const { gateway, url, endpoint, members } = await bench.oneCluster(1, {}, clock);
    const session = await initSession(endpoint);
    const ping = () => call(`${endpoint}?command=ping&session=${session}`);
    const other = { clusters: { other: { path: '/other', members } } };
    gateway.apply(checkGatewayOptions(onFreePorts(other)));
    expect((await ping()).status).toBe(200);
    expect((await call(`${endpoint}?command=init`)).status).toBe(503);
    expect(await initSession(`${url}/other`)).toMatch(/\.pz1$/);
    clock.advance(10 * 60_000);
    expect((await ping()).status).toBe(404);
    expect(gateway.snapshot().map(({ name }) => name)).toEqual(['other']);
  });

  test('takes a draining cluster back', async () => {
    const clock = new FakeClock();
    const { gateway, endpoint, members, options } = await bench.oneCluster(1, {}, clock);
    gateway.apply(checkGatewayOptions(onFreePorts({ clusters: { other: { path: '/other', members } } })));
    clock.advance(60_000);
    gateway.apply(checkGatewayOptions(onFreePorts(options)));
    clock.advance(60 * 60_000);
    expect(await initSession(endpoint)).toMatch(/\.pz1$/);
  });

  test('moves a cluster to another path', async () => {
    const { gateway, url, endpoint, members } = await bench.oneCluster();
    const session = await initSession(endpoint);
    const moved = { clusters: { main: { path: '/moved', members } } };
    gateway.apply(checkGatewayOptions(onFreePorts(moved)));
    expect((await call(`${endpoint}?command=init`)).status).toBe(404);
    expect((await call(`${url}/moved?command=ping&session=${session}`)).status).toBe(200);
  });

  test('gives a path to a cluster of another name at once', async () => {
    const { gateway, endpoint, members } = await bench.oneCluster();
    const session = await initSession(endpoint);
    gateway.apply(
      checkGatewayOptions(onFreePorts({ clusters: { renamed: { path: CLUSTER_PATH, members } } })),
    );
    expect((await call(`${endpoint}?command=ping&session=${session}`)).status).toBe(200);
    expect(await initSession(endpoint)).toMatch(/\.pz1$/);
  });

  test('names the listeners whose change needs a restart', async () => {
    const { gateway, options, endpoint } = await bench.oneCluster();
    const changed = { ...options, listen: '127.0.0.1:1', admin: { listen: '127.0.0.1:2' } };
    expect(gateway.apply(checkGatewayOptions(changed))).toEqual(['listen', 'admin.listen']);
    const { admin: _, ...withoutAdmin } = onFreePorts(options);
    expect(gateway.apply(checkGatewayOptions(withoutAdmin))).toEqual(['admin.listen']);
    expect(gateway.apply(checkGatewayOptions(onFreePorts(options)))).toEqual([]);
    expect(await initSession(endpoint)).toMatch(/\.pz1$/);
  });
});
