import { describe, expect, test } from '@jest/globals';
import type { MemberOptions } from '../../lib/config/options.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { createShim } from '../../shim/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { call } from '../helpers/http-client.ts';
import { sessionLostDocument } from '../helpers/pazpar-bytes.ts';
import { initSession, originOf } from '../helpers/started.ts';

const bench = useBalancerBench();

/** Four servers without ids, started in the same second, each behind a shim, all behind one balancer. */
async function shimmedFarm() {
  const clock = new FakeClock();
  const { simulators } = await bench.farm(4, { clock });
  const members: MemberOptions[] = [];
  for (const [index, simulator] of simulators.entries()) {
    const route = `pz${index + 1}`;
    const shim = createShim({ backend: originOf(simulator), serverId: route, retryPause: '10ms' });
    bench.also(() => shim.close());
    members.push({ url: `${await bench.serve(shim)}/search.pz2`, route, direct: false });
  }
  const served = await bench.balancer({ members, retryPause: '10ms' });
  const begin = async (count: number): Promise<string[]> => {
    const sessions: string[] = [];
    for (let number = 0; number < count; number++) sessions.push(await initSession(served.url));
    return sessions;
  };
  const ping = (session: string | undefined) => call(`${served.url}?command=ping&session=${session}`);
  return { ...served, clock, simulators, begin, ping };
}

describe('four legacy servers behind shims', () => {
  test('give the same number, and still every session reaches its own server', async () => {
    const { simulators, begin, ping, events } = await shimmedFarm();
    const sessions = await begin(4);
    expect(new Set(sessions.map((value) => value.split('.')[0])).size).toBe(1);
    expect(sessions.map((value) => value.split('.')[1])).toEqual(['pz1', 'pz2', 'pz3', 'pz4']);
    for (const [index, session] of sessions.entries()) {
      expect((await ping(session)).status).toBe(200);
      expect(simulators.map(({ counters }) => counters.executed['ping'] ?? 0)).toEqual(
        simulators.map((_, other) => (other <= index ? 1 : 0)),
      );
    }
    expect(events.warning).toEqual([]);
  });

  test('pass a search from init to hits', async () => {
    const { clock, url } = await shimmedFarm();
    const session = await initSession(url);
    await call(`${url}?command=search&query=cataloguing&session=${session}`);
    clock.advance(1000);
    expect((await call(`${url}?command=show&block=1&session=${session}`)).text).toContain('<hit>');
  });

  test('of which one dies: its sessions are lost, the others go on, new ones go to the others', async () => {
    const { simulators, begin, ping } = await shimmedFarm();
    const sessions = await begin(4);
    await simulators[0]?.kill();
    expect(await ping(sessions[0])).toMatchObject({
      status: 417,
      text: sessionLostDocument(sessions[0] ?? ''),
    });
    for (const session of sessions.slice(1)) expect((await ping(session)).status).toBe(200);
    const next = await begin(6);
    expect(next.filter((value) => value.endsWith('.pz1'))).toEqual([]);
  });

  test('of which one takes no more connections: its sessions are not lost', async () => {
    const { simulators, begin, ping, url, events } = await shimmedFarm();
    const [session] = await begin(1);
    simulators[0]?.behave({ socketLimit: 0 });
    const reply = await call(`${url}?command=show&session=${session}`);
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(events.sessionLost).toEqual([]);
    simulators[0]?.behave({ socketLimit: Infinity });
    expect((await ping(session)).status).toBe(200);
  });
});
