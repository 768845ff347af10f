import { describe, expect, test } from '@jest/globals';
import { balancer, type HttpBalancerOptions } from '../../middleware/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { call } from '../helpers/http-client.ts';
import type { BackendConnection } from '../helpers/scripted-backend.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();

/** Members that hold every request until they are told to answer with their route. */
async function holding(count: number, options: Partial<HttpBalancerOptions> = {}) {
  const held: { route: string; answer: () => void }[] = [];
  const members: { url: string; route: string }[] = [];
  for (let index = 0; index < count; index += 1) {
    const route = 'ab'.charAt(index);
    const reply = `HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${route}`;
    const answer = (connection: BackendConnection) => (): void => void connection.write(reply);
    const { url } = await bench.backend({
      script: (connection) => void held.push({ route, answer: answer(connection) }),
    });
    members.push({ url, route });
  }
  const handler = balancer({ members, stickySession: 'sid', health: 'off', maxRequests: 1, ...options });
  bench.also(() => handler.close());
  const origin = await bench.serve(handler);
  const ask = (path = '/') => call(origin + path);
  const shown = (index: number) => handler.snapshot().members[index];
  return { handler, held, ask, shown };
}

describe('requests to an application beyond maxRequests', () => {
  test('go to a member that has room', async () => {
    const { held, ask } = await holding(2);
    const asked = [ask(), ask()];
    await until(() => held.length === 2);
    expect(held.map(({ route }) => route)).toEqual(['a', 'b']);
    for (const { answer } of held) answer();
    expect((await Promise.all(asked)).map(({ text }) => text).sort()).toEqual(['a', 'b']);
  });

  test('wait where nobody has room, and where their session is', async () => {
    const { held, ask, shown } = await holding(2);
    const asked = [ask('/?sid=1.a'), ask('/?sid=2.a'), ask('/?sid=3.a')];
    await until(() => shown(0)?.quick.waiting === 2);
    expect([held.length, shown(0)?.busy, shown(1)?.requests]).toEqual([1, 1, 0]);
    for (const served of [1, 2, 3]) {
      await until(() => held.length === served);
      held[served - 1]?.answer();
    }
    expect((await Promise.all(asked)).map(({ text }) => text)).toEqual(['a', 'a', 'a']);
  });

  test('are refused when as many wait as may: try later', async () => {
    const { held, ask, shown } = await holding(1, { maxQueue: 1 });
    const asked = [ask(), ask()];
    await until(() => shown(0)?.quick.waiting === 1);
    const refused = await ask();
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'MEMBER_FULL' });
    for (const served of [1, 2]) {
      await until(() => held.length === served);
      held[served - 1]?.answer();
    }
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200]);
  });

  test('are refused when they have waited long enough, which is no fault of the member', async () => {
    const { held, ask, shown } = await holding(1, { queueTimeout: '50ms' });
    const first = ask();
    await until(() => held.length === 1);
    const refused = await ask();
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([503, { code: 'QUEUE_TIMEOUT' }]);
    expect(shown(0)).toMatchObject({ failures: 0, state: { rest: 'working' } });
    held[0]?.answer();
    expect((await first).text).toBe('a');
  });
});
