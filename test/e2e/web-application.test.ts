import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import { balancer, type HttpBalancer, type HttpBalancerOptions } from '../../middleware/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { call } from '../helpers/http-client.ts';
import { RawConnection } from '../helpers/raw-connection.ts';
import { SessionApplication, type ApplicationAnswer } from '../helpers/session-application.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();

const USERS = 12;
/** More than is held for another member, and less. */
const LARGE = Buffer.alloc(300_000, 'large ');
const SMALL = Buffer.alloc(2_000, 'small ');

interface Site {
  readonly url: string;
  readonly handler: HttpBalancer;
  readonly applications: readonly SessionApplication[];
}

/** Two servers of the application behind an Express application, at /app. */
async function site(options: Partial<HttpBalancerOptions> = {}): Promise<Site> {
  const applications = [await SessionApplication.start('a'), await SessionApplication.start('b')];
  const handler = balancer({
    path: '/app',
    members: applications.map(({ url, route }) => ({ url, route })),
    signing: { keys: [{ id: 'k1', secret: 'a secret of twenty-two characters' }] },
    stickyCookie: {},
    // As long as a test: who was killed stays away.
    retry: '60s',
    ...options,
  });
  const server = createServer(express().use('/app', handler)).on('upgrade', handler.upgrade);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  bench.also(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
    await Promise.all(applications.map((application) => application.kill()));
    await handler.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/app`, handler, applications };
}

/** A user with a browser: keeps cookies, asks, uploads, and notes what came of it. */
class User {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();
  /** Routes of the answers, in order. */
  readonly routes: string[] = [];
  /** Statuses that are no answer; 0 for a reply that broke off. */
  readonly errors: number[] = [];
  /** Uploads that arrived other than they were sent. */
  damaged = 0;
  last: ApplicationAnswer | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async ask(method: string, body?: Buffer): Promise<void> {
    try {
      const reply = await call(this.#url, {
        method,
        headers: { Cookie: this.cookie },
        ...(body && { body }),
      });
      for (const line of reply.headers['set-cookie'] ?? []) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        this.#cookies.set(name, value);
      }
      if (reply.status !== 200) this.errors.push(reply.status);
      else this.#answered(JSON.parse(reply.text) as ApplicationAnswer, body ?? Buffer.alloc(0));
    } catch {
      this.errors.push(0);
    }
  }

  #answered(answer: ApplicationAnswer, sent: Buffer): void {
    this.last = answer;
    this.routes.push(answer.route);
    const isWhole =
      answer.size === sent.length && answer.digest === createHash('sha256').update(sent).digest('hex');
    if (!isWhole) this.damaged += 1;
  }
}

/** Each user asks a few times and uploads, all side by side; `meanwhile` happens when they are under way. */
async function visit(users: readonly User[], meanwhile: () => Promise<void> | void): Promise<void> {
  const visits = users.map(async (user) => {
    for (const round of [1, 2, 3]) {
      await user.ask('GET');
      await user.ask('POST', SMALL);
      await user.ask('PUT', round === 2 ? LARGE : SMALL);
    }
  });
  await meanwhile();
  await Promise.all(visits);
}

const newUsers = (url: string): User[] => Array.from({ length: USERS }, () => new User(url));

const movesOf = ({ routes }: User): number =>
  routes.filter((route, index) => index > 0 && route !== routes[index - 1]).length;

describe('an application with sessions, uploads and WebSockets behind two servers', () => {
  test('serves every user on one server, whose session counts each request', async () => {
    const { url } = await site();
    const users = newUsers(url);
    await visit(users, () => undefined);
    for (const user of users) {
      expect([user.errors, user.damaged, new Set(user.routes).size, user.last?.count]).toEqual([[], 0, 1, 9]);
    }
    expect(new Set(users.flatMap(({ routes }) => routes))).toEqual(new Set(['a', 'b']));
  });

  test('drains one under load: its users stay, new ones go to the other, and nobody sees an error', async () => {
    const { url, handler } = await site();
    const users = newUsers(url);
    for (const user of users) await user.ask('GET');
    await visit(users, () => void handler.members.setState('a', 'draining'));
    const newcomers = newUsers(url);
    await visit(newcomers, () => undefined);
    for (const user of [...users, ...newcomers]) {
      expect([user.errors, user.damaged, new Set(user.routes).size]).toEqual([[], 0, 1]);
    }
    expect(new Set(newcomers.flatMap(({ routes }) => routes))).toEqual(new Set(['b']));
  });

  test('loses one under load: its users go on at the other, and see at most what was on its way', async () => {
    const { url, applications } = await site();
    const users = newUsers(url);
    for (const user of users) await user.ask('GET');
    const first = users.map(({ routes }) => routes[0]);
    await visit(users, () => applications[0]?.kill());
    for (const [index, user] of users.entries()) {
      // What was sent and must not run twice is told as that (502); a reply under way breaks off.
      expect(user.errors.filter((status) => status !== 502 && status !== 0)).toEqual([]);
      expect(user.errors.length).toBeLessThanOrEqual(1);
      expect([user.damaged, user.last?.route]).toEqual([0, 'b']);
      expect(movesOf(user)).toBe(first[index] === 'a' ? 1 : 0);
    }
    const newcomer = new User(url);
    await newcomer.ask('POST', LARGE);
    expect([newcomer.errors, newcomer.routes]).toEqual([[], ['b']]);
  });

  test('loses one whose sessions must not begin anew: its users are told to come back later', async () => {
    const { url, applications } = await site({ sessionLoss: 'error', retryPause: '10ms' });
    const users = newUsers(url);
    for (const user of users) await user.ask('GET');
    await applications[0]?.kill();
    for (const user of users) await user.ask('GET');
    const expected = users.map(({ routes }) => (routes[0] === 'a' ? [503] : []));
    expect(users.map(({ errors }) => errors)).toEqual(expected);
    expect(new Set(expected.flat())).toEqual(new Set([503]));
  });

  test('WebSockets live through a drain, end with their server, and come back on the other', async () => {
    const { url, handler, applications } = await site();
    const user = new User(url);
    while (user.last?.route !== 'a') await user.ask('GET');
    const handshake = `GET /app/ws HTTP/1.1\r\nHost: x\r\nCookie: ${user.cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    const open = async (): Promise<RawConnection> => {
      const client = await RawConnection.open(Number(new URL(url).port));
      bench.also(() => Promise.resolve(client.close()));
      client.send(handshake);
      return client;
    };
    const client = await open();
    await client.until(/a:$/);
    handler.members.setState('a', 'draining');
    client.send('still here');
    expect(await client.until(/still here$/)).toContain('a:');
    expect(handler.snapshot().members[0]?.busy).toBe(1);
    await applications[0]?.kill();
    await client.end();
    await until(() => handler.snapshot().members[0]?.busy === 0);
    expect(await (await open()).until(/b:$/)).toContain('101 Switching Protocols');
  });
});
