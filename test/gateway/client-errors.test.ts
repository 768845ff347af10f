import { type RequestListener, type ServerResponse } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { systemClock } from '../../lib/clock.ts';
import { HttpServer } from '../../lib/gateway/http-server.ts';
import { RawConnection } from '../helpers/raw-connection.ts';
import { Started } from '../helpers/started.ts';
import { until } from '../helpers/until.ts';

const started = new Started();
afterEach(() => started.stopAll());

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const GARBAGE = 'no request at all\r\n\r\n';

async function clientOf(handler: RequestListener): Promise<RawConnection> {
  const server = new HttpServer(handler, systemClock);
  await server.listen({ host: '127.0.0.1', port: 0 });
  started.also(() => server.stop(0));
  const client = await RawConnection.open(Number(server.address.split(':')[1]));
  started.also(() => Promise.resolve(client.close()));
  return client;
}

test('bytes that are no request are told so', async () => {
  const client = await clientOf(() => undefined);
  client.send(GARBAGE);
  await client.end();
  expect(client.unread).toMatch(/^HTTP\/1\.1 400 Malformed HTTP request\r\n[^]*<error code="210"/);
});

test('after an answered request they are told so, too', async () => {
  const client = await clientOf((_, response) => response.end('answered'));
  client.send(GET);
  await client.until(/answered/);
  client.send(GARBAGE);
  await client.end();
  expect(client.unread).toMatch(/answered[^]*HTTP\/1\.1 400 /);
});

test('a body that breaks its framing is what its request is answered for', async () => {
  const client = await clientOf((request) => request.resume());
  client.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n');
  await client.end();
  expect(client.unread).toMatch(/^HTTP\/1\.1 400 /);
});

test('while a request waits for its answer, nobody else gets one in its place', async () => {
  const waiting: ServerResponse[] = [];
  const client = await clientOf((_, response) => waiting.push(response));
  client.send(GET);
  await until(() => waiting.length === 1);
  client.send(GARBAGE);
  await client.end();
  expect(client.unread).toBe('');
  await until(() => waiting[0]?.closed === true);
});

test('an answer that is being sent is not written into', async () => {
  const client = await clientOf((_, response) => {
    response.setHeader('Content-Length', 100);
    response.write('the first half');
  });
  client.send(GET);
  await client.until(/the first half/);
  client.send(GARBAGE);
  await client.end();
  expect(client.unread).toMatch(/the first half$/);
});

test('a pipelined answer that waits for its turn is not overtaken', async () => {
  const waiting: ServerResponse[] = [];
  const client = await clientOf((request, response) => {
    if (request.url === '/') waiting.push(response);
    else response.end('second');
  });
  client.send(GET + GET.replace('/', '/second') + GARBAGE);
  await client.end();
  expect(client.unread).toBe('');
});

const LAST = GET.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');

test.each([
  ['another request', GET],
  ['what is none', GARBAGE],
])('behind the last request of a connection %s is not heard, however late the answer', async (_, rest) => {
  const waiting: ServerResponse[] = [];
  const client = await clientOf((_request, response) => waiting.push(response));
  client.send(LAST + rest);
  await until(() => waiting.length === 1);
  client.send(rest);
  waiting[0]?.end('answered');
  await client.end();
  expect(client.unread).toMatch(/answered$/);
  expect(waiting).toHaveLength(1);
});

test('behind an answer that is the last, nothing else is said', async () => {
  const client = await clientOf((_, response) => response.end('answered'));
  client.send(LAST + GET);
  await client.end();
  expect(client.unread).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nanswered$/);
});
