import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { portOf } from '../helpers/balancer-bench.ts';
import { CLUSTER_PATH, useGatewayBench } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { RawConnection } from '../helpers/raw-connection.ts';
import { until } from '../helpers/until.ts';

const bench = useGatewayBench();

/** How many streams are sent; `npm run fuzz` sets a million, of which this takes a hundredth: each is a connection. */
const RUNS = { numRuns: Math.ceil(Number(process.env['FUZZ_RUNS'] ?? 30_000) / 100) };
const TIMEOUT = 3_600_000;

const PATHS = [
  `${CLUSTER_PATH}?command=ping`,
  `${CLUSTER_PATH}?command=init`,
  '/app/x',
  '/nowhere',
  '*',
  'http://x/app/',
];
const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS', 'CONNECT', 'TRACE'];
const HEADERS = [
  'Host: x',
  'Host: y',
  'Connection: close',
  'Connection: keep-alive',
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13',
  'Connection: Upgrade\r\nUpgrade: h2c',
  'Expect: 100-continue',
  'Expect: much',
  'Content-Length: 0',
  'Content-Length: 4',
  'Content-Length: 5000000',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  `X: ${'x'.repeat(20_000)}`,
  'X: \xe4',
  'X:\0',
];
const BETWEEN = [
  '',
  'body',
  '4\r\nbody\r\n0\r\n\r\n',
  '0\r\n\r\n',
  '\r\n',
  'no request\r\n\r\n',
  '\0',
  'x'.repeat(100_000),
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
];

const USUAL = [
  `GET ${CLUSTER_PATH}?command=init HTTP/1.1\r\nHost: x\r\n\r\n`,
  'GET /app/ HTTP/1.1\r\nHost: x\r\n\r\n',
  'POST /app/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody',
  'GET /app/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n',
];

const request = fc
  .record({
    method: fc.constantFrom(...METHODS),
    path: fc.constantFrom(...PATHS),
    version: fc.constantFrom('1.1', '1.1', '1.1', '1.0'),
    headers: fc.array(fc.constantFrom(...HEADERS), { maxLength: 3 }),
  })
  .map(({ method, path, version, headers }) =>
    [`${method} ${path} HTTP/${version}`, 'Host: x', ...headers, '\r\n'].join('\r\n'),
  );
const stream = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: request },
    { weight: 2, arbitrary: fc.constantFrom(...USUAL) },
    { weight: 1, arbitrary: fc.constantFrom(...BETWEEN) },
  ),
  { minLength: 1, maxLength: 6 },
);
const way = fc.record({
  stream,
  leaves: fc.constantFrom('at once', 'after a reply', 'half'),
  inPieces: fc.boolean(),
});

/** An application that answers all, and speaks whatever protocol it is asked for. */
async function application(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming, response) => {
    incoming.resume();
    setImmediate(() => response.end('answered'));
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('upgrade', (_, socket: Socket) => {
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  bench.also(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => void server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test(
  'whatever clients send in a row, the gateway goes on to answer, and keeps no connection that its client has left',
  async () => {
    const { members } = await bench.farm(1);
    const { gateway, url } = await bench.gateway({
      clusters: {
        main: { path: CLUSTER_PATH, members },
        app: { path: '/app', protocol: 'http', members: [{ url: await application(), route: 'a' }] },
      },
    });
    const send = async ({
      stream: parts,
      leaves,
      inPieces,
    }: {
      stream: string[];
      leaves: string;
      inPieces: boolean;
    }) => {
      const client = await RawConnection.open(portOf(url));
      for (const part of inPieces ? parts : [parts.join('')]) {
        client.send(part);
        await nextTurn();
      }
      if (leaves === 'after a reply') await Promise.race([client.until(/HTTP\/1/).catch(String), pause(20)]);
      if (leaves === 'half') {
        client.halfClose();
        await Promise.race([client.end(), pause(20)]);
      }
      client.close();
    };
    await fc.assert(
      fc.asyncProperty(way, async (one) => {
        await send(one);
        expect((await call(`${url}/nowhere`)).status).toBe(404);
      }),
      RUNS,
    );
    await until(() => gateway.connections.open === 0);
    await until(() => gateway.snapshot().every((cluster) => cluster.members.every(({ busy }) => busy === 0)));
  },
  TIMEOUT,
);
