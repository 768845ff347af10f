import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '../helpers/fake-clock.ts';
import { CLUSTER_PATH, useGatewayBench } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { initSession } from '../helpers/started.ts';
import { until } from '../helpers/until.ts';

const bench = useGatewayBench();

describe('a gateway that stops', () => {
  test('is told by readyz at once, while requests go on for the delay', async () => {
    const clock = new FakeClock();
    const { gateway, internal, endpoint } = await bench.oneCluster(1, { shutdownDelay: '5s' }, clock);
    const stopped = gateway.stop();
    expect((await call(`${internal}/readyz`)).status).toBe(503);
    expect((await call(`${internal}/healthz`)).status).toBe(200);
    expect(await initSession(endpoint)).toMatch(/\.pz1$/);
    clock.advance(5000);
    await stopped;
    await expect(call(`${endpoint}?command=init`)).rejects.toThrow('ECONNREFUSED');
    await expect(call(`${internal}/healthz`)).rejects.toThrow('ECONNREFUSED');
  });

  test('lets running requests end', async () => {
    const { gateway, endpoint, simulators } = await bench.oneCluster();
    simulators[0]?.behave({ replyDelay: 100 });
    const running = initSession(endpoint);
    await until(() => simulators[0]?.requests.length === 1);
    await gateway.stop();
    expect(await running).toMatch(/\.pz1$/);
    await until(() => simulators[0]?.counters.connectionsOpen === 0);
  });

  test('cuts what runs longer than the limit', async () => {
    const { gateway, endpoint, simulators } = await bench.oneCluster(1, { shutdownTimeout: '50ms' });
    simulators[0]?.behave({ hang: true });
    const running = call(`${endpoint}?command=init`);
    await until(() => simulators[0]?.requests.length === 1);
    const outcome = running.then(
      () => 'answered',
      (error: unknown) => String(error),
    );
    await gateway.stop();
    expect(await outcome).toContain('socket hang up');
  });

  test('does not wait for connections without a request, whether they had one before or not', async () => {
    const { gateway, url } = await bench.oneCluster(1, { shutdownTimeout: '1h' });
    const used = await bench.connect(url);
    used.send(`GET ${CLUSTER_PATH}?command=init HTTP/1.1\r\nHost: x\r\n\r\n`);
    await used.reply();
    const unused = await bench.connect(url);
    await gateway.stop();
    expect([await used.end(), await unused.end()]).toEqual(['end', 'end']);
  });

  test('twice is stopping once', async () => {
    const { gateway, lines } = await bench.oneCluster();
    await Promise.all([gateway.stop(), gateway.stop()]);
    expect(lines.filter(({ message }) => message === 'stopped')).toHaveLength(1);
  });
});
