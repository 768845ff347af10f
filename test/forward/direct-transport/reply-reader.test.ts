import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { ReplyReader, type ReplySink } from '../../../lib/forward/direct-transport/reply-reader.ts';
import type { ReplyHead } from '../../../lib/forward/transport.ts';
import { collectGarbage } from '../../helpers/collect-garbage.ts';
import { bodyOf, RECORDINGS } from '../../helpers/recordings.ts';

/** How many inputs each property is tried with; more by FUZZ_RUNS. */
const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 500) };

/** Writes down what it hears and throws when it hears it out of order. */
class Outcome implements ReplySink {
  replyHeadSeen: ReplyHead | undefined;
  end: 'complete' | 'malformed' | undefined;
  persistent: boolean | undefined;
  readonly chunks: Buffer[] = [];

  replyHead(head: ReplyHead): void {
    if (this.replyHeadSeen !== undefined || this.end !== undefined) throw new Error('head out of order');
    this.replyHeadSeen = head;
  }

  replyData(chunk: Buffer): void {
    if (this.replyHeadSeen === undefined || this.end !== undefined) throw new Error('data out of order');
    this.chunks.push(chunk);
  }

  replyEnd(persistent: boolean): void {
    if (this.replyHeadSeen === undefined || this.end !== undefined) throw new Error('end out of order');
    this.end = 'complete';
    this.persistent = persistent;
  }

  replyMalformed(): void {
    if (this.end !== undefined) throw new Error('malformed out of order');
    this.end = 'malformed';
  }

  /** What must not depend on how the bytes were cut. */
  get result(): object {
    return { head: this.replyHeadSeen, body: Buffer.concat(this.chunks).toString('latin1'), end: this.end };
  }
}

