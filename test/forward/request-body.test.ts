import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import type { RequestHandler } from 'express';
import { BalancerError } from '../../lib/errors.ts';
import { announcesBody, requestBody } from '../../lib/forward/request-body.ts';
import { parseArguments } from '../../lib/protocol/arguments.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { EXPRESS_VERSIONS } from '../helpers/express-versions.ts';
import type { Express } from '../helpers/express-versions.ts';
import { call } from '../helpers/http-client.ts';
import type { Call } from '../helpers/http-client.ts';

const LIMIT = 1000;
const bench = useBalancerBench();

/** What came of reading a body: its bytes, or the code of the refusal. */
type Outcome = Buffer | string;

async function outcomeOf(request: IncomingMessage): Promise<Outcome> {
  try {
    return await requestBody(request, LIMIT);
  } catch (error) {
    if (error instanceof BalancerError) return error.code;
    throw error;
  }
}

/** A handler that reads one body and answers, and the promise of what comes of it. */
function bodyReader() {
  let tell: (outcome: Promise<Outcome>) => void;
  const outcome = new Promise<Outcome>((resolve) => (tell = resolve));
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    const reading = outcomeOf(request);
    tell(reading);
    void reading.finally(() => response.end());
  };
  return { handler, outcome };
}

async function read(request: Call): Promise<Outcome> {
  const { handler, outcome } = bodyReader();
  await call(await bench.serve(handler), { method: 'POST', ...request });
  return await outcome;
}

