import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { RequestUpload } from '../../lib/forward/request-upload.ts';
import type { UploadWait } from '../../lib/forward/transport.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

/** An upload whose client the test plays, and a member that takes only so much. */
function scene({ replayBodySize = 10 } = {}) {
  const client = Object.assign(new PassThrough(), { rawTrailers: [] as string[] });
  const clock = new FakeClock();
  const limits = { replayBodySize, bodyTimeout: 1000, clock };
  const upload = new RequestUpload(client as unknown as IncomingMessage, limits);
  const errors: string[] = [];
  upload.onBroken = ({ code }) => errors.push(code);
  const waits: UploadWait[] = [];
  const start = (member: PassThrough): void => {
    upload.start(member, (_bytes, waitsFor) => waits.push(waitsFor));
  };
  return { client, clock, upload, errors, waits, start };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** All that can be read now; Node 26 gives it piece by piece. */
function textOf(stream: PassThrough): string {
  const pieces: unknown[] = [];
  for (let piece: unknown = stream.read(); piece !== null; piece = stream.read()) pieces.push(piece);
  return pieces.join('');
}

describe('an upload', () => {
  test('is not read before a member is there', async () => {
    const { client, upload } = scene();
    client.write('hello');
    await turn();
    expect([upload.bytes, client.readableLength]).toEqual([0, 5]);
  });

  test('passes each piece on as it comes, and says whom it waits for', async () => {
    const { client, start, waits } = scene();
    const member = new PassThrough();
    start(member);
    client.write('one');
    await turn();
    expect(textOf(member)).toBe('one');
    client.end('two');
    await turn();
    expect(textOf(member)).toBe('two');
    expect(waits.at(-1)).toBe('member');
    expect(member.writableEnded).toBe(true);
  });

  test('leaves with the client what the member does not take', async () => {
    const { client, start, waits } = scene({ replayBodySize: 0 });
    const member = new PassThrough({ highWaterMark: 1 });
    start(member);
    client.write('much');
    await turn();
    client.write('more');
    await turn();
    expect(waits.at(-1)).toBe('member');
    expect(client.readableLength).toBe(4);
    expect(textOf(member)).toBe('much');
    await turn();
    expect(textOf(member)).toBe('more');
  });

  test('begins anew at another member with what is held', async () => {
    const { client, upload, start } = scene();
    const [first, second] = [new PassThrough(), new PassThrough()];
    start(first);
    client.write('half');
    await turn();
    upload.stop();
    client.end('rest');
    await turn();
    start(second);
    await turn();
    expect([textOf(first), textOf(second)]).toEqual(['half', 'halfrest']);
    expect(upload.canReplay).toBe(true);
  });

  test('cannot begin anew once more came than is held', async () => {
    const { client, upload, start } = scene({ replayBodySize: 3 });
    start(new PassThrough());
    client.write('four');
    await turn();
    expect(upload.canReplay).toBe(false);
  });

  test('is given up when its client sends nothing for too long, but not while the member is the one who waits', async () => {
    const { client, clock, start, errors } = scene();
    const member = new PassThrough({ highWaterMark: 1 });
    start(member);
    client.write('first');
    await turn();
    clock.advance(5000);
    expect(errors).toEqual([]);
    member.read();
    await turn();
    clock.advance(1000);
    expect(errors).toEqual(['CLIENT_TIMEOUT']);
  });

  test('that nobody wants any more is read to its end', async () => {
    const { client, upload, start } = scene();
    const member = new PassThrough();
    start(member);
    upload.stop();
    upload.discard();
    client.write('unwanted');
    await turn();
    expect([client.readableLength, textOf(member)]).toEqual([0, '']);
  });
});
