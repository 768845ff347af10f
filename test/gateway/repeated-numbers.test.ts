import { describe, expect, test } from '@jest/globals';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { call } from '../helpers/http-client.ts';
import { initReply, pingReply, sessionLostDocument } from '../helpers/pazpar-bytes.ts';
import { initSession } from '../helpers/started.ts';

const bench = useBalancerBench();

/** A balancer before members that give the numbers of their list, one after the other, the last one for ever. */
async function giving(...lists: readonly string[][]) {
  const clock = new FakeClock();
  const backends = [];
  for (const numbers of lists) {
    const left = [...numbers];
    const next = (): string => (left.length > 1 ? left.shift() : left[0]) ?? '';
    backends.push(
      await bench.backend({
        script: (connection, { head }) =>
          connection.write(head.includes('command=init') ? initReply(next()) : pingReply()),
      }),
    );
  }
  const members = backends.map(({ url }, index) => ({ url, route: `pz${index + 1}` }));
  const served = await bench.balancer({ members }, { clock });
  const ping = (session: string) => call(`${served.url}?command=ping&session=${session}`);
  return { ...served, clock, backends, ping };
}

describe('a number that a member gives twice within 2 s', () => {
  test('is not handed out again: the init is repeated', async () => {
    const { url, events } = await giving(['7', '7', '8']);
    expect(await initSession(url)).toBe('7.pz1');
    expect(await initSession(url)).toBe('8.pz1');
    expect(events.warning).toMatchObject([{ code: 'NUMBER_REPEATED', route: 'pz1' }]);
    expect(events.finished.map(({ attempts }) => attempts)).toEqual([1, 2]);
  });

  test('is lost for whoever has it', async () => {
    const { url, ping, events } = await giving(['7', '7', '8']);
    const first = await initSession(url);
    expect((await ping(first)).status).toBe(200);
    const second = await initSession(url);
    expect(await ping(first)).toMatchObject({ status: 417, text: sessionLostDocument('7.pz1') });
    expect(events.sessionLost).toEqual([{ route: 'pz1', reason: 'withdrawn' }]);
    expect((await ping(second)).status).toBe(200);
  });

  test('stays lost, also when the member gives it later', async () => {
    const { url, ping, clock } = await giving(['7', '7', '8', '7', '9']);
    await initSession(url);
    await initSession(url);
    clock.advance(60_000);
    expect(await initSession(url)).toBe('9.pz1');
    expect((await ping('7.pz1')).status).toBe(417);
  });

  test('may be asked for anew at another member', async () => {
    const { url, backends } = await giving(['7'], ['7', '8']);
    expect(await initSession(url)).toBe('7.pz1');
    expect(await initSession(url)).toBe('7.pz2');
    expect(await initSession(url)).toBe('8.pz2');
    expect(backends.map(({ connections }) => connections.length)).toEqual([2, 2]);
  });

  test('does not give the request more time: its limit counts from the first init', async () => {
    const clock = new FakeClock();
    const backend = await bench.backend();
    const members = [{ url: backend.url, route: 'pz1' }];
    const { url, events } = await bench.balancer({ members, requestTimeout: '2s' }, { clock });
    const answer = async (index: number) => {
      const connection = await backend.connection(index);
      await connection.request();
      return { with: (number: string) => connection.write(initReply(number)) };
    };
    const first = initSession(url);
    (await answer(0)).with('7');
    await first;
    const second = call(`${url}?command=init`);
    const slow = await answer(1);
    clock.advance(1500);
    slow.with('7');
    await answer(2);
    clock.advance(500);
    expect((await second).status).toBe(503);
    expect(events.error).toMatchObject([{ code: 'REQUEST_TIMEOUT' }]);
  });

  test('for ever is an error of the server: try later', async () => {
    const { url, events } = await giving(['7']);
    expect(await initSession(url)).toBe('7.pz1');
    const reply = await call(`${url}?command=init`);
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(reply.text).toContain('session numbers repeat');
    expect(events.error).toMatchObject([{ code: 'NO_MEMBER_AVAILABLE' }]);
  });
});

test('a number that a member gives again after 2 s is another session', async () => {
  const { url, ping, clock, events } = await giving(['7']);
  expect(await initSession(url)).toBe('7.pz1');
  clock.advance(2001);
  expect(await initSession(url)).toBe('7.pz1');
  expect((await ping('7.pz1')).status).toBe(200);
  expect(events.warning).toEqual([]);
});

test('the same number of two members is two sessions', async () => {
  const { url, ping } = await giving(['7'], ['7']);
  expect([await initSession(url), await initSession(url)]).toEqual(['7.pz1', '7.pz2']);
  expect((await ping('7.pz1')).status).toBe(200);
  expect((await ping('7.pz2')).status).toBe(200);
});
