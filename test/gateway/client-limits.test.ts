import { describe, expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import { LIMITS_DEFAULTS } from '../../lib/config/defaults.ts';
import type { GatewayClusterOptions } from '../../lib/config/options.ts';
import { ClientLimits } from '../../lib/gateway/client-limits.ts';
import { SessionTable } from '../../lib/session/session-table.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import {
  clientAt,
  CLUSTER_PATH,
  ofOneCluster,
  onFreePorts,
  useGatewayBench,
} from '../helpers/gateway-bench.ts';
import { call, type Reply } from '../helpers/http-client.ts';
import { initReply, pingReply } from '../helpers/pazpar-bytes.ts';
import type { BackendConnection } from '../helpers/scripted-backend.ts';
import { until } from '../helpers/until.ts';

const bench = useGatewayBench();
const SECOND = 1000;

/** A gateway in a time that the test moves, before a server that answers all but `show` at once. */
async function limited(limits: GatewayClusterOptions['limits'], more: Partial<GatewayClusterOptions> = {}) {
  const clock = new FakeClock();
  const held: BackendConnection[] = [];
  let sessions = 100;
  const backend = await bench.backend({
    script: (connection, { head }) => {
      if (head.includes('command=show')) held.push(connection);
      else connection.write(head.includes('command=init') ? initReply(String(++sessions)) : pingReply());
    },
  });
  const members = [{ url: backend.url, route: 'pz1' }];
  const options = ofOneCluster({ members, ...(limits && { limits }), ...more });
  const { gateway, url: origin } = await bench.gateway(options, clock);
  const url = `${origin}${CLUSTER_PATH}`;
  const ask = (query: string, address = '192.0.2.1') => call(`${url}?command=${query}`, clientAt(address));
  const statuses = async (query: string, count: number, address?: string) => {
    const replies = [];
    for (let number = 0; number < count; number++) replies.push((await ask(query, address)).status);
    return replies;
  };
  const snapshot = () => gateway.snapshot()[0];
  return { url, clock, backend, held, ask, statuses, snapshot };
}

describe('a client that asks too often', () => {
  test('is told with 429 when to come again, which limit it was, and in a document', async () => {
    const { ask } = await limited({ perAddress: { other: { perSecond: 0.5, burst: 2 } } });
    for (let count = 0; count < 2; count++) expect((await ask('ping&session=7.pz1')).status).toBe(200);
    const reply = await ask('ping&session=7.pz1');
    expect(reply).toMatchObject({ status: 429, reason: 'Too many requests' });
    expect(reply.headers).toMatchObject({
      'content-type': 'text/xml',
      'retry-after': '2',
      'ratelimit-policy': '"other-address";q=2;w=4',
      ratelimit: '"other-address";r=0;t=2',
    });
    expect(reply.text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<error code="224" msg="Too many requests">other requests of this address</error>',
    );
  });

  test('reaches no member, and goes on as soon as it was told', async () => {
    const { ask, clock, backend } = await limited({ perAddress: { other: { perSecond: 0.5, burst: 1 } } });
    await ask('ping&session=7.pz1');
    expect(Number((await ask('ping&session=7.pz1')).headers['retry-after'])).toBe(2);
    expect(backend.connections.flatMap(({ requests }) => requests)).toHaveLength(1);
    clock.advance(2 * SECOND);
    expect((await ask('ping&session=7.pz1')).status).toBe(200);
  });

  test('keeps nobody else away', async () => {
    const { statuses } = await limited({ perAddress: { init: { perSecond: 1, burst: 1 } } });
    expect(await statuses('init', 2)).toEqual([200, 429]);
    expect(await statuses('init', 1, '192.0.2.2')).toEqual([200]);
  });

  test('of IPv6 is its whole network', async () => {
    const { statuses } = await limited({ perAddress: { init: { perSecond: 1, burst: 1 } } });
    expect(await statuses('init', 1, '2001:db8:0:100::1')).toEqual([200]);
    expect(await statuses('init', 1, '2001:db8:0:1ff::2')).toEqual([429]);
    expect(await statuses('init', 1, '2001:db8:0:200::1')).toEqual([200]);
  });

  test('is counted apart for new sessions, searches and the rest', async () => {
    const once = { perSecond: 1, burst: 1 };
    const { statuses } = await limited({ perAddress: { init: once, search: once, other: once } });
    for (const query of ['init', 'search&query=x&session=7.pz1', 'ping&session=7.pz1']) {
      expect(await statuses(query, 2)).toEqual([200, 429]);
    }
  });
});

