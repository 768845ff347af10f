import { afterEach, describe, expect, test } from '@jest/globals';
import { MemberTransport } from '../../lib/forward/member-transport.ts';
import type { TransportMember } from '../../lib/forward/transport-member.ts';
import { describeTransportContract } from '../contracts/transport.ts';
import { ReplyRecorder } from '../helpers/reply-recorder.ts';
import { ScriptedBackend } from '../helpers/scripted-backend.ts';
import { Started } from '../helpers/started.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';

describeTransportContract('MemberTransport', {
  create: (member, settings, clock) => new MemberTransport(member, settings, clock),
  tls: true,
  chunked: false,
  closeDelimited: false,
});

const started = new Started();
afterEach(() => started.stopAll());
const inTemporaryDirectory = useTemporaryDirectory();

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
const FRAMED = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

async function backend(reply: string, socketPath?: string): Promise<ScriptedBackend> {
  const options = { script: (connection: { write(text: string): void }) => connection.write(reply) };
  const listening = await ScriptedBackend.listen(
    socketPath === undefined ? options : { ...options, socketPath },
  );
  started.also(() => listening.stop());
  return listening;
}

function transport(member: Partial<TransportMember> & { readonly url: string }): MemberTransport {
  const made = new MemberTransport(
    { direct: true, connections: 'auto', ...member },
    { connectTimeout: 2000, keepAliveTimeout: 20_000 },
  );
  started.also(() => made.close());
  return made;
}

async function ask(through: MemberTransport): Promise<ReplyRecorder> {
  const recorder = new ReplyRecorder();
  const request = {
    method: 'GET',
    target: '/search.pz2?command=ping',
    headers: [],
    body: undefined,
  } as const;
  through.send({ ...request, connection: 'fresh' }, recorder);
  await recorder.over();
  return recorder;
}

describe('a member', () => {
  test('that is direct but answers in chunks fails once, and is read by undici from then on', async () => {
    const through = transport({ url: (await backend(CHUNKED)).url });
    expect((await ask(through)).failure?.kind).toBe('framing');
    expect((await ask(through)).body.toString()).toBe('hello');
    expect((await ask(through)).failure).toBeUndefined();
  });

  test('that is not direct may answer in chunks from the first', async () => {
    const through = transport({ url: (await backend(CHUNKED)).url, direct: false });
    expect((await ask(through)).body.toString()).toBe('hello');
  });

  test('behind a Unix socket may answer in chunks from the first', async () => {
    const { url } = await backend(CHUNKED, inTemporaryDirectory('pazpar2.sock'));
    expect((await ask(transport({ url }))).body.toString()).toBe('hello');
  });

  test('that is a Pazpar2 is read without undici', async () => {
    const { url } = await backend(FRAMED);
    const through = transport({ url });
    expect((await ask(through)).body.toString()).toBe('hello');
    expect(through.portFallbacks).toBe(0);
    await through.close();
    expect(through.connections).toBe(0);
  });
});

test('an unusable URL is refused at once', () => {
  expect(() => transport({ url: 'ftp://elsewhere' })).toThrow(TypeError);
});
