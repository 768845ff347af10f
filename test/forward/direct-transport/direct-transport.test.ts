import { afterEach, describe, expect, test } from '@jest/globals';

import { systemClock, type Clock } from '../../../lib/clock.ts';
import { DirectTransport } from '../../../lib/forward/direct-transport/direct-transport.ts';
import { describeTransportContract } from '../../contracts/transport.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { ReplyRecorder } from '../../helpers/reply-recorder.ts';
import { ScriptedBackend } from '../../helpers/scripted-backend.ts';
import { until } from '../../helpers/until.ts';

describeTransportContract('DirectTransport', {
  create: (member, settings, clock) => new DirectTransport(member, settings, clock),
  tls: false,
  chunked: false,
  closeDelimited: false,
});

describe('the transport DirectTransport, by design,', () => {
  test('refuses https', () => {
    expect(() => direct('https://127.0.0.1:9004')).toThrow(TypeError);
  });

  test.each([
    ['transfer-encoding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['end-of-connection', 'HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<ping/>'],
  ])('calls a reply framed by %s by that name and remembers it', async (framing, bytes) => {
    const backend = await ScriptedBackend.listen({ script: (connection) => connection.end(bytes) });
    const transport = direct(backend.url);
    expect(transport.unsupportedFraming).toBeUndefined();
    const reply = new ReplyRecorder();
    transport.send({ method: 'GET', target: '/', headers: [], body: undefined, connection: 'kept' }, reply);
    expect(await reply.over()).toMatchObject({
      kind: 'framing',
      cause: { name: 'UnsupportedFraming', framing },
    });
    expect(transport.unsupportedFraming).toBe(framing);
    await transport.close();
    await backend.stop();
  });
});

describe('a connection at rest', () => {
  const clock = new FakeClock();
  let backend: ScriptedBackend;
  let transport: DirectTransport;

  async function keep(keepAliveTimeout: number): Promise<void> {
    backend = await ScriptedBackend.listen({
      script: (connection) => connection.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    });
    transport = direct(backend.url, keepAliveTimeout, clock);
  }

  async function ask(): Promise<void> {
    const reply = new ReplyRecorder();
    transport.send({ method: 'GET', target: '/', headers: [], body: undefined, connection: 'kept' }, reply);
    expect(await reply.over()).toBeUndefined();
  }

  afterEach(async () => {
    await transport.close();
    await backend.stop();
  });

  test('that is kept for less than a moment is kept for no longer, whenever its rest began', async () => {
    await keep(50);
    await ask();
    clock.advance(30);
    await ask();
    clock.advance(20);
    expect(transport.connections).toBe(1);
    clock.advance(30);
    await until(() => transport.connections === 0);
    expect(backend.connections).toHaveLength(1);
  });

  test('keeps no process alive after a moment, also when there were rests before', async () => {
    await keep(20_000);
    await ask();
    const busy = openSockets();
    clock.advance(100);
    expect(openSockets()).toBe(busy - 1);
    clock.advance(200);
    await ask();
    expect(openSockets()).toBe(busy);
    clock.advance(100);
    expect(openSockets()).toBe(busy - 1);
    expect(backend.connections).toHaveLength(1);
  });
});

/** Those that keep this process alive. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}

function direct(url: string, keepAliveTimeout = 1000, clock: Clock = systemClock): DirectTransport {
  return new DirectTransport(
    { url, direct: true, connections: 'auto' },
    { connectTimeout: 1000, keepAliveTimeout },
    clock,
  );
}