describe('a session that asks too often', () => {
  test('is refused, whoever uses it, while others of the same address go on', async () => {
    const { statuses, ask } = await limited({ perSession: { search: { perSecond: 1, burst: 1 } } });
    expect(await statuses('search&query=x&session=7.pz1', 2)).toEqual([200, 429]);
    expect(await statuses('search&query=x&session=7.pz1', 1, '192.0.2.2')).toEqual([429]);
    expect(await statuses('search&query=x&session=8.pz1', 1)).toEqual([200]);
    expect((await ask('search&query=x&session=7.pz1')).headers['ratelimit']).toBe('"search-session";r=0;t=1');
  });
});

describe('requests that wait for results', () => {
  test('are limited for each session, and one that ends makes room for another', async () => {
    const { ask, held } = await limited({ maxBlockedPerSession: 2 });
    const waiting = [ask('show&block=1&session=7.pz1'), ask('show&block=1&session=7.pz1')];
    await until(() => held.length === 2);
    const refused = await ask('show&block=1&session=7.pz1');
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '5' } });
    expect(refused.text).toContain('>waiting requests of this session</error>');
    const other = ask('show&block=1&session=8.pz1');
    await until(() => held.length === 3);
    for (const connection of held) connection.write(pingReply());
    expect((await Promise.all([...waiting, other])).map(({ status }) => status)).toEqual([200, 200, 200]);
    const again = ask('show&block=1&session=7.pz1');
    await until(() => held.length === 4);
    held[3]?.write(pingReply());
    expect((await again).status).toBe(200);
  });

  test('whose client leaves make room, too', async () => {
    const { url, ask, held } = await limited({ maxBlockedPerSession: 1 });
    const client = await bench.connect(url);
    client.get('command=show&block=1&session=7.pz1');
    await until(() => held.length === 1);
    client.close();
    await held[0]?.closed;
    const next = ask('show&block=1&session=7.pz1');
    await until(() => held.length === 2);
    held[1]?.write(pingReply());
    expect((await next).status).toBe(200);
  });
});

describe('open sessions of one address', () => {
  test('are limited, and one that was not used for its timeout makes room', async () => {
    const { statuses, clock } = await limited({ maxSessionsPerAddress: 2 });
    expect(await statuses('init', 3)).toEqual([200, 200, 429]);
    expect(await statuses('init', 1, '192.0.2.2')).toEqual([200]);
    clock.advance(40 * SECOND);
    expect(await statuses('ping&session=101.pz1', 1)).toEqual([200]);
    clock.advance(30 * SECOND);
    expect(await statuses('init', 2)).toEqual([200, 429]);
  });
});

describe('who is not limited', () => {
  const tight = { perAddress: { init: { perSecond: 0.01, burst: 1 } }, maxSessionsPerAddress: 1 };

  test('comes by an entrance that is trusted', async () => {
    const { url, statuses } = await limited(tight, { entrances: [{ path: '/trusted' }] });
    expect(await statuses('init', 2)).toEqual([200, 429]);
    for (let count = 0; count < 20; count++) {
      const reply = await call(`${new URL('/trusted', url).href}?command=init`, clientAt('192.0.2.1'));
      expect(reply.status).toBe(200);
    }
  });

  test('uses a cluster that is trusted', async () => {
    const { statuses } = await limited(tight, { policy: 'trusted' });
    expect(new Set(await statuses('init', 20))).toEqual(new Set([200]));
  });

  test('uses a cluster without limits', async () => {
    const { statuses } = await limited('off');
    expect(new Set(await statuses('init', 20))).toEqual(new Set([200]));
  });
});

describe('a new configuration', () => {
  test('with the same limits goes on counting, with others begins anew', async () => {
    const clock = new FakeClock();
    const [member] = (await bench.farm(1)).members;
    if (member === undefined) throw new Error('no member');
    const init = { perSecond: 0.01, burst: 2 };
    const options: Omit<GatewayClusterOptions, 'path'> = {
      members: [member],
      limits: { perAddress: { init } },
    };
    const { gateway, url } = await bench.gateway(ofOneCluster(options), clock);
    const apply = (changed: typeof options) =>
      gateway.apply(checkGatewayOptions(onFreePorts(ofOneCluster(changed))));
    const ask = async () => (await call(`${url}${CLUSTER_PATH}?command=init`)).status;
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
    apply({ ...options, sessionTimeout: '90s' });
    expect(await ask()).toBe(429);
    const wider = { perAddress: { init: { ...init, burst: 3 } } };
    apply({ ...options, limits: wider });
    expect(await ask()).toBe(200);
  });
});

