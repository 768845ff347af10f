import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { ReplyRecorder } from '../helpers/reply-recorder.ts';
import type { BackendConnection } from '../helpers/scripted-backend.ts';
import { okReply, useTransportBench, type TransportKind } from './transport-bench.ts';

const PAZPAR2_ERROR =
  'HTTP/1.1 417 Already blocked in session on: \r\nCache-Control: no-store\r\nX-Latin: \xe9\xff\r\n' +
  'x-twice: 1\r\nX-TWICE: 2\r\nX-Empty:\r\nX-Blanks: \t a  b \t\r\nContent-Length: 5\r\n\r\n\x00\xff<a>';

/** How replies come in. */
export function describeReplies(kind: TransportKind): void {
  describe('reads', () => {
    const bench = useTransportBench(kind);

    async function reply(bytes: string, end = false): Promise<ReplyRecorder> {
      const script = (connection: BackendConnection): void => {
        if (end) connection.end(bytes);
        else connection.write(bytes);
      };
      const backend = await bench.backend({ script });
      const sent = bench.send(bench.transport(backend.url));
      await sent.reply.over();
      return sent.reply;
    }

    test('a reply in order: sent, head, data, end, and nothing before send returned', async () => {
      const backend = await bench.backend({ script: (connection) => connection.write(okReply('<ping/>')) });
      const sent = bench.send(bench.transport(backend.url));
      expect(sent.reply.calls).toEqual([]);
      await sent.reply.over();
      expect(sent.reply.calls).toEqual(['sent', 'head', 'data', 'end']);
      expect(sent.reply.body.toString()).toBe('<ping/>');
    });

    test('status, reason, header names and values and body byte for byte', async () => {
      const { replyHead, body } = await reply(PAZPAR2_ERROR);
      expect(replyHead).toEqual({
        status: 417,
        reason: 'Already blocked in session on: ',
        headers:
          'Cache-Control|no-store|X-Latin|\xe9\xff|x-twice|1|X-TWICE|2|X-Empty||X-Blanks|a  b|Content-Length|5'.split(
            '|',
          ),
      });
      expect(body.toString('latin1')).toBe('\x00\xff<a>');
    });

    test.each([
      ['HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n', ''],
      ['HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', ''],
      ['HTTP/1.1 200 caf\xe9 \xc3\r\nContent-Length: 0\r\n\r\n', 'caf\xe9 \xc3'],
    ])('the reason of %j', async (bytes, reason) => {
      const { replyHead, calls } = await reply(bytes);
      expect(replyHead).toMatchObject({ status: 200, reason });
      expect(calls).toEqual(['sent', 'head', 'end']);
    });

    test.each([
      ['Content-Length: 0', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
      ['204', 'HTTP/1.1 204 No Content\r\n\r\n'],
      ['304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n'],
    ])('a reply without a body at once: %s', async (_, bytes) => {
      const { calls } = await reply(bytes);
      expect(calls).toEqual(['sent', 'head', 'end']);
    });

    test('past interim replies', async () => {
      const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
      const { calls, replyHead, body } = await reply(interim + okReply('hello'));
      expect(calls).toEqual(['sent', 'head', 'data', 'end']);
      expect(replyHead).toMatchObject({ status: 200, reason: 'OK' });
      expect(body.toString()).toBe('hello');
    });

    test('a reply of HTTP/1.0', async () => {
      const { body } = await reply('HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi');
      expect(body.toString()).toBe('hi');
    });

    if (kind.chunked) {
      test('a chunked reply', async () => {
        const { body, failure } = await reply(
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nT: r\r\n\r\n',
        );
        expect(failure).toBeUndefined();
        expect(body.toString()).toBe('abcdefg');
      });
    }

    if (kind.closeDelimited) {
      test('a reply that ends with the connection', async () => {
        const { body, failure } = await reply('HTTP/1.1 200 OK\r\n\r\nabc', true);
        expect(failure).toBeUndefined();
        expect(body.toString()).toBe('abc');
      });
    }

    test('the same reply however it is cut into pieces', async () => {
      const replies = [
        PAZPAR2_ERROR,
        okReply('<?xml?>\n<a/>'),
        `HTTP/1.1 100 Continue\r\n\r\n${okReply('b')}`,
      ];
      const backend = await bench.backend();
      const transport = bench.transport(backend.url);
      const cuts = fc.uniqueArray(fc.nat(250), { maxLength: 6 });
      const expected = await Promise.all(replies.map((bytes) => reply(bytes)));
      let exchanges = 0;
      await fc.assert(
        fc.asyncProperty(fc.nat(replies.length - 1), cuts, async (which, positions) => {
          const sent = bench.send(transport, { connection: 'fresh' });
          const connection = await backend.connection(exchanges++);
          await connection.request();
          await writeInPieces(connection, replies[which]!, positions);
          expect(await sent.reply.over()).toBeUndefined();
          expect(sent.reply.replyHead).toEqual(expected[which]!.replyHead);
          expect(sent.reply.body.equals(expected[which]!.body)).toBe(true);
        }),
        { numRuns: 60 },
      );
    });
  });
}

async function writeInPieces(connection: BackendConnection, bytes: string, cuts: number[]): Promise<void> {
  let start = 0;
  for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    const end = Math.min(cut, bytes.length);
    if (end > start) connection.write(bytes.slice(start, end));
    start = end;
    // Long enough for this process to read the piece before the next one is written.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}
