import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  HEAD_LIMIT,
  isType,
  readRequest,
  requestLength,
  type HttpRequest,
} from '../../lib/simulator/http-reader.ts';
import { InputQueue } from '../../lib/simulator/input-queue.ts';

function lengthOf(...chunks: readonly string[]): number {
  const queue = new InputQueue();
  for (const chunk of chunks) queue.push(Buffer.from(chunk, 'latin1'));
  return requestLength(queue);
}

function read(text: string): HttpRequest {
  const request = readRequest(Buffer.from(text, 'latin1'));
  if ('malformed' in request) throw new Error(`Malformed: ${text}`);
  return request;
}

const isMalformed = (text: string): boolean => 'malformed' in readRequest(Buffer.from(text, 'latin1'));
const headOf = (length: number): string => {
  const start = 'GET / HTTP/1.1\r\nCookie: ';
  return `${start}${'x'.repeat(length - start.length - 4)}\r\n\r\n`;
};

describe('A request is complete', () => {
  test('at the empty line', () => {
    expect(lengthOf('GET / HTTP/1.1\r\nHost: x\r\n\r\nGET')).toBe(27);
  });

  test('at the empty line when lines end with LF alone', () => {
    expect(lengthOf('GET / HTTP/1.1\nHost: x\n\n')).toBe(24);
  });

  test.each([
    'Content-Length: 5',
    'content-length:5',
    'CONTENT-LENGTH:   5',
    'Content-Length: 5x',
    'Content-Length: 9\r\nContent-Length: 5',
  ])('with the body that %j announces', (field) => {
    const head = `POST / HTTP/1.1\r\n${field}\r\n\r\n`;
    expect([lengthOf(head, '1234'), lengthOf(head, '12345'), lengthOf(head, '123456')]).toEqual([
      0,
      head.length + 5,
      head.length + 5,
    ]);
  });

  test.each([
    'Content-Length: -5',
    'Content-Length:\t5',
    'Content-Length : 5',
    'Content-Length: 4294967295',
    'Transfer-Encoding: chunked',
  ])('without body when it says %j', (field) => {
    const head = `POST / HTTP/1.1\r\n${field}\r\n\r\n`;
    expect(lengthOf(head, '12345')).toBe(head.length);
  });

  test('when its head has 4095 bytes', () => {
    expect(lengthOf(headOf(HEAD_LIMIT))).toBe(HEAD_LIMIT);
    expect(isMalformed(headOf(HEAD_LIMIT))).toBe(false);
  });

  test('but malformed when its head has 4096 bytes', () => {
    expect(lengthOf(headOf(HEAD_LIMIT + 1))).toBe(HEAD_LIMIT);
    expect(isMalformed(headOf(HEAD_LIMIT + 1).slice(0, HEAD_LIMIT))).toBe(true);
  });

  test('wherever it is cut into chunks', () => {
    const request = 'POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc';
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(request.length)), (cuts) => {
        const places = [0, ...cuts.sort((one, other) => one - other), request.length];
        const chunks = places.slice(1).map((end, index) => request.slice(places[index], end));
        expect(lengthOf(...chunks.filter((chunk) => chunk !== ''))).toBe(request.length);
      }),
    );
  });
});

describe('A request is understood when', () => {
  test.each([
    'BREW / HTTP/1.1\r\n\r\n',
    ' / HTTP/1.1\r\n\r\n',
    'GET  HTTP/1.1\r\n\r\n',
    'GET /x y: z\r\n\r\n',
  ])('it is %j', (text) => {
    expect(isMalformed(text)).toBe(false);
  });

  test.each([
    ['NONSENSE\r\n\r\n'],
    ['GET /\r\n\r\n'],
    ['A-METHOD-OF-20-CHARS / HTTP/1.1\r\n\r\n'],
    ['GET / HTTP/1\r\n\r\n'],
    ['GET / HTTP/1.1000\r\n\r\n'],
    ['GET / HTTP/1.1\r\nno colon\r\n\r\n'],
    ['GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n'],
  ])('it is not %j', (text) => {
    expect(isMalformed(text)).toBe(true);
  });
});

describe('A request says', () => {
  test('its method, version, head and body', () => {
    expect(read('DELETE /any/path HTTP/9.999\r\nA: b\r\n\r\nbody')).toMatchObject({
      method: 'DELETE',
      version: '9.999',
      head: 'DELETE /any/path HTTP/9.999\r\nA: b\r\n\r\n',
      body: 'body',
    });
  });

  test('version 1.0 when it names none', () => {
    expect(read('GET / A: b\r\n\r\n').version).toBe('1.0');
  });

  test.each([
    ['1.1', '', true],
    ['1.1', 'Connection: close', false],
    ['1.1', 'Connection: Close', true],
    ['1.1', 'Connection: close, TE', true],
    ['1.1', 'Connection: close ', true],
    ['1.1', 'Connection: close\r\nConnection: x', true],
    ['1.0', '', false],
    ['1.0', 'CONNECTION: Keep-Alive', true],
    ['1.0', 'Connection: keep-alive', false],
    ['2.0', '', true],
  ])('by HTTP/%s and %j whether the connection stays: %j', (version, field, stays) => {
    expect(read(`GET / HTTP/${version}\r\n${field === '' ? '' : `${field}\r\n`}\r\n`).keepAlive).toBe(stays);
  });

  test.each([
    ['application/x-www-form-urlencoded', 'form'],
    ['application/x-www-form-urlencoded; charset=UTF-8', 'form'],
    ['application/x-www-form-urlencoded charset', 'form'],
    ['Application/x-www-form-urlencoded', 'query'],
    ['application/x-www-form-urlencodedx', 'query'],
    ['application/json', 'query'],
  ])('with a body of type %j the arguments of the %s', (type, from) => {
    const request = read(
      `GET /?from=query HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Type: ${type}\r\n\r\nfrom=form`,
    );
    expect(request.arguments.get('from')).toBe(from);
  });

  test('no type that it does not have', () => {
    expect([
      isType(undefined, 'text/xml'),
      isType('text/xml', 'text/xml'),
      isType('TEXT/XML', 'text/xml'),
    ]).toEqual([false, true, false]);
  });
});
