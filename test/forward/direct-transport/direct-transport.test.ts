import { describe, expect, test } from '@jest/globals';

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

test('a connection that is kept for less than a moment is kept for no longer, whenever its rest began', async () => {
  const clock = new FakeClock();
  const backend = await ScriptedBackend.listen({
    script: (connection) => connection.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
  });
  const transport = direct(backend.url, 50, clock);
  const ask = async (): Promise<void> => {
    const reply = new ReplyRecorder();
    transport.send({ method: 'GET', target: '/', headers: [], body: undefined, connection: 'kept' }, reply);
    expect(await reply.over()).toBeUndefined();
  };
  try {
    await ask();
    clock.advance(30);
    await ask();
    clock.advance(20);
    expect(transport.connections).toBe(1);
    clock.advance(30);
    await until(() => transport.connections === 0);
    expect(backend.connections).toHaveLength(1);
  } finally {
    await transport.close();
    await backend.stop();
  }
});

function direct(url: string, keepAliveTimeout = 1000, clock: Clock = systemClock): DirectTransport {
  return new DirectTransport(
    { url, direct: true, connections: 'auto' },
    { connectTimeout: 1000, keepAliveTimeout },
    clock,
  );
}
