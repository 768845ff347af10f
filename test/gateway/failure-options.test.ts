import { describe, expect, test } from '@jest/globals';
import type { ClusterOptions, MemberOptions } from '../../lib/config/options.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { freePort } from '../helpers/free-port.ts';
import { call } from '../helpers/http-client.ts';
import { documentReply, initReply, pingReply } from '../helpers/pazpar-bytes.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();
const BROKEN = documentReply('<x/>').replace('200 OK', '500 Broken');

/** So many members where nobody listens. */
async function nobody(count: number, options: Partial<ClusterOptions>) {
  const clock = new FakeClock();
  const members: MemberOptions[] = [];
  for (let index = 1; index <= count; index += 1) {
    members.push({ url: `http://127.0.0.1:${await freePort()}`, route: `pz${index}` });
  }
  const served = await bench.balancer({ members, outliers: 'off', ...options }, { clock });
  const init = async () => (await call(`${served.url}?command=init`)).status;
  const attempts = () => served.events.finished.map((event) => event.attempts);
  return { ...served, clock, init, attempts };
}

/** One member that answers as told; nothing at all without a reply. */
async function answering(
  reply: string | undefined,
  options: Partial<ClusterOptions>,
  member: Partial<MemberOptions> = {},
) {
  const clock = new FakeClock();
  const backend = await bench.backend(
    reply === undefined ? {} : { script: (connection) => connection.end(reply) },
  );
  const members = [{ url: backend.url, route: 'pz1', ...member }];
  const served = await bench.balancer({ members, outliers: 'off', ...options }, { clock });
  const search = () => call(`${served.url}?command=search&query=x&session=7.pz1`);
  const only = () => served.balancer.snapshot().members[0];
  return { ...served, clock, search, only };
}

describe('maxAttempts', () => {
  test('ends the attempts of one request', async () => {
    const { init, attempts } = await nobody(4, { maxAttempts: 2 });
    expect(await init()).toBe(503);
    expect(attempts()).toEqual([2]);
  });

  test('of 1 tries no other member', async () => {
    const { init, attempts } = await nobody(2, { maxAttempts: 1 });
    expect([await init(), await init()]).toEqual([503, 503]);
    expect(attempts()).toEqual([1, 1]);
  });
});

test('retryBudget ends retries of all requests together, but ten a second always go', async () => {
  const { init, attempts } = await nobody(8, { retryBudget: 0, retry: 0 });
  for (let request = 0; request < 16; request += 1) expect(await init()).toBe(503);
  expect(attempts().reduce((sum, made) => sum + made - 1, 0)).toBe(100);
  expect(attempts().at(-1)).toBe(1);
});

describe('forceRecovery', () => {
  test('off answers at once while all members are left alone, and tries them when their time is over', async () => {
    const { init, attempts, clock } = await nobody(2, { forceRecovery: false, retry: '10s' });
    await init();
    expect([await init(), await init()]).toEqual([503, 503]);
    clock.advance(10_000);
    await init();
    expect(attempts()).toEqual([2, 0, 0, 2]);
  });

  test('on tries them at every request, and a disabled one does not prevent it', async () => {
    const { init, attempts, balancer } = await nobody(3, { retry: '10s' });
    balancer.members.setState('pz3', 'disabled');
    await init();
    await init();
    expect(attempts()).toEqual([2, 2]);
  });
});

test('maxRetry is how long a member that keeps failing is left alone at most', async () => {
  const { init, balancer, clock } = await nobody(1, { retry: '10s', maxRetry: '25s' });
  const rests: (number | undefined)[] = [];
  for (let time = 0; time < 4; time += 1) {
    await init();
    rests.push(balancer.snapshot().members[0]?.state.restsFor);
    clock.advance(25_000);
  }
  expect(rests).toEqual([10_000, 20_000, 25_000, 25_000]);
});

describe('failOnStatus', () => {
  test('leaves a member alone whose reply has such a status, and the client gets the reply', async () => {
    const { search, only, events } = await answering(BROKEN, { failOnStatus: [500] });
    for (let time = 0; time < 3; time += 1) expect((await search()).status).toBe(500);
    expect(only()).toMatchObject({ failures: 3, state: { restsFor: 60_000 } });
    expect(events.memberState).toMatchObject([{ axis: 'rest', to: 'resting' }]);
  });

  test.each<[string, Partial<ClusterOptions>, Partial<MemberOptions>]>([
    ['by default', {}, {}],
    ['for other statuses', { failOnStatus: ['502-504'] }, {}],
    ['where errors are ignored', { failOnStatus: [500] }, { ignoreErrors: true }],
  ])('does nothing %s', async (_, options, member) => {
    const { search, only } = await answering(BROKEN, options, member);
    await search();
    expect(only()?.state.restsFor).toBe(0);
  });
});

test.each([
  [true, 60_000],
  [false, 0],
])('with failOnTimeout %s a member that does not answer is left alone for %i ms', async (option, rest) => {
  const { search, only, clock } = await answering(undefined, { failOnTimeout: option });
  const reply = search();
  await until(() => only()?.busy === 1);
  clock.advance(30_000);
  expect((await reply).status).toBe(503);
  expect(only()).toMatchObject({ failures: 1, state: { restsFor: rest } });
});

test('with ignoreErrors a member is not left alone, but a new session that failed there goes elsewhere', async () => {
  const good = await bench.backend({ script: (connection) => connection.end(initReply('7')) });
  const members = [
    { url: `http://127.0.0.1:${await freePort()}`, route: 'pz1', ignoreErrors: true },
    { url: good.url, route: 'pz2' },
  ];
  const { url, balancer, events } = await bench.balancer({ members });
  expect((await call(`${url}?command=init`)).text).toContain('.pz2</session>');
  expect(events.memberState).toEqual([]);
  expect(balancer.snapshot().members[0]).toMatchObject({ failures: 1, state: { restsFor: 0 } });
});

test('max is what a member gets at a time of each kind: more wait, new sessions go elsewhere, and it can be changed', async () => {
  const slow = await bench.backend();
  const quick = await bench.backend({ script: (connection) => connection.end(initReply('7')) });
  const members = [
    { url: slow.url, route: 'pz1', max: 1 },
    { url: quick.url, route: 'pz2' },
  ];
  const { url, balancer } = await bench.balancer({ members });
  const lanes = () => balancer.snapshot().members[0];
  const search = () => call(`${url}?command=search&query=x&session=7.pz1`);
  const answer = async (place: number) => (await slow.connection(place)).end(pingReply());

  const replies = [search(), search()];
  await until(() => lanes()?.quick.waiting === 1);
  expect(lanes()).toMatchObject({ quick: { inFlight: 1, waiting: 1 } });
  expect((await call(`${url}?command=init`)).text).toContain('.pz2</session>');
  await answer(0);
  await answer(1);
  expect((await Promise.all(replies)).map(({ status }) => status)).toEqual([200, 200]);

  balancer.members.update('pz1', { max: 2 });
  const more = [search(), search()];
  await until(() => lanes()?.quick.inFlight === 2);
  await answer(2);
  await answer(3);
  expect((await Promise.all(more)).map(({ status }) => status)).toEqual([200, 200]);
});