/** Reads the bytes cut at these positions, each piece in memory that is overwritten afterwards. */
function read(bytes: Buffer, cuts: readonly number[] = []): Outcome {
  const outcome = new Outcome();
  const reader = new ReplyReader();
  reader.begin(outcome);
  let start = 0;
  for (const cut of [
    ...cuts.map((position) => position % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ]) {
    const piece = Buffer.from(bytes.subarray(start, cut));
    reader.read(piece);
    piece.fill('?');
    start = cut;
  }
  return outcome;
}

const cutsOf = fc.array(fc.nat(4000), { maxLength: 12 });
const headers = fc.array(
  fc
    .tuple(fc.stringMatching(/^[A-Za-z-]{1,12}$/), fc.stringMatching(/^[!-~\xa1-\xff]{0,30}$/))
    .filter(([name]) => !/^(content-length|transfer-encoding|connection)$/i.test(name)),
  { maxLength: 6 },
);

interface ReplyParts {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  readonly interim: boolean;
}

/** A valid reply with its parts. */
const validReply = fc
  .record({
    status: fc.constantFrom(200, 400, 417, 503),
    reason: fc.stringMatching(/^[ -~\xa0-\xff]{0,40}$/),
    headers,
    body: fc.uint8Array({ maxLength: 2000 }),
    interim: fc.boolean(),
  })
  .map((parts) => ({ parts, bytes: replyBytes(parts) }));

function replyBytes(parts: ReplyParts): Buffer {
  const lines = parts.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const interim = parts.interim ? 'HTTP/1.1 103 Early\r\nLink: x\r\n\r\n' : '';
  const head = `${interim}HTTP/1.1 ${parts.status} ${parts.reason}\r\n${lines}Content-Length: ${parts.body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), parts.body]);
}

/** A valid reply with some bytes changed, dropped or added. */
const mutatedReply = fc
  .tuple(validReply, fc.array(fc.tuple(fc.nat(3000), fc.nat(2), fc.nat(255)), { minLength: 1, maxLength: 5 }))
  .map(([{ bytes }, changes]) => {
    const mutated = [...bytes];
    for (const [position, kind, byte] of changes) {
      const at = position % (mutated.length + 1);
      if (kind === 0) mutated[at] = byte;
      else if (kind === 1) mutated.splice(at, 1);
      else mutated.splice(at, 0, byte);
    }
    return Buffer.from(mutated);
  });

/** `info` was recorded in part. */
const COMPLETE_RECORDINGS = RECORDINGS.filter(({ name }) => name !== 'info');

/** A reply whose head takes `size` bytes. */
function headOf(size: number): Buffer {
  const start = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ';
  return Buffer.from(`${start}${'y'.repeat(size - start.length)}\r\n\r\n`);
}

describe('the reader of replies', () => {
  test('reads every valid reply to its parts, however it is cut', () => {
    fc.assert(
      fc.property(validReply, cutsOf, ({ parts, bytes }, cuts) => {
        const outcome = read(bytes, cuts);
        expect(outcome.end).toBe('complete');
        expect(outcome.persistent).toBe(true);
        expect(outcome.replyHeadSeen).toEqual({
          status: parts.status,
          reason: parts.reason,
          headers: [...parts.headers.flat(), 'Content-Length', String(parts.body.length)],
        });
        expect(Buffer.concat(outcome.chunks).equals(parts.body)).toBe(true);
      }),
      RUNS,
    );
  });

  test('never takes a part of a reply for the whole', () => {
    fc.assert(
      fc.property(validReply, fc.nat(), cutsOf, (reply, length, cuts) => {
        const outcome = read(reply.bytes.subarray(0, length % reply.bytes.length), cuts);
        expect(outcome.end).toBeUndefined();
      }),
      RUNS,
    );
  });

  test('never throws, and calls in order, whatever arrives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), cutsOf, (bytes, cuts) => {
        expect(read(Buffer.from(bytes), cuts).end).not.toBe('complete');
      }),
      RUNS,
    );
  });

  test('reads a damaged reply the same however it is cut, and no more than its Content-Length', () => {
    fc.assert(
      fc.property(mutatedReply, cutsOf, (bytes, cuts) => {
        const whole = read(bytes);
        expect(read(bytes, cuts).result).toEqual(whole.result);
        if (whole.end !== 'complete') return;
        const { status, headers: fields } = whole.replyHeadSeen!;
        const length = fields[fields.findIndex((name) => /^content-length$/i.test(name)) + 1];
        // RFC 9112, 6.3: these have no body, whatever their length says.
        const expected = status === 204 || status === 304 ? 0 : Number(length);
        expect(Buffer.concat(whole.chunks).length).toBe(expected);
      }),
      RUNS,
    );
  });

  test('takes a head of the greatest size however it is cut, and none beyond', () => {
    for (const cuts of [[], [16 * 1024 + 1], [16 * 1024 + 3]]) {
      expect(read(headOf(16 * 1024), cuts).end).toBe('complete');
      expect(read(headOf(16 * 1024 + 1), cuts).end).toBe('malformed');
    }
  });

  test.each(COMPLETE_RECORDINGS)('reads what a real Pazpar2 replied: $name', (recording) => {
    const outcome = read(Buffer.from(recording.response, 'latin1'), [1, 20, 300, 4096]);
    expect(outcome.end).toBe('complete');
    expect(Buffer.concat(outcome.chunks).equals(bodyOf(recording))).toBe(true);
  });

  test('does not call a connection persistent on which bytes follow the reply', () => {
    const reply = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx';
    expect(read(Buffer.from(reply)).persistent).toBe(true);
    expect(read(Buffer.from(`${reply}y`)).persistent).toBe(false);
    expect(
      read(Buffer.from('HTTP/1.1 200 OK\r\nconnection: Close\r\nContent-Length: 0\r\n\r\n')).persistent,
    ).toBe(false);
    expect(
      read(Buffer.from('HTTP/1.1 200 OK\r\nConnection: a, close\r\nContent-Length: 0\r\n\r\n')).persistent,
    ).toBe(false);
    expect(read(Buffer.from('HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n')).persistent).toBe(false);
  });

  test('says nothing more once it is told to abandon a reply, even from within a call', () => {
    const reader = new ReplyReader();
    const outcome = new Outcome();
    const calls: string[] = [];
    reader.begin({
      replyHead: () => {
        calls.push('head');
        reader.abandon();
      },
      replyData: () => void calls.push('data'),
      replyEnd: () => void calls.push('end'),
      replyMalformed: () => void calls.push('malformed'),
    });
    reader.read(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx'));
    expect(calls).toEqual(['head']);
    reader.begin(outcome);
    reader.read(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ny'));
    expect(outcome.end).toBe('complete');
  });

  // Node keeps a closed socket, and what it refers to, until V8 looks through the whole heap.
  test.each([
    ['is complete', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx'],
    ['is malformed', 'HTTP/9'],
    ['was abandoned', undefined],
  ])('holds on to nobody whose reply %s', async (_, reply) => {
    const reader = new ReplyReader();
    const listening = ((): WeakRef<Outcome> => {
      const outcome = new Outcome();
      reader.begin(outcome);
      if (reply === undefined) reader.abandon();
      else reader.read(Buffer.from(reply));
      return new WeakRef(outcome);
    })();
    await collectGarbage();
    expect(listening.deref()).toBeUndefined();
    reader.abandon();
  });
});
