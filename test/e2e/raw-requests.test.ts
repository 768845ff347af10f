import { describe, expect, test } from '@jest/globals';
import { useGatewayBench } from '../helpers/gateway-bench.ts';
import { pingReply } from '../helpers/pazpar-bytes.ts';
import { portOf } from '../helpers/balancer-bench.ts';
import { exchange, exchangeToEnd, RawConnection } from '../helpers/raw-connection.ts';

const bench = useGatewayBench();

const TARGET = '/pz2?command=ping&session=7.pz1';
const PING = `GET ${TARGET} HTTP/1.1\r\nHost: x\r\n\r\n`;
/** A request that nobody sent, hidden where a careless reader would find one. */
const HIDDEN = `GET /pz2?command=ping&session=666.pz1 HTTP/1.1\r\nHost: x\r\n\r\n`;

function post(headers: string, body: string, version = '1.1'): string {
  const type = 'Content-Type: application/x-www-form-urlencoded\r\n';
  return `POST ${TARGET} HTTP/${version}\r\nHost: x\r\n${type}${headers}\r\n${body}`;
}

/** Bytes of a client (RFC 9112), how many requests they mean at the most, and the status of the first answer. */
const CORPUS: readonly (readonly [name: string, bytes: string, meant: number, status: number])[] = [
  ['a plain request', PING, 1, 200],
  ['absolute form', `GET http://other.example${TARGET} HTTP/1.1\r\nHost: x\r\n\r\n`, 1, 200],
  ['HTTP/1.0 without Host', `GET ${TARGET} HTTP/1.0\r\n\r\n`, 1, 200],
  ['no Host in HTTP/1.1', `GET ${TARGET} HTTP/1.1\r\n\r\n`, 0, 400],
  ['two different Hosts', `GET ${TARGET} HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n`, 0, 400],
  ['two equal Hosts', `GET ${TARGET} HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n`, 0, 400],
  ['no version', `GET ${TARGET}\r\n\r\n`, 0, 400],
  ['a version that does not exist', `GET ${TARGET} HTTP/1.2\r\nHost: x\r\n\r\n`, 0, 400],
  ['HTTP/2 as text', `GET ${TARGET} HTTP/2.0\r\nHost: x\r\n\r\n`, 0, 400],
  ['bare LF after the request line', `GET ${TARGET} HTTP/1.1\nHost: x\r\n\r\n`, 0, 400],
  ['bare LF everywhere', `GET ${TARGET} HTTP/1.1\nHost: x\n\n`, 0, 400],
  ['bare CR in a header', `GET ${TARGET} HTTP/1.1\r\nHost: x\r\nA: b\rc: d\r\n\r\n`, 0, 400],
  ['a blank before the colon', `GET ${TARGET} HTTP/1.1\r\nHost : x\r\n\r\n`, 0, 400],
  ['a header without a colon', `GET ${TARGET} HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n`, 0, 400],
  ['NUL in a header', `GET ${TARGET} HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n`, 0, 400],
  ['a method that does not exist', `NONSENSE ${TARGET} HTTP/1.1\r\nHost: x\r\n\r\n`, 0, 400],
  ['a blank in the target', `GET /pz2?command=ping &session=7.pz1 HTTP/1.1\r\nHost: x\r\n\r\n`, 0, 400],
  ['a head of 20 kB', `GET ${TARGET} HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`, 0, 431],
  ['a target of 20 kB', `GET ${TARGET}&a=${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 0, 431],
  ['Content-Length with a sign', post('Content-Length: +3\r\n', 'a=1'), 0, 400],
  ['Content-Length twice, equal', post('Content-Length: 3\r\nContent-Length: 3\r\n', 'a=1'), 1, 400],
  ['Content-Length twice, different', post('Content-Length: 3\r\nContent-Length: 0\r\n', 'a=1'), 0, 400],
  ['Content-Length as a list', post('Content-Length: 3, 3\r\n', 'a=1'), 1, 400],
  ['Content-Length that is none', post('Content-Length: 0x3\r\n', 'a=1'), 0, 400],
  ['Content-Length too large to be counted', post(`Content-Length: ${'9'.repeat(30)}\r\n`, 'a=1'), 0, 400],
  [
    'Content-Length and chunked',
    post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${HIDDEN}`),
    1,
    400,
  ],
  [
    'chunked and Content-Length',
    post('Transfer-Encoding: chunked\r\nContent-Length: 3\r\n', `0\r\n\r\n${HIDDEN}`),
    1,
    400,
  ],
  ['an unknown coding', post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${HIDDEN}`), 0, 501],
  ['gzip before chunked', post('Transfer-Encoding: gzip, chunked\r\n', `0\r\n\r\n${HIDDEN}`), 0, 501],
  ['chunked before identity', post('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${HIDDEN}`), 0, 400],
  [
    'chunked twice',
    post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n`),
    0,
    400,
  ],
  ['a tab before chunked', post('Transfer-Encoding:\tchunked\r\n', '3\r\na=1\r\n0\r\n\r\n'), 1, 200],
  ['chunked in HTTP/1.0', post('Transfer-Encoding: chunked\r\n', `0\r\n\r\n${HIDDEN}`, '1.0'), 0, 400],
  [
    'a chunk size that is none',
    post('Transfer-Encoding: chunked\r\n', `xyz\r\na=1\r\n0\r\n\r\n${HIDDEN}`),
    0,
    400,
  ],
  [
    'a chunk size with a sign',
    post('Transfer-Encoding: chunked\r\n', `+3\r\na=1\r\n0\r\n\r\n${HIDDEN}`),
    0,
    400,
  ],
  [
    'a chunk size that overflows',
    post('Transfer-Encoding: chunked\r\n', `${'f'.repeat(20)}\r\na=1\r\n0\r\n\r\n`),
    0,
    400,
  ],
  [
    'a chunk longer than it says',
    post('Transfer-Encoding: chunked\r\n', `2\r\na=1\r\n0\r\n\r\n${HIDDEN}`),
    0,
    400,
  ],
  ['a chunk with an extension', post('Transfer-Encoding: chunked\r\n', '3;a=b\r\na=1\r\n0\r\n\r\n'), 1, 200],
  [
    'chunks with a trailer',
    post('Transfer-Encoding: chunked\r\n', '3\r\na=1\r\n0\r\nHost: evil\r\n\r\n'),
    1,
    200,
  ],
  ['a body that holds a request', post(`Content-Length: ${HIDDEN.length}\r\n`, HIDDEN), 1, 400],
  ['two requests in one packet', PING + PING, 2, 200],
  ['a request after HEAD', `HEAD ${TARGET} HTTP/1.1\r\nHost: x\r\n\r\n${PING}`, 2, 200],
  [
    'an upgrade to HTTP/2',
    `GET ${TARGET} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`,
    1,
    200,
  ],
  [
    'an upgrade to WebSocket',
    `GET ${TARGET} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    1,
    200,
  ],
  [
    'Connection names Host',
    `GET ${TARGET} HTTP/1.1\r\nHost: x\r\nConnection: host, x-forwarded-for\r\n\r\n`,
    1,
    200,
  ],
  ['empty lines before a request', `\r\n\r\n${PING}`, 1, 200],
];

