import { describe, expect, test } from '@jest/globals';
import type { TLSSocket } from 'node:tls';
import { portOf } from '../helpers/balancer-bench.ts';
import { certificateFiles } from '../helpers/certificates.ts';
import { CLUSTER_PATH, ofOneCluster, useGatewayBench } from '../helpers/gateway-bench.ts';
import { frame, headersFrame, openHttp2Frames, typesOf } from '../helpers/http2-frames.ts';
import { pingReply } from '../helpers/pazpar-bytes.ts';
import { until } from '../helpers/until.ts';

const bench = useGatewayBench();
const QUERY = 'command=ping&session=7.pz1';
const PING = `${CLUSTER_PATH}?${QUERY}`;
const GET = { ':method': 'GET', ':scheme': 'https', ':authority': 'x', ':path': PING };
const POST = { ...GET, ':method': 'POST', ':path': CLUSTER_PATH };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const END_STREAM = 0x1;

/** A gateway before a server that keeps what it got, and a client that sends frames as it likes. */
async function connected() {
  const backend = await bench.backend({ script: (connection) => connection.write(pingReply()) });
  const cluster = ofOneCluster({ members: [{ url: backend.url, route: 'pz1' }] });
  const { url } = await bench.gateway({ ...cluster, tls: certificateFiles('server') });
  const socket: TLSSocket = await openHttp2Frames(portOf(url));
  bench.also(() => Promise.resolve(socket.destroy()));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const types = (stream: number): string[] => typesOf(Buffer.concat(chunks), stream);
  /** The first frame of a stream, or of the connection, that says how it ended. */
  const outcome = (stream: number): string | undefined =>
    [...types(stream), ...types(0)].find((type) => ['data', 'resetStream', 'goAway'].includes(type));
  const heads = (): string[] =>
    backend.connections.flatMap(({ requests }) => requests.map(({ head }) => head));
  return { socket, types, outcome, heads };
}

/** Lines of a head without those that every request has. */
const firstLine = (head: string): string => head.split('\r\n', 1).join();

describe('a request of HTTP/2 goes out as the one request that it is', () => {
  test.each<[string, Record<string, string>]>([
    ['with the fields of a browser', { ...GET, accept: '*/*', 'user-agent': 'x', cookie: 'a=b' }],
    ['with its cookies in pieces', { ...GET, cookie: 'a=b; c=d' }],
    ['with a host beside the authority', { ...GET, host: 'elsewhere.example' }],
    ['with te: trailers', { ...GET, te: 'trailers' }],
    // Such fields are dropped before anybody reads them (RFC 9113, section 8.2.1, would refuse the request).
    ['with a line break in a field', { ...GET, 'x-a': 'b\r\nGET /search.pz2?command=exit HTTP/1.1' }],
    ['with a zero byte in a field', { ...GET, 'x-a': 'b\0c' }],
    ['with a colon in the name of a field', { ...GET, 'x:a': 'b' }],
    ['with a field that Pazpar2 must not see', { ...GET, 'x-http-method-override': 'DELETE' }],
  ])('%s', async (_, headers) => {
    const { socket, outcome, heads } = await connected();
    socket.write(headersFrame(1, headers, END_STREAM));
    await until(() => outcome(1) !== undefined);
    expect(outcome(1)).toBe('data');
    expect(heads().map(firstLine)).toEqual(['GET /search.pz2?command=ping&session=7 HTTP/1.1']);
    expect(heads().join()).not.toMatch(/override|cookie|^te:|elsewhere|^x-?:?a:|exit/im);
  });

  test('with a body in pieces, of which some are padded or empty, and trailers behind it', async () => {
    const { socket, outcome, heads } = await connected();
    const padded = Buffer.concat([Buffer.from([3]), Buffer.from('session=7.pz1'), Buffer.alloc(3)]);
    socket.write(headersFrame(1, { ...POST, ...FORM }));
    socket.write(frame('data', 1, Buffer.from('command=ping&')));
    socket.write(frame('data', 1, Buffer.alloc(0)));
    socket.write(frame('data', 1, padded, 0x8));
    socket.write(headersFrame(1, { 'x-trailer': '1' }, END_STREAM));
    await until(() => outcome(1) !== undefined);
    expect(outcome(1)).toBe('data');
    expect(heads().map(firstLine)).toEqual(['GET /search.pz2?command=ping&session=7 HTTP/1.1']);
  });
});

describe('no request goes out for one of HTTP/2', () => {
  test.each<[string, Record<string, string>]>([
    ['with a blank in its path', { ...GET, ':path': `${PING} HTTP/1.1` }],
    ['with the path *', { ...GET, ':path': '*' }],
    ['with a path that does not begin with a slash', { ...GET, ':path': PING.slice(1) }],
    ['with an empty path', { ...GET, ':path': '' }],
    ['with a line break in its path', { ...GET, ':path': `${PING}\r\nX: y` }],
    ['with a capital letter in the name of a field', { ...GET, 'X-A': 'b' }],
    ['with a Connection field', { ...GET, connection: 'close' }],
    ['with a Transfer-Encoding', { ...POST, ...FORM, 'transfer-encoding': 'chunked' }],
    ['with an Upgrade', { ...GET, upgrade: 'websocket' }],
    ['with two methods', { ...GET, ':method ': 'POST' }],
    ['with a method that nobody knows', { ...GET, ':method': 'GET /x' }],
    ['without a method', { ':scheme': 'https', ':authority': 'x', ':path': PING }],
    ['with an unknown pseudo-field', { ...GET, ':session': '7' }],
    ['that is TRACE', { ...GET, ':method': 'TRACE' }],
    ['with a length but no body', { ...GET, 'content-length': '5' }],
    ['with a length that is none', { ...GET, 'content-length': '5, 5' }],
  ])('%s', async (_, headers) => {
    const { socket, outcome, heads } = await connected();
    socket.write(headersFrame(1, headers, END_STREAM));
    await until(() => outcome(1) !== undefined || socket.destroyed);
    expect(heads()).toEqual([]);
  });

  test.each([
    ['more', '4', 'command=ping&session=7.pz1'],
    ['less', '200', 'command=ping&session=7.pz1'],
  ])('whose body is %s than its length', async (_, length, body) => {
    const { socket, outcome, heads } = await connected();
    socket.write(headersFrame(1, { ...POST, ...FORM, 'content-length': length }));
    socket.write(frame('data', 1, Buffer.from(body), END_STREAM));
    await until(() => outcome(1) !== undefined || socket.destroyed);
    expect(heads()).toEqual([]);
  });
});

test('CONNECT is refused, and opens no way to anywhere', async () => {
  const { socket, types, heads } = await connected();
  socket.write(headersFrame(1, { ':method': 'CONNECT', ':authority': '127.0.0.1:22' }));
  await until(() => types(1).length > 0 || socket.destroyed);
  socket.write(frame('data', 1, Buffer.from('GET / HTTP/1.1\r\n\r\n')));
  socket.write(headersFrame(3, GET, END_STREAM));
  await until(() => types(3).includes('data') || socket.destroyed);
  expect(types(1)).not.toContain('data');
  expect(heads()).toHaveLength(1);
});

test('after a request that is refused the connection, or a new one, takes the next', async () => {
  const { socket, outcome, heads } = await connected();
  socket.write(headersFrame(1, { ...GET, connection: 'close' }, END_STREAM));
  socket.write(headersFrame(3, GET, END_STREAM));
  await until(() => outcome(3) === 'data');
  expect(heads()).toHaveLength(1);
});
