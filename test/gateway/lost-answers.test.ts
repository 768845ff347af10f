import { describe, expect, test } from '@jest/globals';
import type { HttpBalancerOptions } from '../../middleware/index.ts';
import { balancer } from '../../middleware/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { call } from '../helpers/http-client.ts';
import type { BackendConnection } from '../helpers/scripted-backend.ts';

const bench = useBalancerBench();

type Script = (connection: BackendConnection, count: number, head: string) => void;

const answersWith =
  (text: string): Script =>
  (connection) =>
    connection.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);

/** Loses the answers with these numbers, from 1, and gives the others. */
const losing =
  (text: string, ...lost: number[]): Script =>
  (connection, count, head) =>
    lost.includes(count) ? connection.end() : answersWith(text)(connection, count, head);

const loses: Script = (connection) => connection.reset();

/** Members a, b … behind a balancer, with sessions that name them. */
async function before(scripts: readonly Script[], options: Partial<HttpBalancerOptions> = {}) {
  const members: { url: string; route: string }[] = [];
  for (const script of scripts) {
    let count = 0;
    const { url } = await bench.backend({
      script: (connection, { head }) => script(connection, ++count, head),
    });
    members.push({ url, route: 'abc'.charAt(members.length) });
  }
  const handler = balancer({ members, stickySession: 'sid', health: 'off', retryPause: 0, ...options });
  bench.also(() => handler.close());
  const origin = await bench.serve(handler);
  const ask = async (session: string, method = 'GET') => {
    const { status, text } = await call(`${origin}/?sid=1.${session}`, { method });
    return status === 200 ? text : status;
  };
  const resting = () =>
    handler
      .snapshot()
      .members.filter(({ state }) => state.restsFor > 0)
      .map(({ route }) => route);
  return { handler, ask, resting };
}

describe.each(['redispatch', 'error'] as const)('a session whose loss means %s', (sessionLoss) => {
  test('stays on its member when that loses one answer, and so do all others', async () => {
    const { ask, resting } = await before([losing('a', 1), answersWith('b')], { sessionLoss });
    expect([await ask('a'), await ask('a')]).toEqual(['a', 'a']);
    expect(resting()).toEqual([]);
  });

  test('stays on its member after one request that must not be repeated was lost', async () => {
    const { ask, resting } = await before([losing('a', 1), answersWith('b')], { sessionLoss });
    expect([await ask('a', 'POST'), await ask('a', 'POST')]).toEqual([502, 'a']);
    expect(resting()).toEqual([]);
  });
});

describe('a request that its member never survives', () => {
  test('goes on elsewhere where its session may, and takes no other session along', async () => {
    const { ask, resting } = await before([losing('a', 1, 2), answersWith('b')]);
    expect([await ask('a'), resting()]).toEqual(['b', []]);
    expect(await ask('a')).toBe('a');
  });

  test('is told so where its session may not, and meets no other member', async () => {
    const options = { sessionLoss: 'error' } as const;
    const { ask, handler } = await before([losing('a', 1, 2), answersWith('b')], options);
    expect([await ask('a'), await ask('a')]).toEqual([502, 'a']);
    expect(handler.snapshot().members.map(({ requests }) => requests)).toEqual([3, 0]);
  });

  test('ejects nobody, however often its client asks again, as long as others are answered', async () => {
    const losesGet: Script = (connection, count, head) =>
      (head.startsWith('GET') ? loses : answersWith('a'))(connection, count, head);
    const { ask, handler } = await before([losesGet, answersWith('b')], {
      outliers: { consecutiveFailures: 2 },
    });
    for (let time = 0; time < 4; time += 1) {
      expect(await ask('a')).toBe('b');
      expect(await ask('a', 'POST')).toBe('a');
    }
    expect(handler.snapshot().members[0]).toMatchObject({ failures: 8, outlier: { ejections: 0 } });
  });

  test('meets two members and no third', async () => {
    const { ask, handler } = await before([loses, loses, answersWith('c')]);
    expect(await ask('a')).toBe(502);
    expect(handler.snapshot().members.map(({ requests }) => requests)).toEqual([2, 1, 0]);
  });

  test('goes to where its member redirects', async () => {
    const options = { sessionLoss: 'error' } as const;
    const { ask, handler } = await before([loses, answersWith('b'), answersWith('c')], options);
    handler.members.update('a', { redirect: 'c' });
    expect(await ask('a')).toBe('c');
  });
});

describe('a member that loses answers in a row', () => {
  test('rests after the second request', async () => {
    const { ask, resting } = await before([loses, answersWith('b')]);
    expect([await ask('a', 'POST'), resting()]).toEqual([502, []]);
    expect([await ask('a', 'POST'), resting()]).toEqual([502, ['a']]);
    expect(await ask('a', 'POST')).toBe('b');
  });

  test('does not rest where it answered in between', async () => {
    const { ask, resting } = await before([losing('a', 1, 3), answersWith('b')]);
    expect([await ask('a', 'POST'), await ask('a', 'POST'), await ask('a', 'POST')]).toEqual([502, 'a', 502]);
    expect(resting()).toEqual([]);
  });
});
