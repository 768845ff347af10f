import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { run } from '../../lib/cli/demo.ts';
import { PazparSimulator } from '../../lib/simulator/index.ts';
import { capturedIo } from '../helpers/captured-io.ts';
import { routeOf, startDemo, type RunningDemo } from '../helpers/running-demo.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';

const ROUTES = ['pz1', 'pz2', 'pz3', 'pz4'];

describe('the demo with its own servers', () => {
  const pathOf = useTemporaryDirectory();
  let demo: RunningDemo;

  beforeEach(async () => {
    demo = await startDemo();
  });

  afterEach(async () => {
    await demo.stop();
  });

  /** Begins so many sessions that every server that takes some gets one. */
  async function beginMany(): Promise<string[]> {
    const sessions: string[] = [];
    for (let count = 0; count < 12; count++) sessions.push(await demo.begin());
    return sessions;
  }

  test('shares new sessions out over all four, and each search finds something', async () => {
    const sessions = [await demo.begin(), await demo.begin(), await demo.begin(), await demo.begin()];
    expect(sessions.map(routeOf).sort()).toEqual(ROUTES);
    for (const session of sessions) {
      await demo.ask('search', { session, query: 'history' });
      const { text } = await demo.ask('show', { session, block: '1', num: '1' });
      expect(text).toContain('<md-title>');
    }
  });

  test('prints shell commands that work as they stand', async () => {
    const curl = pathOf('curl');
    await writeFile(
      curl,
      `#!${process.execPath}\nfetch(process.argv.at(-1)).then((reply) => reply.text()).then((text) => process.stdout.write(text));\n`,
    );
    await chmod(curl, 0o755);
    const commands = demo
      .out()
      .split('\n')
      .filter((line) => /^ {2}(?:url=|session=|echo |curl )/.test(line));
    const { stdout } = await promisify(execFile)('sh', ['-ec', commands.join('\n')], {
      env: { ...process.env, PATH: `${dirname(curl)}:${process.env['PATH']}` },
    });
    expect(stdout).toMatch(/^\d+\.pz1\n/);
    expect(stdout).toContain('<search><status>OK</status></search>');
    expect(stdout.match(/<hit>/g)).toHaveLength(2);
  });

  test('tells the page which server has how many sessions, and what went where', async () => {
    const session = await demo.begin();
    await demo.ask('ping', { session });
    await demo.ask('ping', { session: '1.nobody' });
    const { servers, requests } = await demo.status();
    expect(servers.map(({ route, kind, running, sessions }) => [route, kind, running, sessions])).toEqual([
      ['pz1', 'identified', true, 1],
      ['pz2', 'identified', true, 0],
      ['pz3', 'legacy', true, 0],
      ['pz4', 'legacy', true, 0],
    ]);
    expect(requests.map(({ command, route, status, error }) => [command, route, status, error])).toEqual([
      ['init', 'pz1', 200, undefined],
      ['ping', 'pz1', 200, undefined],
      ['ping', undefined, 417, 'SESSION_LOST'],
    ]);
    const later = await fetch(`${demo.origin}/demo/status.json?after=2`);
    expect(await later.json()).toMatchObject({ requests: [{ number: 3 }] });
  });

  test.each(ROUTES)('when %s is killed its sessions are lost and new ones go elsewhere', async (route) => {
    const mine = (await beginMany()).find((session) => routeOf(session) === route) ?? '';
    await demo.step(route, 'kill');
    const lost = await demo.ask('ping', { session: mine });
    expect(lost.status).toBe(417);
    expect(lost.text).toContain('code="1"');
    expect(lost.text).toContain(mine);
    const others = (await beginMany()).map(routeOf);
    expect(new Set(others)).toEqual(new Set(ROUTES.filter((other) => other !== route)));
    expect((await demo.status()).servers.find((server) => server.route === route)).toMatchObject({
      running: false,
      sessions: 0,
    });
  });

  test('a killed server that is started again has forgotten its sessions', async () => {
    const session = await demo.begin();
    await demo.step('pz1', 'kill');
    await demo.step('pz1', 'restart');
    expect((await demo.status()).servers[0]).toMatchObject({ running: true, sessions: 0 });
    expect((await demo.ask('ping', { session })).text).toContain('code="1"');
  });

  test('serves its page with a policy that lets nothing else in', async () => {
    const page = await fetch(`${demo.origin}/`);
    expect(await page.text()).toContain('<title>pazpar2-balancer demo</title>');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect((await fetch(`${demo.origin}/no/such/thing`)).status).toBe(404);
    expect((await fetch(`${demo.origin}/../demo.ts`)).status).toBe(404);
  });

  test('answers neither to names that others point here nor to their pages', async () => {
    const { port } = new URL(demo.origin);
    const kill = `${demo.origin}/demo/servers/pz1/kill`;
    const elsewhere = { method: 'POST', headers: { Origin: 'http://elsewhere.example' } };
    expect((await fetch(kill, elsewhere)).status).toBe(403);
    expect(await statusOf(Number(port), 'elsewhere.example')).toBe('403');
    expect(await statusOf(Number(port), `127.0.0.1:${port}`)).toBe('200');
    expect((await demo.status()).servers[0]?.running).toBe(true);
  });

  test('ends in peace with Ctrl-C, also under a request that waits, and says so', async () => {
    const session = await demo.begin();
    await demo.ask('search', { session, query: 'history' });
    const waiting = demo.ask('record', { session, id: 'nothing' });
    expect(await demo.stop()).toBe(0);
    await expect(waiting).rejects.toThrow('fetch failed');
    expect(demo.out()).toMatch(/\nStopped\.\n$/);
    await expect(fetch(demo.origin)).rejects.toThrow('fetch failed');
  });

  test('knows no other steps and no other servers', async () => {
    for (const path of ['pz1/toString', 'pz9/kill', 'pz1']) {
      const { status } = await fetch(`${demo.origin}/demo/servers/${path}`, { method: 'POST' });
      expect(status).toBe(404);
    }
  });
});

