import { once } from 'node:events';
import { constants } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { describe, expect, jest, test } from '@jest/globals';
import { portOf } from '../helpers/balancer-bench.ts';
import { certificateFiles } from '../helpers/certificates.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import {
  CLUSTER_PATH,
  ofOneCluster,
  useGatewayBench,
  type GatewayChanges,
} from '../helpers/gateway-bench.ts';
import { frame, headersFrame, openHttp2Frames, resetFrame, typesOf } from '../helpers/http2-frames.ts';
import { Http2Client } from '../helpers/http2-client.ts';
import { pingReply } from '../helpers/pazpar-bytes.ts';
import { until } from '../helpers/until.ts';

// Thousands of requests, on a machine that may have more to do.
jest.setTimeout(30_000);

const bench = useGatewayBench();
const PING = `${CLUSTER_PATH}?command=ping&session=7.pz1`;
const SHOW = `${CLUSTER_PATH}?command=show&block=1&session=7.pz1`;
const HEAD = { ':method': 'GET', ':scheme': 'https', ':authority': 'x' };
const END_STREAM = 0x1;

/** A gateway before a server that answers pings and holds everything else; an attacker, and a user. */
async function attacked(changes: GatewayChanges = {}, clock?: FakeClock) {
  const backend = await bench.backend({
    script: (connection, { head }) => {
      if (head.includes('command=ping')) connection.write(pingReply());
    },
  });
  const options = ofOneCluster({ members: [{ url: backend.url, route: 'pz1' }], limits: 'off' });
  const { gateway, url, lines } = await bench.gateway(
    { ...options, tls: certificateFiles('server'), ...changes },
    clock,
  );
  const attack = async (): Promise<TLSSocket> => {
    const socket = await openHttp2Frames(portOf(url));
    bench.also(() => Promise.resolve(socket.destroy()));
    return socket;
  };
  const userPings = async (): Promise<number> => {
    const user = await Http2Client.open(url);
    bench.also(() => Promise.resolve(user.close()));
    return (await user.call(PING)).status;
  };
  const inFlight = (): number | undefined => gateway.snapshot()[0]?.members[0]?.blocking.inFlight;
  return { backend, gateway, lines, attack, userPings, inFlight };
}

/** Every stream that was opened, from the first on. */
const streams = (count: number): number[] => Array.from({ length: count }, (_, index) => 2 * index + 1);
const ask = (stream: number, path: string): Buffer =>
  headersFrame(stream, { ...HEAD, ':path': path }, END_STREAM);

describe('over HTTP/2 nobody gets more than over HTTP/1.1 by', () => {
  test('more requests at once than are allowed: the rest is refused unread', async () => {
    const { attack, backend, userPings, inFlight } = await attacked();
    const socket = await attack();
    socket.write(Buffer.concat(streams(300).map((stream) => ask(stream, SHOW))));
    await until(() => backend.connections.length >= 100);
    expect(await userPings()).toBe(200);
    expect(inFlight()).toBe(100);
    socket.destroy();
    await until(() => inFlight() === 0);
  });

  test('requests that are reset at once (CVE-2023-44487): soon none is taken any more', async () => {
    const { attack, userPings, inFlight, backend } = await attacked();
    const socket = await attack();
    const received = receivedBy(socket);
    const volley = streams(5000).map((stream) =>
      Buffer.concat([ask(stream, SHOW), resetFrame(stream, constants.NGHTTP2_CANCEL)]),
    );
    socket.write(Buffer.concat(volley));
    await until(() => typesOf(received(), 0).includes('goAway'));
    expect(await userPings()).toBe(200);
    await until(() => inFlight() === 0);
    expect(backend.connections.length).toBeLessThan(2000);
  });

  test('headers without end (CONTINUATION): the connection is closed, and nothing is kept of them', async () => {
    const { attack, userPings, lines } = await attacked();
    const socket = await attack();
    const closed = once(socket, 'close');
    const more = frame('continuation', 1, Buffer.from(`\0\x01a\x7e${'b'.repeat(126)}`, 'latin1'));
    socket.write(frame('headers', 1, Buffer.alloc(0)));
    for (let count = 0; count < 100 && !socket.destroyed; count++) {
      socket.write(Buffer.concat(Array.from({ length: 100 }, () => more)));
    }
    await closed;
    expect(await userPings()).toBe(200);
    await until(() => lines.length === 1);
  });

  test('headers that are too large: the request is refused, the connection goes on', async () => {
    const { attack, userPings, lines } = await attacked();
    const socket = await attack();
    const received = receivedBy(socket);
    const large = Object.fromEntries(
      Array.from({ length: 160 }, (_, index) => [`x-${index}`, 'y'.repeat(120)]),
    );
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = halves({ ...HEAD, ':path': PING, ...large });
    socket.write(frame('headers', 1, first, END_STREAM));
    socket.write(frame('continuation', 1, second, 0x4));
    socket.write(ask(3, PING));
    await until(() => typesOf(received(), 3).includes('data'));
    expect(typesOf(received(), 1)).toEqual(['resetStream']);
    expect(await userPings()).toBe(200);
    expect(lines.map(({ fields }) => fields['status'])).toEqual([200, 200]);
  });

  test('connections that are only kept alive by pings: they make room for those who come', async () => {
    const { attack, userPings, gateway, lines } = await attacked({ clients: { maxConnections: 10 } });
    const crowd = await Promise.all(Array.from({ length: 10 }, attack));
    for (const socket of crowd) socket.write(ask(1, PING));
    await until(() => lines.length === 10);
    for (const socket of crowd) socket.write(frame('ping', 0, Buffer.alloc(8)));
    for (let count = 0; count < 5; count++) expect(await userPings()).toBe(200);
    expect(gateway.connections).toMatchObject({ most: 10, refused: 0 });
    expect(gateway.connections.evicted).toBeGreaterThanOrEqual(5);
  });

  test('a first request that never comes whole: the connection is closed after the time for a head', async () => {
    const clock = new FakeClock();
    const { attack, userPings } = await attacked({}, clock);
    const socket = await attack();
    socket.write(frame('headers', 1, Buffer.alloc(0)));
    expect(await userPings()).toBe(200);
    const closed = once(socket, 'close');
    clock.advance(21_000);
    await closed;
    expect(socket.destroyed).toBe(true);
  });

  test('a reply that is not taken, whatever else is sent: it is cut after its time', async () => {
    const clock = new FakeClock();
    const { attack, backend, inFlight, lines } = await attacked({ compress: false }, clock);
    const socket = await attack();
    const closed = once(socket, 'close');
    socket.write(frame('settings', 0, Buffer.from([0, 4, 0, 0, 0, 0])));
    socket.write(ask(1, SHOW));
    const connection = await backend.connection(0);
    await connection.request();
    const size = 1024 * 1024;
    connection.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    connection.write(Buffer.alloc(size));
    await until(() => {
      socket.write(frame('ping', 0, Buffer.alloc(8)));
      clock.advance(1000);
      return inFlight() === 0;
    });
    await until(() => lines.length > 0);
    expect(lines[0]?.fields).toMatchObject({ verdict: 'aborted', status: 200 });
    socket.destroy();
    await closed;
  });
});

/** Everything that comes on a connection from now on. */
function receivedBy(socket: TLSSocket): () => Buffer {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks);
}

/** The fields of a head, in two parts that are each small enough for a frame. */
function halves(headers: Readonly<Record<string, string>>): Buffer[] {
  const whole = headersFrame(1, headers).subarray(9);
  return [whole.subarray(0, 16_000), whole.subarray(16_000)];
}
