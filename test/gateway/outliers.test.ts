import { describe, expect, test } from '@jest/globals';
import { checkClusterOptions } from '../../lib/config/check.ts';
import type { OutlierOptions } from '../../lib/config/outlier-options.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { call } from '../helpers/http-client.ts';
import { initReply, pingReply } from '../helpers/pazpar-bytes.ts';
import { initSession } from '../helpers/started.ts';

const bench = useBalancerBench();

/** A member that answers `init`, and everything else as told, beside one that works. */
async function besideGoodOne(answer: () => string, outliers: 'off' | OutlierOptions = {}) {
  const clock = new FakeClock();
  const backend = await bench.backend({
    script: (connection, { head }) =>
      connection.end(head.includes('command=init') ? initReply('100') : answer()),
  });
  const good = await bench.farm(2, { clock });
  const members = [{ url: backend.url, route: 'pz1' }, ...good.members.slice(1)];
  const served = await bench.balancer({ members, retry: 0, outliers }, { clock });
  const search = async () => (await call(`${served.url}?command=search&query=x&session=100.pz1`)).status;
  const first = () => served.balancer.snapshot().members[0];
  return { ...served, members, clock, search, first };
}

describe('A member whose requests fail', () => {
  test('is ejected with the reason, keeps its sessions, and comes back', async () => {
    const { url, clock, search, first, events } = await besideGoodOne(() => '');
    for (let time = 0; time < 5; time += 1) expect(await search()).toBe(503);
    expect(events.memberState.map(({ axis }) => axis)).toEqual(['ejection', 'health']);
    expect(events.memberState.slice(1)).toEqual([
      {
        route: 'pz1',
        axis: 'health',
        from: 'up',
        to: 'down',
        reason: 'ejected for 30000 ms: 5 failures in a row',
      },
    ]);
    expect(first()).toMatchObject({
      state: { health: 'down' },
      outlier: { requests: 5, failures: 5, failuresInARow: 5, ejections: 1, ejectedFor: 30_000 },
    });
    expect([await initSession(url), await initSession(url)].map((value) => value.split('.')[1])).toEqual([
      'pz2',
      'pz2',
    ]);
    expect(await search()).toBe(503);
    clock.advance(30_000);
    expect(events.memberState.at(-1)).toMatchObject({ to: 'up', reason: 'its ejection of 30000 ms is over' });
  });

  test('by replies that break off is ejected as well', async () => {
    const { search, first } = await besideGoodOne(() => pingReply().slice(0, -20));
    for (let time = 0; time < 5; time += 1) await search().catch(() => undefined);
    expect(first()?.state.health).toBe('down');
  });

  test('is not where nobody is judged, and is free at once when that begins or changes', async () => {
    const { balancer, members, search, first } = await besideGoodOne(() => '', 'off');
    for (let time = 0; time < 6; time += 1) await search();
    expect(first()).toMatchObject({ state: { health: 'up' }, outlier: undefined });
    const options = { members, retry: 0, health: 'off' } as const;
    balancer.apply(checkClusterOptions(options));
    for (let time = 0; time < 5; time += 1) await search();
    expect(first()?.state.health).toBe('down');
    balancer.apply(checkClusterOptions(options));
    expect(first()?.state.health).toBe('down');
    balancer.apply(checkClusterOptions({ ...options, outliers: 'off' }));
    expect(first()).toMatchObject({ state: { health: 'up' }, outlier: undefined });
  });
});