describe('requestBody', () => {
  test.each<[string, Call]>([
    ['of known length', { body: 'command=ping' }],
    ['in one chunk', { body: ['command=ping'] }],
    ['in several chunks', { body: ['comm', 'and=', 'ping'] }],
    ['of a GET', { method: 'GET', body: 'command=ping' }],
  ])('reads a body %s', async (_, request) => {
    expect(await read(request)).toEqual(Buffer.from('command=ping'));
  });

  test('reads bytes as they are', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    expect(await read({ body: bytes })).toEqual(bytes);
  });

  test('reads an empty body', async () => {
    expect(await read({ body: '' })).toEqual(Buffer.alloc(0));
    expect(await read({ headers: { 'Transfer-Encoding': 'chunked' } })).toEqual(Buffer.alloc(0));
  });

  test('reads as much as the limit', async () => {
    expect(await read({ body: 'x'.repeat(LIMIT) })).toHaveLength(LIMIT);
    expect(await read({ body: ['x'.repeat(LIMIT)] })).toHaveLength(LIMIT);
  });

  test.each<[string, Call]>([
    ['announced', { body: 'x'.repeat(LIMIT + 1) }],
    ['in chunks', { body: ['x'.repeat(LIMIT), 'x'] }],
  ])('refuses more than the limit, %s', async (_, request) => {
    expect(await read(request)).toBe('BODY_TOO_LARGE');
  });

  test('refuses an announced length before a byte of it came', async () => {
    const { handler, outcome } = bodyReader();
    const client = await bench.connect(await bench.serve(handler));
    client.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${LIMIT + 1}\r\n\r\n`);
    expect(await outcome).toBe('BODY_TOO_LARGE');
  });

  test('refuses chunks beyond the limit while more could come', async () => {
    const { handler, outcome } = bodyReader();
    const client = await bench.connect(await bench.serve(handler));
    const chunk = `${LIMIT.toString(16)}\r\n${'x'.repeat(LIMIT)}\r\n`;
    client.send(`POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}1\r\nx\r\n`);
    expect(await outcome).toBe('BODY_TOO_LARGE');
  });

  test.each([
    ['of known length', 'Content-Length: 12\r\n\r\ncommand'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n7\r\ncommand\r\n'],
  ])('refuses a body %s whose client stops in the middle', async (_, rest) => {
    const { handler, outcome } = bodyReader();
    const client = await bench.connect(await bench.serve(handler));
    client.send(`POST / HTTP/1.1\r\nHost: x\r\n${rest}`);
    client.close();
    expect(await outcome).toBe('REQUEST_MALFORMED');
  });

  test('refuses a body whose client was gone before anybody read it', async () => {
    const { handler, outcome } = bodyReader();
    const late = (request: IncomingMessage, response: ServerResponse): void => {
      request.once('close', () => handler(request, response));
    };
    const client = await bench.connect(await bench.serve(late));
    client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\ncommand');
    client.close();
    expect(await outcome).toBe('REQUEST_MALFORMED');
  });
});

describe('announcesBody', () => {
  test.each([
    [{}, false],
    [{ 'content-length': '0' }, false],
    [{ 'content-length': '1' }, true],
    [{ 'transfer-encoding': 'chunked' }, true],
  ])('of %j is %p', (headers, expected) => {
    expect(announcesBody({ headers } as IncomingMessage)).toBe(expected);
  });
});

type MakeParser = (express: Express) => RequestHandler;

/** Arguments in an order that does not depend on where they stood. */
function sorted(form: string): string[] {
  return parseArguments(form)
    .map(({ name, value }) => `${name}=${value}`)
    .sort();
}

const PARSERS = {
  'a simple form parser': (express) => express.urlencoded({ extended: false }),
  'an extended form parser': (express) => express.urlencoded({ extended: true }),
  'a text parser': (express) => express.text({ type: () => true }),
  'a raw parser': (express) => express.raw({ type: () => true }),
  'a JSON parser': (express) => express.json(),
} as const satisfies Record<string, MakeParser>;

type Parser = keyof typeof PARSERS;

const FORM = 'application/x-www-form-urlencoded';

describe.each(EXPRESS_VERSIONS)('behind a parser of %s', (_, express) => {
  async function readBehind(parser: Parser, body: string, type = FORM): Promise<Outcome> {
    const app = express();
    const { handler, outcome } = bodyReader();
    app.use(PARSERS[parser](express), handler);
    await call(await bench.serve(app), {
      headers: { 'Content-Type': type },
      body: Buffer.from(body, 'latin1'),
    });
    return await outcome;
  }

  test.each(Object.keys(PARSERS) as Parser[])('%s changes nothing of what a form says', async (parser) => {
    const form = 'command=search&query=a+b%26%C3%A4%3D%2B&x=1&x=2&e=&num=020&command=search';
    const body = await readBehind(parser, form);
    expect(sorted(body.toString('latin1'))).toEqual(sorted(form));
  });

  test.each<Parser>(['a simple form parser', 'an extended form parser'])(
    '%s keeps the order of values of one name',
    async (parser) => {
      const body = await readBehind(parser, 'a=3&b=x&a=1&a=2');
      const values = parseArguments(body.toString('latin1')).filter(({ name }) => name === 'a');
      expect(values.map(({ value }) => value)).toEqual(['3', '1', '2']);
    },
  );

  test.each<Parser>(['a text parser', 'a raw parser'])('%s changes no byte', async (parser) => {
    const xml = '<?xml version="1.0"?><settings><set name="pz:name" value="\xc3\xa4%41"/></settings>';
    expect(await readBehind(parser, xml, 'text/xml')).toEqual(Buffer.from(xml, 'latin1'));
  });

  test('a raw parser keeps bytes that are no text', async () => {
    expect(await readBehind('a raw parser', 'a=\xff\0', FORM)).toEqual(Buffer.from('a=\xff\0', 'latin1'));
  });

  test.each<[Parser, string, string]>([
    ['a simple form parser', 'bytes that are no UTF-8', 'a=%FF'],
    ['a simple form parser', 'an escaped escape', 'a=%2541'],
    ['a simple form parser', 'an escaped escape in a name', '%2541=a'],
    ['an extended form parser', 'bytes that are no UTF-8', 'a=%FF'],
    ['an extended form parser', 'an escaped escape', 'a=%2541'],
    ['an extended form parser', 'a half valid value', 'a=%zz%41'],
    ['an extended form parser', 'a setting, which it takes for an object', 'pz:name[x]=1'],
    ['a text parser', 'bytes that are no UTF-8', 'a=\xff'],
  ])('%s may have lost the meaning of %s', async (parser, __, body) => {
    expect(await readBehind(parser, body)).toBe('BODY_ALREADY_READ');
  });

  test('a text parser may have lost the bytes of another charset', async () => {
    const type = 'text/xml; charset=iso-8859-1';
    expect(await readBehind('a text parser', '<a>\xe4</a>', type)).toBe('BODY_ALREADY_READ');
    expect(await readBehind('a text parser', '<a>a</a>', type)).toEqual(Buffer.from('<a>a</a>'));
    expect(await readBehind('a text parser', '<a>\xc3\xa4</a>', 'text/xml; charset="UTF-8"')).toHaveLength(9);
  });

  test('a simple form parser keeps a stray % and a setting', async () => {
    const body = await readBehind('a simple form parser', 'a=100%&pz:name[x]=1');
    expect(body.toString('latin1')).toBe('a=100%25&pz%3Aname%5Bx%5D=1');
  });

  test('a body that is larger than the limit is refused, whoever read it', async () => {
    expect(await readBehind('a raw parser', 'x'.repeat(LIMIT + 1))).toBe('BODY_TOO_LARGE');
  });

  test.each([
    ['an object in an object', '{"a":{"b":"c"}}'],
    ['a number', '{"a":1}'],
    ['a list', '["a"]'],
    ['a list of lists', '{"a":[["b"]]}'],
    ['null as a value', '{"a":null}'],
  ])('a JSON parser leaves what is no form: %s', async (__, json) => {
    expect(await readBehind('a JSON parser', json, 'application/json')).toBe('BODY_ALREADY_READ');
  });

  test('a stream that somebody else has read is refused', async () => {
    const app = express();
    const { handler, outcome } = bodyReader();
    app.use((request, response) => {
      request.resume().once('end', () => handler(request, response));
    });
    await call(await bench.serve(app), { body: 'command=ping' });
    expect(await outcome).toBe('BODY_ALREADY_READ');
  });
});
