import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { keyPair, pemFile } from '../helpers/certificates.ts';
import type { BackendConnection } from '../helpers/scripted-backend.ts';
import { okReply, useTransportBench, type TransportKind } from './transport-bench.ts';

const answer = (connection: BackendConnection): void => void connection.write(okReply('<ping/>'));

/** Which connections are used, kept and closed. */
export function describeConnections(kind: TransportKind): void {
  describe('a kept connection', () => {
    const bench = useTransportBench(kind);

    test('carries one request after the other', async () => {
      const backend = await bench.backend({ script: answer });
      const transport = bench.transport(backend.url);
      for (let round = 0; round < 5; round++) {
        expect(await bench.send(transport).reply.over()).toBeUndefined();
      }
      expect(backend.connections).toHaveLength(1);
      expect(transport.connections).toBe(1);
    });

    test('carries one request at a time', async () => {
      const backend = await bench.backend();
      const transport = bench.transport(backend.url);
      const first = bench.send(transport);
      const second = bench.send(transport);
      const connections = [await backend.connection(0), await backend.connection(1)];
      await Promise.all(connections.map((connection) => connection.request()));
      for (const connection of connections) connection.write(okReply('x'));
      await Promise.all([first.reply.over(), second.reply.over()]);
      expect(transport.connections).toBe(2);
    });

    test('that the member closed while it was idle is not used: the request goes out once, on a new one', async () => {
      const backend = await bench.backend({ script: answer });
      const transport = bench.transport(backend.url);
      await bench.send(transport).reply.over();
      backend.connections[0]!.end();
      await backend.connections[0]!.closed;
      const { reply } = bench.send(transport);
      expect(await reply.over()).toBeUndefined();
      expect(reply.calls).toEqual(['sent', 'head', 'data', 'end']);
      expect(backend.connections.map(({ requests }) => requests.length)).toEqual([1, 1]);
    });

    test.each([
      ['end', (connection: BackendConnection) => connection.end()],
      ['reset', (connection: BackendConnection) => connection.reset()],
      ['unasked reply', (connection: BackendConnection) => void connection.write(okReply('forged'))],
    ])('is not used either in the moment in which its %s arrives', async (_, spoil) => {
      const backend = await bench.backend({ script: answer });
      const transport = bench.transport(backend.url);
      await bench.send(transport).reply.over();
      // From here the event loop looks at the sockets before anything that `send` puts off.
      await new Promise((resolve) => setImmediate(resolve));
      spoil(backend.connections[0]!);
      const { reply } = bench.send(transport);
      expect(await reply.over()).toBeUndefined();
      expect(reply.body.toString()).toBe('<ping/>');
      expect(backend.connections.map(({ requests }) => requests.length)).toEqual([1, 1]);
    });

    test.each([
      ['end', 'empty'],
      ['reset', 'reset'],
    ] as const)('that ends exactly when it is used again fails as reused: %s', async (how, failureKind) => {
      const backend = await bench.backend({
        script: (connection) => {
          if (connection.requests.length === 1) answer(connection);
          else connection[how]();
        },
      });
      const transport = bench.transport(backend.url);
      await bench.send(transport).reply.over();
      expect(await bench.send(transport).reply.over()).toMatchObject({
        kind: failureKind,
        sent: true,
        received: false,
        reused: true,
      });
      expect(backend.connections).toHaveLength(1);
    });

    test('is closed after its time of idleness', async () => {
      const backend = await bench.backend({ script: answer });
      const transport = bench.transport(backend.url, { keepAliveTimeout: 30 });
      await bench.send(transport).reply.over();
      await backend.connections[0]!.left;
      expect(backend.connections[0]!.requests).toHaveLength(1);
      expect(await bench.send(transport).reply.over()).toBeUndefined();
      expect(backend.connections).toHaveLength(2);
    });

    test.each([
      ['Connection: close', okReply('x', 'Connection: close\r\n')],
      ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx'],
      ['bytes after the reply', `${okReply('x')}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged`],
    ])('is given up after a reply with %s', async (_, bytes) => {
      const backend = await bench.backend({ script: (connection) => connection.write(bytes) });
      const transport = bench.transport(backend.url);
      const first = bench.send(transport);
      expect(await first.reply.over()).toBeUndefined();
      await backend.connections[0]!.left;
      const second = bench.send(transport);
      expect(await second.reply.over()).toBeUndefined();
      expect(second.reply.body.toString()).toBe('x');
      expect(backend.connections).toHaveLength(2);
    });

    test('on which bytes arrive while it is idle is given up', async () => {
      const backend = await bench.backend({ script: answer });
      const transport = bench.transport(backend.url);
      await bench.send(transport).reply.over();
      backend.connections[0]!.write(okReply('forged'));
      await backend.connections[0]!.left;
      const { reply } = bench.send(transport);
      expect(await reply.over()).toBeUndefined();
      expect(reply.body.toString()).toBe('<ping/>');
    });
  });

  describe('a fresh connection', () => {
    const bench = useTransportBench(kind);

    test('carries one request and is closed after the reply, even by a member that keeps it', async () => {
      const backend = await bench.backend({ script: answer });
      const transport = bench.transport(backend.url);
      for (let round = 0; round < 3; round++) {
        expect(await bench.send(transport, { connection: 'fresh' }).reply.over()).toBeUndefined();
      }
      await Promise.all(backend.connections.map((connection) => connection.left));
      expect(backend.connections.map(({ requests }) => requests.length)).toEqual([1, 1, 1]);
    });

    test('is not one that was kept', async () => {
      const backend = await bench.backend({ script: answer });
      const transport = bench.transport(backend.url);
      await bench.send(transport).reply.over();
      await bench.send(transport, { connection: 'fresh' }).reply.over();
      await bench.send(transport).reply.over();
      expect(backend.connections.map(({ requests }) => requests.length)).toEqual([2, 1]);
    });

    const settings: [connections: 'kept' | 'fresh' | 'auto', boolean, 'kept' | 'fresh', number][] = [
      ['auto', true, 'kept', 1],
      ['auto', true, 'fresh', 2],
    ];
    if (!kind.general) {
      settings.push(['kept', true, 'fresh', 1], ['fresh', true, 'kept', 2], ['auto', false, 'fresh', 1]);
    }
    test.each(settings)(
      'or a kept one: setting %s, direct %s, request %s',
      async (connections, direct, connection, expected) => {
        const backend = await bench.backend({ script: answer });
        const transport = bench.transport(backend.url, { connections, direct });
        await bench.send(transport, { connection }).reply.over();
        await bench.send(transport, { connection }).reply.over();
        expect(backend.connections).toHaveLength(expected);
      },
    );
  });

  describe('a connection', () => {
    const bench = useTransportBench(kind);
    // A member decides for Pazpar2: its socket and TLS connections are kept, whatever requests say.
    const connection = kind.general ? 'kept' : 'fresh';

    test('may be a Unix socket, which is kept', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'transport-'));
      try {
        const backend = await bench.backend({ script: answer, socketPath: join(folder, 'pz2.sock') });
        const transport = bench.transport(backend.url);
        for (let round = 0; round < 2; round++) {
          const { reply } = bench.send(transport, { connection });
          expect(await reply.over()).toBeUndefined();
          expect(reply.body.toString()).toBe('<ping/>');
        }
        expect(backend.connections).toHaveLength(1);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    if (kind.tls) {
      test('may be one with TLS, which is kept', async () => {
        const backend = await bench.backend({ script: answer, tls: keyPair('server') });
        const transport = bench.transport(backend.url, { tls: { ca: pemFile('ca.pem') } });
        for (let round = 0; round < 2; round++) {
          const { reply } = bench.send(transport, { connection });
          expect(await reply.over()).toBeUndefined();
          expect(reply.body.toString()).toBe('<ping/>');
        }
        expect(backend.connections).toHaveLength(1);
        backend.connections[0]!.end();
        await backend.connections[0]!.closed;
      });

      test('may be one with TLS to a member that wants a certificate and has a name of its own', async () => {
        const tls = { ...keyPair('named'), ca: pemFile('ca.pem').text, requestCert: true };
        const backend = await bench.backend({ script: answer, tls });
        const shown = { cert: pemFile('client.pem'), key: pemFile('client.key') };
        const transport = bench.transport(backend.url, {
          tls: { ca: pemFile('ca.pem'), serverName: 'pz.internal', ...shown },
        });
        const { reply } = bench.send(transport);
        expect(await reply.over()).toBeUndefined();
        expect(backend.connections[0]!.serverName).toBe('pz.internal');
      });
    }

    test('is reached by a name with several addresses', async () => {
      const backend = await bench.backend({ script: answer });
      const { reply } = bench.send(bench.transport(backend.url.replace('127.0.0.1', 'localhost')));
      expect(await reply.over()).toBeUndefined();
      expect(backend.connections[0]!.requests[0]!.head.toLowerCase()).toContain(
        `host: localhost:${backend.port}`,
      );
    });
  });

  describe('closing', () => {
    const bench = useTransportBench(kind);

    test('ends idle connections at once and the others after their exchanges', async () => {
      const backend = await bench.backend();
      const transport = bench.transport(backend.url);
      const first = bench.send(transport);
      const second = bench.send(transport);
      const [idle, busy] = [await backend.connection(0), await backend.connection(1)];
      await Promise.all([idle.request(), busy.request()]);
      idle.write(okReply('x'));
      await Promise.race([first.reply.over(), second.reply.over()]);
      const closed = transport.close();
      await idle.left;
      busy.write(okReply('y'));
      await closed;
      expect([first.reply.failure, second.reply.failure]).toEqual([undefined, undefined]);
      expect(transport.connections).toBe(0);
      await busy.left;
    });

    test('does not keep later requests from being sent, but nothing is kept any more', async () => {
      const backend = await bench.backend({ script: answer });
      const transport = bench.transport(backend.url);
      await transport.close();
      expect(await bench.send(transport).reply.over()).toBeUndefined();
      expect(await bench.send(transport).reply.over()).toBeUndefined();
      expect(backend.connections).toHaveLength(2);
      await Promise.all(backend.connections.map((connection) => connection.left));
    });
  });

  describe('1,000 exchanges in flight', () => {
    const bench = useTransportBench(kind);

    test.each(['kept', 'fresh'] as const)(
      'end well on %s connections, without a warning',
      async (connection) => {
        const warnings: Error[] = [];
        const warned = (warning: Error): void => void warnings.push(warning);
        process.on('warning', warned);
        const backend = await bench.backend();
        const transport = bench.transport(backend.url);
        const exchanges = Array.from({ length: 1000 }, () => bench.send(transport, { connection }));
        await backend.connection(999);
        await Promise.all(backend.connections.map((accepted) => accepted.request()));
        expect(transport.connections).toBe(1000);
        for (const accepted of backend.connections) answer(accepted);
        const failures = await Promise.all(exchanges.map(({ reply }) => reply.over()));
        expect(failures.filter((failure) => failure !== undefined)).toEqual([]);
        await transport.close();
        expect(transport.connections).toBe(0);
        process.off('warning', warned);
        expect(warnings).toEqual([]);
      },
    );
  });
}
