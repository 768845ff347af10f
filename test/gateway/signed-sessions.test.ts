import { describe, expect, test } from '@jest/globals';
import type { GatewayClusterOptions, SigningOptions } from '../../lib/config/options.ts';
import { sessionNumber } from '../../lib/simulator/session-list.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { clientAt, CLUSTER_PATH, ofOneCluster, useGatewayBench } from '../helpers/gateway-bench.ts';
import { call, type Call } from '../helpers/http-client.ts';
import { RawConnection } from '../helpers/raw-connection.ts';

const bench = useGatewayBench();

const OLD = { id: 'old', secret: 'the secret of last year, long enough' };
const NEW = { id: 'new', secret: 'the secret of this year, long enough' };
const SIGNED = /^\d+-new~[0-9a-z]+~[\w-]{16}\.pz1$/;

/** A simulator, and gateways before it that sign. */
async function signing() {
  const clock = new FakeClock();
  const { simulators, members } = await bench.farm(1, { clock });
  const [simulator] = simulators;
  if (simulator === undefined) throw new Error('no simulator');

  const start = async (
    options: Partial<SigningOptions> | 'off' = {},
    more: Partial<GatewayClusterOptions> = {},
  ) => {
    const signed = options === 'off' ? {} : { signing: { keys: [NEW], ...options } };
    const { gateway, url: origin } = await bench.gateway(
      ofOneCluster({ members, ...signed, ...more }),
      clock,
    );
    const url = `${origin}${CLUSTER_PATH}`;
    const init = async (how: Call = {}) => {
      const { text } = await call(`${url}?command=init`, how);
      return /<session>(.*)<\/session>/.exec(text)?.[1] ?? '';
    };
    const ping = async (session: string, how: Call = {}) =>
      (await call(`${url}?command=ping&session=${encodeURIComponent(session)}`, how)).status;
    return { gateway, url, init, ping, lost: () => gateway.snapshot()[0]?.sessionsLost };
  };
  return { clock, simulator, start };
}

/** The same value with another character in its signature. */
function forged(session: string): string {
  const place = session.indexOf('.') - 1;
  return session.slice(0, place) + (session[place] === 'A' ? 'B' : 'A') + session.slice(place + 1);
}

/** All bytes of the answer to a ping, without its date. */
async function bytesOf(url: string, session: string): Promise<string> {
  const connection = await RawConnection.open(Number(new URL(url).port));
  connection.get(`command=ping&session=${session}`);
  const { head, body } = await connection.reply();
  connection.close();
  return head.replace(/\r\nDate: .*\r\n/, '\r\n') + body;
}

describe('a signed session value', () => {
  test('is NUMBER-TAG.route, and only the number goes to the server', async () => {
    const { start, simulator } = await signing();
    const { init, ping } = await start();
    const session = await init();
    expect(session).toMatch(SIGNED);
    expect(await ping(session)).toBe(200);
    expect(simulator.requests.at(-1)?.session).toBe(session.split('-')[0]);
  });

  test('is good in a second gateway with the same keys, and after a restart of both', async () => {
    const { start } = await signing();
    const first = await start();
    const second = await start();
    const session = await first.init();
    expect(await second.ping(session)).toBe(200);
    await first.gateway.stop();
    await second.gateway.stop();
    expect(await (await start()).ping(session)).toBe(200);
  });

  test('is put back where the server echoes the number', async () => {
    const { start, simulator } = await signing();
    const { init, url } = await start();
    const session = await init();
    await simulator.restart();
    const { status, text } = await call(`${url}?command=ping&session=${session}`);
    expect(status).toBe(417);
    expect(text).toContain(`>${session}</error>`);
  });

  test.each([
    ['another tag', forged],
    ['the tag of another session', (session: string) => session.replace(/^\d+/, '7')],
    ['no tag', (session: string) => session.replace(/-.*\./, '.')],
    ['a tag of no form', (session: string) => session.replace(/-.*\./, '-x.')],
    ['a sign', (session: string) => `+${session}`],
    ['a leading zero', (session: string) => `0${session}`],
    ['a leading blank', (session: string) => ` ${session}`],
    ['2^32 more', (session: string) => session.replace(/^\d+/, (digits) => String(Number(digits) + 2 ** 32))],
    ['something behind it', (session: string) => `${session}x`],
  ])('with %s is that of a lost session, and reaches no server', async (_, change) => {
    const { start, simulator } = await signing();
    const { init, ping, lost } = await start();
    const session = await init();
    simulator.clearRequests();
    expect(await ping(change(session))).toBe(417);
    expect(simulator.requests).toEqual([]);
    const { signature = 0, value = 0 } = lost() ?? {};
    expect(signature + value).toBe(1);
  });

  test('with a wrong tag is answered byte by byte as one whose session is lost, and counted', async () => {
    const { start, simulator } = await signing();
    const { init, url, lost } = await start();
    const session = await init();
    await simulator.restart();
    const answers = [await bytesOf(url, session), await bytesOf(url, forged(session))];
    expect(answers[0]).toMatch(/^HTTP\/1\.1 417 Session does not exist or it has expired\r\n/);
    expect(answers[1]?.replace(forged(session), session)).toBe(answers[0]);
    expect(lost()).toMatchObject({ signature: 1, member: 1 });
  });
});