/** A folded header: Node's parser joins the lines, which is one of the two readings that RFC 9112, 5.2 allows. */
const FOLDED = `GET ${TARGET} HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n`;

async function gatewayBeforeBackend() {
  const backend = await bench.backend({ script: (connection) => connection.write(pingReply()) });
  const { url } = await bench.gateway({
    clusters: { c: { path: '/pz2', members: [{ url: backend.url, route: 'pz1' }] } },
  });
  return { port: portOf(url), sent: () => backend.connections.flatMap(({ requests }) => requests) };
}

/** What comes back for the bytes, and for a plain request on a connection of its own thereafter. */
async function answersTo(port: number, bytes: string): Promise<readonly [string, string]> {
  const connection = await RawConnection.open(port);
  connection.send(bytes);
  const answer = await connection.until(/\r\n\r\n/);
  const later = await exchange(port, PING);
  connection.close();
  return [answer, later.statusLine];
}

describe('bytes of a client', () => {
  test.each(CORPUS)(
    'with %s never reach the server as more than they mean',
    async (_, bytes, meant, status) => {
      const { port, sent } = await gatewayBeforeBackend();
      const [answer, later] = await answersTo(port, bytes);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.[01] ${status} `));
      expect(later).toBe('HTTP/1.1 200 OK');
      // The plain request is one of them.
      expect(sent().length).toBeLessThanOrEqual(meant + 1);
      expect(sent().filter(({ head }) => head.includes('session=666')).length).toBeLessThanOrEqual(
        Math.max(0, meant - 1),
      );
    },
  );

  test('with a folded header are one request or none', async () => {
    const { port, sent } = await gatewayBeforeBackend();
    const [answer] = await answersTo(port, FOLDED);
    expect(answer).toMatch(/^HTTP\/1\.1 (200|400) /);
    expect(sent().length).toBeLessThanOrEqual(2);
  });

  test.each(['CONNECT x:1', 'TRACE /pz2', 'OPTIONS *'])('that say %s reach no server', async (start) => {
    const { port, sent } = await gatewayBeforeBackend();
    await exchangeToEnd(port, `${start} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(sent()).toEqual([]);
  });
});

describe('bytes of a server', () => {
  const REPLIES: readonly (readonly [name: string, bytes: string])[] = [
    ['before it was asked', `${pingReply()}${pingReply()}`],
    ['with more than it announces', `${pingReply()}junk`],
    ['with two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde'],
    ['that is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['that is cut', 'HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\nabc'],
  ];

  test.each(REPLIES)('%s never become the answer to another request', async (_, bytes) => {
    const backend = await bench.backend({
      script: (connection) => {
        connection.write(bytes);
        connection.end();
      },
    });
    const { url } = await bench.gateway({
      clusters: {
        c: { path: '/pz2', retryPause: 0, members: [{ url: backend.url, route: 'pz1' }] },
      },
    });
    const received = await exchangeToEnd(
      portOf(url),
      `${PING}${PING.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`,
    );
    expect(received).not.toContain('junk');
    expect(received).not.toContain('SSH-');
    for (const [status] of received.matchAll(/^HTTP\/1\.1 \d+/gm)) {
      expect(['HTTP/1.1 200', 'HTTP/1.1 502', 'HTTP/1.1 503']).toContain(status);
    }
  });
});
