import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { OwnRequest } from '../../lib/gateway/client-request.ts';
import { collectGarbage } from '../helpers/collect-garbage.ts';
import { RawConnection } from '../helpers/raw-connection.ts';
import { Started } from '../helpers/started.ts';

const started = new Started();
afterEach(() => started.stopAll());

/** A connection to a server whose requests are of our own kind. */
async function connectTo(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer({ IncomingMessage: OwnRequest }, handle);
  const connection = await RawConnection.open(await started.listen(server));
  started.also(() => Promise.resolve(connection.close()));
  return connection;
}

const answer = (request: IncomingMessage, response: ServerResponse): void =>
  void response.end(`${request.method} ${request.url}`);

describe('a request that nobody reads', () => {
  test.each([
    ['without a body', ''],
    ['with the length 0', 'Content-Length: 0\r\n\r\n'],
    ['with a body', 'Content-Length: 4\r\n\r\nbody'],
    ['with a body in chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n'],
    ['with a body that fills all buffers', `Content-Length: 300000\r\n\r\n${'x'.repeat(300_000)}`],
  ])('%s, lets the next one through', async (_, rest) => {
    const connection = await connectTo((request, response) =>
      setTimeout(() => answer(request, response), 20),
    );
    connection.send(`POST /1 HTTP/1.1\r\nHost: x\r\n${rest === '' ? '\r\n' : rest}`);
    expect((await connection.reply()).body).toBe('POST /1');
    connection.send('GET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\n\r\n');
    expect((await connection.reply()).body).toBe('GET /2');
    expect((await connection.reply()).body).toBe('GET /3');
  });

  // Newer ones refuse it (431).
  test('and whose length stands behind the thousand headers that Node 20 takes, holds nothing up', async () => {
    const connection = await connectTo((request, response) =>
      setTimeout(() => answer(request, response), 20),
    );
    const headers = `${'a:\r\n'.repeat(1200)}Content-Length: 300000\r\n\r\n`;
    connection.send(
      `POST /1 HTTP/1.1\r\nHost: x\r\n${headers}${'x'.repeat(300_000)}GET /2 HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    const ended = connection.end().then(() => 'closed');
    const answered = connection.until(/GET \/2$/).catch(() => 'closed');
    expect(await Promise.race([answered, ended])).toMatch(/^closed$|POST \/1[^]*GET \/2$/);
  });

  test('is not kept while its connection rests', async () => {
    const seen: WeakRef<IncomingMessage>[] = [];
    const connection = await connectTo((request, response) => {
      seen.push(new WeakRef(request));
      answer(request, response);
    });
    connection.send('GET /1 HTTP/1.1\r\nHost: x\r\n\r\n');
    await connection.reply();
    await nextTurn();
    await collectGarbage();
    expect(seen[0]?.deref()).toBeUndefined();
  });

  test('and has no body, sets no stream flowing', async () => {
    const heard: string[] = [];
    const connection = await connectTo((request, response) => {
      for (const name of ['resume', 'end', 'close']) request.on(name, () => heard.push(name));
      answer(request, response);
    });
    connection.send('GET /1 HTTP/1.1\r\nHost: x\r\n\r\n');
    await connection.reply();
    connection.send('GET /2 HTTP/1.1\r\nHost: x\r\n\r\n');
    await connection.reply();
    expect(heard).toEqual([]);
  });
});

describe('a request that somebody reads', () => {
  test.each([
    ['without a body', '\r\n', ''],
    ['with a body', 'Content-Length: 4\r\n\r\nbody', 'body'],
  ])('%s, ends as in Node, also when it is answered before', async (_, rest, body) => {
    const bodies: string[] = [];
    const connection = await connectTo((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => bodies.push(text));
      answer(request, response);
    });
    connection.send(`POST /1 HTTP/1.1\r\nHost: x\r\n${rest}GET /2 HTTP/1.1\r\nHost: x\r\n\r\n`);
    await connection.reply();
    await connection.reply();
    expect(bodies).toEqual([body, '']);
  });
});
