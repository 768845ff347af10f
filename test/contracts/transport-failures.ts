import { describe, expect, jest, test } from '@jest/globals';
import { Socket } from 'node:net';

import type { TransportFailure } from '../../lib/forward/transport.ts';
import { DeafServer } from '../helpers/deaf-server.ts';
import { keyPair, pemFile } from '../helpers/certificates.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import type { BackendConnection } from '../helpers/scripted-backend.ts';
import { okReply, useTransportBench, type TransportKind } from './transport-bench.ts';
import { NAME_WITHOUT_ADDRESS } from '../helpers/no-address.ts';

const NOTHING_SENT = { sent: false, received: false, reused: false };
const NO_ANSWER = { sent: true, received: false, reused: false };
const PARTLY_ANSWERED = { sent: true, received: true, reused: false };

/** Every way to fail that can be had on one machine, and what is certain then. */
export function describeFailures(kind: TransportKind): void {
  describe('without a connection fails', () => {
    const bench = useTransportBench(kind);

    test.each(['http://127.0.0.1', 'http://localhost'])(
      'as refused when nobody listens at %s',
      async (host) => {
        const backend = await bench.backend();
        const url = `${host}:${backend.port}`;
        await backend.stop();
        const { reply } = bench.send(bench.transport(url));
        expect(await reply.over()).toMatchObject({ kind: 'refused', ...NOTHING_SENT });
        expect(reply.calls).toEqual(['failed']);
      },
    );

    test('as refused when there is no such Unix socket', async () => {
      const { reply } = bench.send(bench.transport('unix:/nowhere/pz2.sock'));
      expect(await reply.over()).toMatchObject({ kind: 'refused', ...NOTHING_SENT });
    });

    test('as name when the name has no address', async () => {
      const { reply } = bench.send(bench.transport(`http://${NAME_WITHOUT_ADDRESS}:9004`));
      expect(await reply.over()).toMatchObject({ kind: 'name', ...NOTHING_SENT });
    });

    test('as connect-timeout exactly when the limit is reached', async () => {
      const deaf = await DeafServer.listen();
      try {
        const clock = new FakeClock();
        const { reply } = bench.send(bench.transport(deaf.url, { clock, connectTimeout: 300 }));
        await new Promise((resolve) => setImmediate(resolve));
        clock.advance(299);
        await new Promise((resolve) => setImmediate(resolve));
        expect(reply.calls).toEqual([]);
        clock.advance(1);
        expect(await reply.over()).toMatchObject({ kind: 'connect-timeout', ...NOTHING_SENT });
      } finally {
        await deaf.stop();
      }
    });

    test('as ports when no local port is free and no connection is kept', async () => {
      const connect = withoutLocalPort();
      const { reply } = bench.send(bench.transport('http://127.0.0.1:9'), { connection: 'fresh' });
      expect(await reply.over()).toMatchObject({ kind: 'ports', ...NOTHING_SENT });
      connect.mockRestore();
    });
  });

  describe('without a reply fails', () => {
    const bench = useTransportBench(kind);

    async function failure(
      answer: (connection: BackendConnection) => void,
    ): Promise<TransportFailure | undefined> {
      const backend = await bench.backend({ script: answer });
      return bench.send(bench.transport(backend.url), { connection: 'fresh' }).reply.over();
    }

    test('as empty when the connection ends', async () => {
      expect(await failure((connection) => connection.end())).toMatchObject({ kind: 'empty', ...NO_ANSWER });
    });

    test('as reset when the connection is reset', async () => {
      expect(await failure((connection) => connection.reset())).toMatchObject({
        kind: 'reset',
        ...NO_ANSWER,
      });
    });

    test('as empty or reset when the connection ends while a large body is on its way', async () => {
      const backend = await bench.backend();
      const body = Buffer.alloc(20 * 1024 * 1024);
      const { reply } = bench.send(bench.transport(backend.url), {
        method: 'POST',
        body,
        connection: 'fresh',
      });
      const connection = await backend.connection(0);
      connection.stopReading();
      await reply.until(() => reply.calls.includes('sent'));
      connection.destroy();
      const error = await reply.over();
      expect(['empty', 'reset']).toContain(error?.kind);
      expect(error).toMatchObject(NO_ANSWER);
    });

    test.each([
      ['within the status line', 'HTTP/1.1 20'],
      ['within the head', 'HTTP/1.1 200 OK\r\nContent-'],
      ['before the body', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'],
      ['within the body', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello'],
      [
        'within a body announced as the last',
        'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\nhello',
      ],
    ])('as truncated when it ends or is reset %s', async (_, bytes) => {
      const ended = await failure((connection) => connection.end(bytes));
      expect(ended).toMatchObject({ kind: 'truncated', ...PARTLY_ANSWERED });

      const backend = await bench.backend();
      const { reply } = bench.send(bench.transport(backend.url));
      const connection = await backend.connection(0);
      await connection.request();
      connection.write(bytes);
      await new Promise((resolve) => setTimeout(resolve, 20));
      connection.reset();
      expect(await reply.over()).toMatchObject({ kind: 'truncated', ...PARTLY_ANSWERED });
    });

    test.each([
      ['no HTTP at all', 'hello\r\n\r\n'],
      ['HTTP/0.9', '<html><body>hello</body></html>'],
      ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
      ['no status', 'HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n'],
      ['a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n'],
      ['HTTP/2', 'HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n'],
      ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
      ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello'],
      ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello'],
      ['a length with a sign', 'HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello'],
      ['a length beyond all numbers', `HTTP/1.1 200 OK\r\nContent-Length: ${'9'.repeat(30)}\r\n\r\nhello`],
      [
        'length and chunks',
        'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ],
      ['a header without a name', 'HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 0\r\n\r\n'],
      ['a header without a colon', 'HTTP/1.1 200 OK\r\nX y\r\nContent-Length: 0\r\n\r\n'],
      ['a blank before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n'],
      ['a NUL in a header', 'HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n'],
      ['a control character in the reason', 'HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n'],
      ['a control character in a header', 'HTTP/1.1 200 OK\r\nX: a\x01b\r\nContent-Length: 0\r\n\r\n'],
      ['a delete character in a header', 'HTTP/1.1 200 OK\r\nX: a\x7fb\r\nContent-Length: 0\r\n\r\n'],
      ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(70_000)}`],
      ['too many headers', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(20_000)}Content-Length: 0\r\n\r\n`],
      ['a change of protocol', 'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'],
      ['a bare change of protocol', 'HTTP/1.1 101 Switching\r\n\r\n'],
    ])('as malformed: %s', async (_, bytes) => {
      const error = await failure((connection) => connection.write(bytes));
      expect(error).toMatchObject({ kind: 'malformed', ...PARTLY_ANSWERED });
    });
  });

  if (kind.closeDelimited) {
    describe('a reply that ends with the connection', () => {
      const bench = useTransportBench(kind);

      test('is truncated when the connection is reset', async () => {
        const backend = await bench.backend();
        const { reply } = bench.send(bench.transport(backend.url));
        const connection = await backend.connection(0);
        await connection.request();
        connection.write('HTTP/1.1 200 OK\r\n\r\nhello');
        await reply.until(() => reply.chunks.length > 0);
        connection.reset();
        expect(await reply.over()).toMatchObject({ kind: 'truncated', ...PARTLY_ANSWERED });
      });
    });
  }

  if (kind.tls) describeTlsFailures(kind);
  if (!kind.general) describePortFallback(kind);
}

function describePortFallback(kind: TransportKind): void {
  describe('that no local port is free', () => {
    const bench = useTransportBench(kind);

    test('is no failure when a kept connection is there: a request for a fresh one falls back to it', async () => {
      const backend = await bench.backend({ script: (connection) => connection.write(okReply('x')) });
      const transport = bench.transport(backend.url);
      await bench.send(transport).reply.over();
      const connect = withoutLocalPort();
      const { reply } = bench.send(transport, { connection: 'fresh' });
      expect(await reply.over()).toBeUndefined();
      expect(backend.connections).toHaveLength(1);
      expect(transport).toHaveProperty('portFallbacks', 1);
      connect.mockRestore();
    });

    test('lasts: for a minute after it every connection is kept, fresh ones come after it', async () => {
      const clock = new FakeClock();
      const backend = await bench.backend({ script: (connection) => connection.write(okReply('x')) });
      const transport = bench.transport(backend.url, { clock });
      const send = (): Promise<unknown> => bench.send(transport, { connection: 'fresh' }).reply.over();
      const connect = withoutLocalPort();
      await send();
      connect.mockRestore();

      await send();
      await send();
      expect(backend.connections).toHaveLength(1);
      expect(transport).toHaveProperty('portFallbacks', 1);
      clock.advance(60_000);
      await send();
      expect(backend.connections).toHaveLength(2);
      expect(transport).toHaveProperty('portFallbacks', 1);
    });
  });
}

function describeTlsFailures(kind: TransportKind): void {
  describe('over TLS fails', () => {
    const bench = useTransportBench(kind);
    const tls = keyPair('server');
    const ca = pemFile('ca.pem');

    test('as tls when the certificate is not trusted', async () => {
      const backend = await bench.backend({ tls });
      const { reply } = bench.send(bench.transport(backend.url));
      expect(await reply.over()).toMatchObject({ kind: 'tls', ...NOTHING_SENT });
    });

    test('as tls when the certificate has another name than the one that is asked for', async () => {
      const backend = await bench.backend({ tls });
      const { reply } = bench.send(bench.transport(backend.url, { tls: { ca, serverName: 'pz.internal' } }));
      expect(await reply.over()).toMatchObject({ kind: 'tls', ...NOTHING_SENT });
    });

    test('as tls when the member wants a certificate and gets none', async () => {
      const backend = await bench.backend({ tls: { ...tls, ca: ca.text, requestCert: true } });
      const { reply } = bench.send(bench.transport(backend.url, { tls: { ca } }));
      // TLS 1.3: whether the certificate will do is said only after the handshake (RFC 8446, section 4.4.2.4).
      expect(await reply.over()).toMatchObject({ kind: 'tls', received: false });
      expect(backend.connections.flatMap(({ requests }) => requests)).toEqual([]);
    });

    test.each(['end', 'reset'] as const)('as tls when the member does not speak it: %s', async (how) => {
      const backend = await bench.backend();
      const { reply } = bench.send(bench.transport(backend.url.replace('http:', 'https:')));
      const connection = await backend.connection(0);
      await connection.touched;
      connection[how]();
      expect(await reply.over()).toMatchObject({ kind: 'tls', ...NOTHING_SENT });
    });

    test('as connect-timeout when the handshake hangs', async () => {
      const backend = await bench.backend();
      const clock = new FakeClock();
      const { reply } = bench.send(
        bench.transport(backend.url.replace('http:', 'https:'), { clock, connectTimeout: 300 }),
      );
      await backend.connection(0);
      clock.advance(300);
      expect(await reply.over()).toMatchObject({ kind: 'connect-timeout', ...NOTHING_SENT });
    });
  });
}

/** The next connection attempt finds no local port, which cannot be brought about for real in a test. */
function withoutLocalPort(): { mockRestore(): void } {
  return jest.spyOn(Socket.prototype, 'connect').mockImplementationOnce(function fail(this: Socket) {
    const error = Object.assign(new Error('connect EADDRNOTAVAIL'), {
      code: 'EADDRNOTAVAIL',
      syscall: 'connect',
    });
    process.nextTick(() => this.destroy(error));
    return this;
  });
}
