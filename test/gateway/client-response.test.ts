import { createServer, ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { endWithBody, flushHead, OwnResponse, writeReplyHead } from '../../lib/gateway/client-response.ts';
import { call } from '../helpers/http-client.ts';
import { exchangeToEnd } from '../helpers/raw-connection.ts';
import { Started } from '../helpers/started.ts';

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const KINDS = { 'an own response': OwnResponse, "an application's response": ServerResponse };

const started = new Started();
afterEach(() => started.stopAll());

/** The port of a server that answers everything with one kind of response. */
async function serve(
  kind: typeof ServerResponse,
  answer: (response: ServerResponse) => void,
): Promise<number> {
  const server = createServer({ ServerResponse: kind }, (_, response) => {
    response.sendDate = false;
    answer(response);
  });
  return started.listen(server);
}

function head(length: number, ...headers: readonly string[]) {
  return { status: 417, reason: 'Own Reason', headers: [...headers, 'Content-Length', String(length)] };
}

describe.each(Object.entries(KINDS))('%s', (_, kind) => {
  test('has the status, the reason and the headers of the reply, none of one connection', async () => {
    const port = await serve(kind, (response) => {
      writeReplyHead(
        response,
        head(4, 'X-b', '1', 'Set-Cookie', 'a=1', 'Keep-Alive', 'x', 'Set-Cookie', 'b=2', 'X-A', '\xe4'),
      );
      endWithBody(response, Buffer.from('body'));
    });
    expect(await exchangeToEnd(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toBe(
      'HTTP/1.1 417 Own Reason\r\nX-b: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-A: \xe4\r\n' +
        'Content-Length: 4\r\nConnection: close\r\n\r\nbody',
    );
  });

  test('keeps headers that were set before, but for those that the reply has', async () => {
    const port = await serve(kind, (response) => {
      response.setHeader('Vary', 'Origin');
      response.setHeader('Expires', 'never');
      writeReplyHead(response, head(0, 'expires', 'soon', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'));
      endWithBody(response, Buffer.alloc(0));
    });
    expect(await call(`http://127.0.0.1:${port}/`)).toMatchObject({
      status: 417,
      headers: { vary: 'Origin', expires: 'soon', 'set-cookie': ['a=1', 'b=2'], 'content-length': '0' },
    });
  });

  test.each(['GET', 'HEAD'])('to %s, has them also when they leave alone', async (method) => {
    const port = await serve(kind, (response) => {
      writeReplyHead(response, head(4, 'X-A', '\xe4'));
      flushHead(response);
      setImmediate(() => endWithBody(response, Buffer.from('body')));
    });
    expect(await exchangeToEnd(port, `${method} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toBe(
      `HTTP/1.1 417 Own Reason\r\nX-A: \xe4\r\nContent-Length: 4\r\nConnection: close\r\n\r\n${method === 'HEAD' ? '' : 'body'}`,
    );
  });

  test('where the reply has no reason, the usual one', async () => {
    const port = await serve(kind, (response) => {
      writeReplyHead(response, { status: 404, reason: '', headers: ['Content-Length', '0'] });
      endWithBody(response, Buffer.alloc(0));
    });
    expect(await call(`http://127.0.0.1:${port}/`)).toMatchObject({ reason: 'Not Found' });
  });

  test.each([256, 4096, 4352, 100_000])('a body of %d bytes arrives byte for byte', async (size) => {
    const body = Buffer.alloc(size, EVERY_BYTE);
    const port = await serve(kind, (response) => {
      writeReplyHead(response, head(size));
      endWithBody(response, body);
    });
    expect((await call(`http://127.0.0.1:${port}/`)).body.equals(body)).toBe(true);
  });
});

describe('what a response of our own says is what Node would say of', () => {
  const answers: [string, string, (response: ServerResponse) => void][] = [
    ['a reply', 'GET', (response) => writeReplyHead(response, head(4))],
    ['a reply to HEAD', 'HEAD', (response) => writeReplyHead(response, head(4))],
    ['a reply without content', 'GET', (response) => void response.writeHead(204)],
    ['a reply that is not modified', 'GET', (response) => void response.writeHead(304)],
    ['a reply without length', 'GET', (response) => void response.writeHead(200)],
    ['a reply whose head is not written', 'GET', (response) => void (response.statusCode = 417)],
    ['a reply whose head has left', 'GET', (response) => response.writeHead(200).flushHeaders()],
    [
      'a reply with a length whose head has left',
      'GET',
      (response) => {
        writeReplyHead(response, head(4));
        response.flushHeaders();
      },
    ],
    ['a reply that has begun', 'GET', (response) => void response.writeHead(200).write('a ')],
  ];
  test.each(answers)('%s', async (_, method, begin) => {
    const said = async (kind: typeof ServerResponse) => {
      const port = await serve(kind, (response) => {
        begin(response);
        endWithBody(response, Buffer.from('body'));
      });
      // The second time it is not the answer's turn when it ends.
      const request = `${method} / HTTP/1.1\r\nHost: x\r\n`;
      return exchangeToEnd(port, `${request}\r\n${request}Connection: close\r\n\r\n`);
    };
    expect(await said(OwnResponse)).toBe(await said(ServerResponse));
  });
});

test("the headers of an application's response can still be read when it has ended", async () => {
  const seen: unknown[] = [];
  const port = await serve(ServerResponse, (response) => {
    response.on('finish', () => seen.push(response.getHeader('content-length')));
    writeReplyHead(response, head(4));
    endWithBody(response, Buffer.from('body'));
  });
  await call(`http://127.0.0.1:${port}/`);
  expect(seen).toEqual(['4']);
});

test('a middleware that takes the place of `end` gets the bytes, and headers one by one', async () => {
  const seen: unknown[] = [];
  const port = await serve(OwnResponse, (response) => {
    const end = response.end.bind(response);
    response.end = (body: unknown) => {
      seen.push(body, response.getHeader('content-length'));
      return end(body);
    };
    writeReplyHead(response, head(4));
    endWithBody(response, Buffer.from('body'));
  });
  await call(`http://127.0.0.1:${port}/`);
  expect(seen).toEqual([Buffer.from('body'), '4']);
});