/** Starts requests one after the other, each when the one before has its place or its seat, and notes whose was answered when. */
async function lineUp(
  places: () => number,
  requests: readonly [client: string, send: () => Promise<Reply>][],
) {
  const order: string[] = [];
  for (const [client, send] of requests) {
    const before = places();
    void send().then(() => order.push(client));
    await until(() => places() > before);
  }
  return order;
}

describe('at a member that is full', () => {
  test('requests are served in turn by client, so that one who waits with many delays others by one', async () => {
    const { ask, held, snapshot } = await limited({ maxBlockedPerSession: 100 }, { maxBlocking: 1 });
    const send = (address: string) => () => ask('show&block=1&session=7.pz1', address);
    const busy = Array.from({ length: 5 }, (): [string, () => Promise<Reply>] => ['busy', send('192.0.2.1')]);
    const order = await lineUp(
      () => held.length + (snapshot()?.members[0]?.blocking.waiting ?? 0),
      [...busy, ['second', send('192.0.2.2')], ['third', send('192.0.2.3')]],
    );
    for (let served = 0; served < 7; served++) {
      await until(() => held.length === served + 1);
      held[served]?.write(pingReply());
      await until(() => order.length === served + 1);
    }
    expect(order).toEqual(['busy', 'busy', 'second', 'third', 'busy', 'busy', 'busy']);
  });

  test('new sessions are, too', async () => {
    const { ask, clock, snapshot } = await limited(undefined, { maxInitRate: 1 });
    const send = (address: string) => () => ask('init', address);
    expect((await ask('init', '192.0.2.9')).status).toBe(200);
    const order = await lineUp(
      () => snapshot()?.waitingInits ?? 0,
      [
        ['busy', send('192.0.2.1')],
        ['busy', send('192.0.2.1')],
        ['busy', send('192.0.2.1')],
        ['other', send('192.0.2.2')],
      ],
    );
    for (let served = 0; served < 4; served++) {
      clock.advance(1020);
      await until(() => order.length === served + 1);
    }
    expect(order).toEqual(['busy', 'other', 'busy', 'busy']);
  });
});

describe('the defaults', () => {
  /** Behind one address: each sends 5 requests a second, as pz2.js does while a search runs, and begins a search every 20 seconds. */
  const USERS = 300;
  const MINUTES = 2;

  test('never refuse 300 users behind one address', () => {
    const clock = new FakeClock();
    const limits = new ClientLimits(LIMITS_DEFAULTS, clock);
    const sessions = new SessionTable(60 * SECOND, 10_000);
    const owner = limits.keyOf('192.0.2.1');
    const begin = (user: number): void => {
      limits.admitAddress('init', owner);
      limits.admitNewSession(sessions, owner, clock.monotonic());
      sessions.touch({ number: String(user), route: 'pz1', owner }, clock.monotonic());
    };
    const ask = (kind: 'search' | 'other', user: number): void => {
      limits.admitAddress(kind, owner);
      limits.admitSession(kind, `${user}.pz1`);
    };
    const use = (): void => {
      for (let user = 0; user < USERS; user++) begin(user);
      for (let tick = 0; tick < MINUTES * 60 * 5; tick++) {
        for (let user = 0; user < USERS; user++) ask((tick + user) % 100 === 0 ? 'search' : 'other', user);
        // Every page is loaded anew in bursts of a hundred.
        if (tick % 50 === 0) for (let user = 0; user < 100; user++) begin(tick * 1000 + user);
        clock.advance(200);
      }
    };
    expect(use).not.toThrow();
  });

  test('let them begin all at once through a real gateway, and search', async () => {
    const { members } = await bench.farm(2);
    const { url: origin } = await bench.gateway(ofOneCluster({ members }));
    const url = `${origin}${CLUSTER_PATH}`;
    const statuses: number[] = [];
    for (let burst = 0; burst < 3; burst++) {
      const begun = Array.from({ length: 100 }, async () => {
        const { status, text } = await call(`${url}?command=init`, clientAt('192.0.2.1'));
        const session = /<session>(.*)<\/session>/.exec(text)?.[1] ?? '';
        const search = await call(`${url}?command=search&query=x&session=${session}`, clientAt('192.0.2.1'));
        statuses.push(status, search.status);
      });
      await Promise.all(begun);
    }
    expect(statuses).toHaveLength(600);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});
