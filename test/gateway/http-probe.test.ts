import { describe, expect, test } from '@jest/globals';
import type { MemberSettings } from '../../lib/cluster/member-settings.ts';
import { Member } from '../../lib/cluster/member.ts';
import type { HttpProbeConfig } from '../../lib/config/config.ts';
import { httpProbe } from '../../lib/gateway/http-probe.ts';
import type { ProbeResult } from '../../lib/health/probe.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { keyPair, pemFile } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { memberSettings } from '../helpers/member-settings.ts';

const bench = useBalancerBench();

const PLAIN: HttpProbeConfig = { method: 'GET', path: '/health', status: [[200, 399]], body: undefined };

function probe(
  url: string,
  changes: Partial<HttpProbeConfig> = {},
  settings: Partial<MemberSettings> = {},
): Promise<ProbeResult> {
  const member = new Member(memberSettings('a', { ...settings, url }));
  return new Promise((resolve) => void httpProbe({ ...PLAIN, ...changes })(member, resolve));
}

function reply(status: number, body = ''): string {
  return `HTTP/1.1 ${status} x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

async function server(bytes: string) {
  const backend = await bench.backend({ script: (connection) => connection.end(bytes) });
  return { backend, url: backend.url };
}

describe('A probe that asks for a page', () => {
  test.each(['GET', 'HEAD', 'OPTIONS'] as const)(
    'sends %s for its path, on a connection of its own',
    async (method) => {
      const { backend, url } = await server('HTTP/1.1 204 x\r\n\r\n');
      expect(await probe(`${url}/app`, { method, path: '/health?deep=1' })).toEqual({ ok: true });
      const { head } = await (await backend.connection(0)).request();
      expect(head).toMatch(
        new RegExp(`^${method} /health\\?deep=1 HTTP/1\\.1\r\nHost: 127\\.0\\.0\\.1:\\d+\r\n`),
      );
      expect(head).toMatch(/Connection: close/);
    },
  );

  test.each([
    [200, true],
    [399, true],
    [400, false],
    [503, false],
  ])('finds status %i: passed %p', async (status, ok) => {
    const { url } = await server(reply(status));
    expect(await probe(url)).toEqual(ok ? { ok } : { ok, reason: `answered with status ${status}` });
  });

  test('passes by the statuses that it is told', async () => {
    const { url } = await server(reply(417));
    expect(
      await probe(url, {
        status: [
          [204, 204],
          [410, 420],
        ],
      }),
    ).toEqual({ ok: true });
  });

  test('looks for a pattern in the body', async () => {
    const { url } = await server(reply(200, '{"status": "ok"}'));
    expect(await probe(url, { body: '"status": *"ok"' })).toEqual({ ok: true });
    expect(await probe(url, { body: 'degraded' })).toEqual({
      ok: false,
      reason: 'answered without /degraded/',
    });
  });

  test('reads 64 kB of a body at most', async () => {
    const { url } = await server(reply(200, `${'x'.repeat(70_000)}ok`));
    expect(await probe(url, { body: 'ok' })).toMatchObject({ ok: false });
    expect(await probe(url, { body: 'x{60000}' })).toEqual({ ok: true });
  });

  test.each([
    ['no HTTP', 'hello, this is something else\r\n\r\n', 'no valid HTTP'],
    ['two lengths', 'HTTP/1.1 200 x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 'no valid HTTP'],
    ['nothing', '', 'connection closed without an answer'],
  ])('fails where %s comes', async (_, bytes, reason) => {
    const { url } = await server(bytes);
    expect(await probe(url)).toEqual({ ok: false, reason });
  });

  test('fails where a body with the pattern breaks off', async () => {
    const { url } = await server('HTTP/1.1 200 x\r\nContent-Length: 100\r\n\r\nshort');
    expect(await probe(url, { body: 'long' })).toEqual({ ok: false, reason: 'answer broke off' });
  });

  test('fails where nobody listens', async () => {
    const reason = 'connection refused';
    expect(await probe(`http://127.0.0.1:${await freePort()}`)).toEqual({ ok: false, reason });
  });

  test('fails where the certificate is not trusted', async () => {
    const backend = await bench.backend({ tls: keyPair('server') });
    const reason = 'TLS handshake or certificate failed';
    expect(await probe(backend.url)).toEqual({ ok: false, reason });
  });

  test('speaks TLS as requests to that member do', async () => {
    const tls = { ...keyPair('named'), ca: pemFile('ca.pem').text, requestCert: true };
    const backend = await bench.backend({ tls, script: (connection) => connection.end(reply(200)) });
    const shown = { cert: pemFile('client.pem'), key: pemFile('client.key') };
    const settings = { tls: { ca: pemFile('ca.pem'), serverName: 'pz.internal', ...shown } };
    expect(await probe(backend.url, {}, settings)).toEqual({ ok: true });
    expect(backend.connections[0]).toMatchObject({ serverName: 'pz.internal', clientName: 'balancer' });
  });

  test('says nothing any more once it is called off', async () => {
    const backend = await bench.backend();
    let said = false;
    const running = httpProbe(PLAIN)(
      new Member(memberSettings('a', { url: backend.url })),
      () => (said = true),
    );
    const connection = await backend.connection(0);
    await connection.request();
    running.cancel();
    await connection.closed;
    expect(said).toBe(false);
  });
});