describe('rotation of keys', () => {
  test('the first key signs and all verify, so that no session is lost on the way', async () => {
    const { start } = await signing();
    const before = await start({ keys: [OLD] });
    const oldSession = await before.init();
    expect(await (await start({ keys: [OLD, NEW] })).ping(oldSession)).toBe(200);
    const moved = await start({ keys: [NEW, OLD] });
    expect(await moved.ping(oldSession)).toBe(200);
    const newSession = await moved.init();
    expect(newSession).toMatch(SIGNED);
    const after = await start({ keys: [NEW] });
    expect([await after.ping(newSession), await after.ping(oldSession)]).toEqual([200, 417]);
  });
});

describe('where signatures are not required', () => {
  test('values without one pass, and those with a wrong one do not', async () => {
    const { start } = await signing();
    const { init, ping } = await start({ required: false });
    const session = await init();
    expect(session).toMatch(SIGNED);
    expect(await ping(session.replace(/-.*\./, '.'))).toBe(200);
    expect(await ping(forged(session))).toBe(417);
  });
});

describe('the age of a value', () => {
  test('has no limit unless one is set, and then is lost beyond it, though its session lives', async () => {
    const { start, clock } = await signing();
    const ageless = await start();
    const aging = await start({ maxAge: '90s' });
    const session = await aging.init();
    for (const [passed, status] of [
      [50, 200],
      [35, 200],
      [10, 417],
    ] as const) {
      clock.advance(passed * 1000);
      expect(await aging.ping(session)).toBe(status);
      expect(await ageless.ping(session)).toBe(200);
    }
  });
});

describe('a value that is bound to its client', () => {
  test.each([
    ['address', clientAt('192.0.2.7'), clientAt('192.0.2.200'), clientAt('192.0.3.7')],
    [
      { header: 'X-User' },
      { headers: { 'X-User': 'ada' } },
      { headers: { 'X-User': 'ada' } },
      { headers: { 'X-User': 'eve' } },
    ],
    [
      { cookie: 'login' },
      { headers: { Cookie: 'login=ada' } },
      { headers: { Cookie: 'a=b; login=ada' } },
      { headers: { Cookie: 'login=eve' } },
    ],
  ] as const)('by %j is good for that client only', async (bind, owner, same, stranger) => {
    const { start } = await signing();
    const { init, ping, lost } = await start({ bind });
    const session = await init(owner);
    expect([await ping(session, owner), await ping(session, same)]).toEqual([200, 200]);
    expect([await ping(session, stranger), await ping(session)]).toEqual([417, 417]);
    expect(lost()).toMatchObject({ signature: 2 });
  });
});

describe('whoever tries all 15,360 session numbers of a minute', () => {
  const SECONDS = 60;
  const CONNECTIONS = 8;

  /** Every number that a server may have given in the last minute. */
  function numbers(now: number): readonly string[] {
    const counts = Array.from({ length: 256 }, (_, count) => count);
    const seconds = Array.from({ length: SECONDS }, (_, second) => now - second * 1000);
    return seconds.flatMap((second) => counts.map((count) => String(sessionNumber(second, count))));
  }

  /** Sends pings for all values, many at once on kept connections, and counts the answers by status. */
  async function tryAll(url: string, values: readonly string[]): Promise<Record<string, number>> {
    const statuses: Record<string, number> = {};
    const work = async (own: readonly string[]): Promise<void> => {
      const connection = await RawConnection.open(Number(new URL(url).port));
      for (let first = 0; first < own.length; first += 32) {
        const batch = own.slice(first, first + 32);
        const heads = batch.map(
          (value) => `GET ${CLUSTER_PATH}?command=ping&session=${value} HTTP/1.1\r\nHost: x\r\n\r\n`,
        );
        connection.send(heads.join(''));
        for (const _ of batch) {
          const status = (await connection.reply()).statusLine.split(' ')[1] ?? '';
          statuses[status] = (statuses[status] ?? 0) + 1;
        }
      }
      connection.close();
    };
    const shares = Array.from({ length: CONNECTIONS }, (_, share) =>
      values.filter((__, index) => index % CONNECTIONS === share),
    );
    await Promise.all(shares.map(work));
    return statuses;
  }

  test('finds the session where values are not signed', async () => {
    const { start, clock } = await signing();
    const { init, url } = await start('off', { limits: 'off' });
    await init();
    const ofThisSecond = numbers(clock.now()).slice(0, 256);
    expect(
      await tryAll(
        url,
        ofThisSecond.map((number) => `${number}.pz1`),
      ),
    ).toEqual({ 200: 1, 417: 255 });
  });

  test('finds none where they are, neither without a tag nor with that of a session of their own', async () => {
    const { start, clock, simulator } = await signing();
    const { init, url, lost } = await start({}, { limits: 'off' });
    const [own = '', tag] = (await init()).split(/(?=-)/, 2);
    clock.advance(1000);
    const [victim = ''] = (await init()).split('-');
    simulator.clearRequests();
    const candidates = numbers(clock.now());
    expect(candidates).toHaveLength(15_360);
    expect(candidates).toEqual(expect.arrayContaining([own, victim]));
    const guesses = candidates.map(
      (number, index) => `${number}${number === own || index % 2 === 0 ? '.pz1' : tag}`,
    );
    expect(await tryAll(url, [...guesses, `${victim}.pz1`, `${victim}${tag}`])).toEqual({ 417: 15_362 });
    expect(lost()).toMatchObject({ signature: 15_362 });
    expect(simulator.requests).toEqual([]);
  }, 60_000);
});