describe('the demo with real servers', () => {
  test('balances them under the names they were given, or under pz1, pz2 by their places', async () => {
    const first = await PazparSimulator.start();
    const second = await PazparSimulator.start();
    const demo = await startDemo('--backend', first.url, '--backend', `${second.url},north`);
    const sessions = [await demo.begin(), await demo.begin(), await demo.begin()];
    expect(sessions.map(routeOf)).toEqual(['pz1', 'north', 'pz1']);
    expect((await demo.status()).servers).toMatchObject([
      { route: 'pz1', kind: 'real', running: null, sessions: 2 },
      { route: 'north', kind: 'real', running: null, sessions: 1 },
    ]);
    const { status } = await fetch(`${demo.origin}/demo/servers/pz1/kill`, { method: 'POST' });
    expect(status).toBe(404);
    expect(await demo.stop()).toBe(0);
    expect(first.counters.liveSessions).toBe(2);
    await first.stop();
    await second.stop();
  });

  test('says in the terminal when one of them fails', async () => {
    const gone = await PazparSimulator.start();
    await gone.stop();
    const demo = await startDemo('--backend', gone.url);
    expect((await demo.ask('init')).status).toBe(503);
    expect(demo.out()).toContain('gateway: member pz1: rest working -> resting (connection refused');
    await demo.stop();
  });
});

describe('wrong options', () => {
  test.each([
    [['--port', '65536'], '--port: must be a whole number from 0 to 65535 (found "65536")'],
    [['--port', '80a'], '--port: must be a whole number'],
    [['--port', '1', '--port', '2'], 'option --port stands twice'],
    [['--backend', 'localhost:9004'], '--backend: '],
    [['--backend', 'http://localhost:9004,e5'], '--backend: '],
    [
      ['--backend', 'http://localhost:9004,a', '--backend', 'http://localhost:9005,a'],
      '--backend: must differ from the routes of the other members of the cluster (found "a")',
    ],
    [['--bakend', 'x'], 'unknown option --bakend; did you mean "--backend"?'],
  ])('%j', async (argv, message) => {
    await expect(run(argv, capturedIo())).rejects.toThrow(message);
  });
});

test('a port that is in use is said in words, and nothing stays open', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const io = capturedIo();
  expect(await run(['--port', String(port)], io)).toBe(1);
  expect(io.err()).toBe(
    `pazpar2-balancer demo: 127.0.0.1:${port} is in use: stop the program that listens there, or choose another address (--port)\n`,
  );
  other.close();
});

/** The status of a request for the page under some Host, which `fetch` would not send. */
async function statusOf(port: number, host: string): Promise<string | undefined> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let reply = '';
  for await (const chunk of socket) reply += String(chunk);
  return /^HTTP\/1\.1 (\d+)/.exec(reply)?.[1];
}
