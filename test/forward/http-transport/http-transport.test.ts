import { PassThrough } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../lib/clock.ts';
import { HttpTransport } from '../../../lib/forward/http-transport/http-transport.ts';
import { RequestUpload } from '../../../lib/forward/request-upload.ts';
import { useTransportBench, type TransportKind } from '../../contracts/transport-bench.ts';
import { describeTransportContract } from '../../contracts/transport.ts';

const LIMITS = { replyTimeout: 30_000, idleTimeout: 60_000, bodyTimeout: 60_000 };

const KIND: TransportKind = {
  create: (member, settings, clock) => new HttpTransport(member, { ...LIMITS, ...settings }, clock),
  tls: true,
  chunked: true,
  closeDelimited: true,
  general: true,
};

describeTransportContract('HttpTransport', KIND);

describe('a reply', () => {
  const bench = useTransportBench(KIND);

  test('of a version that does not exist is malformed', async () => {
    const backend = await bench.backend({
      script: (connection) => connection.end('HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok'),
    });
    const { reply } = bench.send(bench.transport(backend.url));
    expect(await reply.over()).toMatchObject({ kind: 'malformed', sent: true, received: true });
  });
});

describe('an upload', () => {
  const bench = useTransportBench(KIND);

  test.each([10, 300_000])(
    'of %i bytes is whole at the second member, of which nothing was read for the first',
    async (size) => {
      const dead = await bench.backend();
      const alive = await bench.backend({
        script: (connection) => void connection.write('HTTP/1.1 204 No Content\r\n\r\n'),
      });
      const body = Buffer.alloc(size, 'x');
      const stream = new PassThrough({ highWaterMark: 2 * size });
      stream.end(body);
      const upload = uploadOf(stream, 0);
      const request = { method: 'POST', headers: ['Content-Length', String(size)], upload };
      const { url } = dead;
      await dead.stop();
      const { reply } = bench.send(bench.transport(url), request);
      expect(await reply.over()).toMatchObject({ kind: 'refused', sent: false });
      expect(upload).toMatchObject({ canReplay: true, bytes: 0 });
      const second = bench.send(bench.transport(alive.url), request);
      expect(await second.reply.over()).toBeUndefined();
      expect(alive.connections[0]?.requests[0]?.body.equals(body)).toBe(true);
    },
  );

  test('that met a dead connection is sent again from its start, as long as it is held', async () => {
    const backend = await bench.backend();
    const stream = new PassThrough();
    const upload = uploadOf(stream, 20);
    const request = { method: 'PUT', headers: ['Content-Length', '20'], upload };
    stream.write('first half');
    const first = bench.send(bench.transport(backend.url), request);
    const connection = await backend.connection(0);
    await connection.touched;
    connection.reset();
    expect(await first.reply.over()).toMatchObject({ sent: true });
    expect(upload.canReplay).toBe(true);
    const second = bench.send(bench.transport(backend.url), request);
    stream.end('other half');
    expect((await (await backend.connection(1)).request()).body.toString()).toBe('first halfother half');
    second.exchange.abort();
  });

  test('that is larger than what is held cannot be sent again once a piece too much was read', async () => {
    const backend = await bench.backend();
    const stream = new PassThrough();
    const upload = uploadOf(stream, 5);
    const headers = ['Content-Length', '100'];
    const { exchange } = bench.send(bench.transport(backend.url), { method: 'PUT', headers, upload });
    stream.write('too much');
    await (
      await backend.connection(0)
    ).touched;
    expect(upload.canReplay).toBe(false);
    exchange.abort();
  });
});

function uploadOf(stream: PassThrough, replayBodySize = 1_000_000): RequestUpload {
  return new RequestUpload(Object.assign(stream, { rawTrailers: [] }) as unknown as IncomingMessage, {
    replayBodySize,
    bodyTimeout: 60_000,
    clock: systemClock,
  });
}
