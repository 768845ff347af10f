import { describe, expect, test } from '@jest/globals';

import { DeafServer } from '../helpers/deaf-server.ts';
import { okReply, useTransportBench, type TransportKind } from './transport-bench.ts';

/** Streaming, backpressure and abort. */
export function describeFlow(kind: TransportKind): void {
  describe('streams', () => {
    const bench = useTransportBench(kind);

    test('a piece before the next one exists, and leaves it to the listener', async () => {
      const backend = await bench.backend();
      const { reply } = bench.send(bench.transport(backend.url));
      const connection = await backend.connection(0);
      await connection.request();
      connection.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n');
      await reply.until(() => reply.replyHead !== undefined);
      connection.write('first');
      await reply.until(() => reply.body.length === 5);
      connection.write('other');
      expect(await reply.over()).toBeUndefined();
      expect(reply.body.toString()).toBe('firstother');
    });

    test('no more than the listener takes: 50 MB stay with the sender until it goes on', async () => {
      const size = 50 * 1024 * 1024;
      const backend = await bench.backend();
      const { reply, exchange } = bench.send(bench.transport(backend.url), { connection: 'fresh' });
      const connection = await backend.connection(0);
      await connection.request();
      reply.wantsMore = false;
      connection.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
      const block = Buffer.alloc(1024 * 1024, 'x');
      for (let sent = 0; sent < size; sent += block.length) connection.write(block);
      await reply.until(() => reply.chunks.length > 0);
      await turns(50);
      // Both kernel buffers and ours together take a few MB at most.
      expect(connection.unsent).toBeGreaterThan(size / 2);
      expect(reply.chunks).toHaveLength(1);
      exchange.resume();
      await reply.until(() => reply.chunks.length === 2);
      reply.wantsMore = true;
      exchange.resume();
      expect(await reply.over()).toBeUndefined();
      expect(reply.chunks.reduce((total, chunk) => total + chunk.length, 0)).toBe(size);
    });

    test('the end of a paused reply after it goes on, though the connection ended before', async () => {
      const backend = await bench.backend();
      const { reply, exchange } = bench.send(bench.transport(backend.url), { connection: 'fresh' });
      const connection = await backend.connection(0);
      await connection.request();
      reply.wantsMore = false;
      connection.end(okReply('hello', 'Connection: close\r\n'));
      await reply.until(() => reply.chunks.length === 1);
      await turns(20);
      exchange.resume();
      expect(await reply.over()).toBeUndefined();
      expect(reply.body.toString()).toBe('hello');
    });

    test('the next reply on a connection whose last one was paused at its end', async () => {
      const backend = await bench.backend({ script: (connection) => connection.write(okReply('hello')) });
      const transport = bench.transport(backend.url);
      const first = bench.send(transport);
      first.reply.wantsMore = false;
      await first.reply.until(() => first.reply.chunks.length === 1);
      expect(first.reply.isOver).toBe(false);
      first.exchange.resume();
      expect(await first.reply.over()).toBeUndefined();
      await turns(3);
      const second = bench.send(transport);
      expect(await second.reply.over()).toBeUndefined();
      expect(backend.connections).toHaveLength(1);
    });

    test.each(['end', 'reset'] as const)(
      'truncated after a pause in which the member did: %s',
      async (how) => {
        const backend = await bench.backend();
        const { reply, exchange } = bench.send(bench.transport(backend.url));
        const connection = await backend.connection(0);
        await connection.request();
        reply.wantsMore = false;
        connection.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\nhello');
        await reply.until(() => reply.chunks.length === 1);
        connection[how]();
        await turns(20);
        exchange.resume();
        expect(await reply.over()).toMatchObject({ kind: 'truncated', sent: true, received: true });
        expect(reply.calls).toEqual(['sent', 'head', 'data', 'failed']);
      },
    );

    test('to many listeners, of whom one pauses and another wakes it', async () => {
      const backend = await bench.backend();
      const transport = bench.transport(backend.url);
      const paused = bench.send(transport);
      const other = bench.send(transport);
      paused.reply.wantsMore = false;
      other.reply.onCall = (call) => {
        if (call === 'data') paused.exchange.resume();
      };
      const first = await backend.connection(0);
      const second = await backend.connection(1);
      await Promise.all([first.request(), second.request()]);
      first.write(okReply('one'));
      await paused.reply.until(() => paused.reply.chunks.length === 1);
      second.write(okReply('two'));
      expect(await other.reply.over()).toBeUndefined();
      expect(await paused.reply.over()).toBeUndefined();
    });
  });

  describe('after an abort', () => {
    const bench = useTransportBench(kind);

    test('while connecting gives the attempt up', async () => {
      const deaf = await DeafServer.listen();
      try {
        const transport = bench.transport(deaf.url);
        const { reply, exchange } = bench.send(transport);
        await turns(20);
        exchange.abort();
        await transport.close();
        expect(transport.connections).toBe(0);
        expect(reply.calls).toEqual([]);
      } finally {
        await deaf.stop();
      }
    });

    test('in the same breath as send says nothing', async () => {
      const backend = await bench.backend();
      const transport = bench.transport(backend.url);
      const { reply, exchange } = bench.send(transport);
      exchange.abort();
      await transport.close();
      expect(reply.calls).toEqual([]);
      expect(backend.connections.flatMap(({ requests }) => requests)).toEqual([]);
    });

    test.each([
      ['before the head', ''],
      ['within the head', 'HTTP/1.1 200 OK\r\nConte'],
      ['after the head', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'],
      ['within the body', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello'],
    ])('%s closes the connection and says nothing more', async (_, bytes) => {
      const backend = await bench.backend();
      const transport = bench.transport(backend.url);
      const { reply, exchange } = bench.send(transport);
      const connection = await backend.connection(0);
      await connection.request();
      connection.write(bytes);
      if (bytes.includes('\r\n\r\n')) await reply.until(() => reply.replyHead !== undefined);
      if (bytes.endsWith('hello')) await reply.until(() => reply.chunks.length > 0);
      const calls = [...reply.calls];
      exchange.abort();
      await connection.left;
      await turns(20);
      expect(reply.calls).toEqual(calls);
      expect(transport.connections).toBe(0);
      exchange.abort();
      exchange.resume();
    });

    test.each(['sent', 'head', 'data'] as const)('from within %s says nothing more', async (call) => {
      const backend = await bench.backend({ script: (connection) => connection.write(okReply('hello')) });
      const transport = bench.transport(backend.url);
      const { reply, exchange } = bench.send(transport);
      reply.onCall = (heard) => {
        if (heard === call) exchange.abort();
      };
      await reply.until(() => reply.calls.includes(call));
      await transport.close();
      expect(reply.calls.at(-1)).toBe(call);
      expect(transport.connections).toBe(0);
    });

    test('of a paused reply closes the connection', async () => {
      const backend = await bench.backend();
      const { reply, exchange } = bench.send(bench.transport(backend.url));
      const connection = await backend.connection(0);
      await connection.request();
      reply.wantsMore = false;
      connection.write(okReply('hello', 'Connection: close\r\n'));
      await reply.until(() => reply.chunks.length === 1);
      exchange.abort();
      await connection.left;
      expect(reply.calls).toEqual(['sent', 'head', 'data']);
    });

    test('of an exchange that is over leaves its connection alone', async () => {
      const backend = await bench.backend({ script: (connection) => connection.write(okReply('hello')) });
      const transport = bench.transport(backend.url);
      const first = bench.send(transport);
      await first.reply.over();
      await turns(3);
      const second = bench.send(transport);
      first.exchange.abort();
      expect(await second.reply.over()).toBeUndefined();
      expect(backend.connections).toHaveLength(1);
    });
  });
}

/** Lets the event loop go round, so that whatever is on its way arrives. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
