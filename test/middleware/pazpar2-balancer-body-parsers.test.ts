import { describe, expect, test } from '@jest/globals';
import express, { type Express, type RequestHandler } from 'express';
import { pazpar2Balancer, type Logger } from '../../middleware/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { express4 } from '../helpers/express-versions.ts';
import { call, postForm } from '../helpers/http-client.ts';
import { initReply, pingReply } from '../helpers/pazpar-bytes.ts';

const bench = useBalancerBench();
const XML = '<?xml version="1.0" encoding="UTF-8"?><service id="é"><settings/></service>';

/** An application with these handlers before the balancer, and what its one member gets. */
async function application(
  app: Express,
  before: readonly RequestHandler[],
  after: readonly RequestHandler[] = [],
) {
  const backend = await bench.backend({
    script: (connection, { head }) =>
      connection.write(head.includes('command=init') ? initReply('7') : pingReply()),
  });
  const logged: string[] = [];
  const log = (_fields: object, message: string): void => void logged.push(message);
  const logger: Logger = { debug: () => undefined, info: log, warn: log, error: log };
  const balancer = pazpar2Balancer({
    members: [{ url: backend.url, route: 'pz1' }],
    policy: 'trusted',
    health: 'off',
    logger,
  });
  bench.also(() => balancer.close());
  for (const handler of before) app.use(handler);
  app.use('/search.pz2', balancer);
  for (const handler of after) app.use(handler);
  const url = `${await bench.serve(app)}/search.pz2`;
  const sent = () => backend.connections.flatMap(({ requests }) => requests);
  return { url, sent, logged };
}

const FORM_PARSERS: readonly [string, () => Express, () => RequestHandler][] = [
  ['none', () => express(), () => (_request, _response, next) => next()],
  ['urlencoded, simple', () => express(), () => express.urlencoded({ extended: false })],
  ['urlencoded, extended', () => express(), () => express.urlencoded({ extended: true })],
  ['text', () => express(), () => express.text({ type: '*/*' })],
  ['raw', () => express(), () => express.raw({ type: '*/*' })],
  ['urlencoded, simple, of Express 4', () => express4(), () => express4.urlencoded({ extended: false })],
  ['urlencoded, extended, of Express 4', () => express4(), () => express4.urlencoded({ extended: true })],
  ['text of Express 4', () => express4(), () => express4.text({ type: '*/*' })],
];

describe.each(FORM_PARSERS)('a form behind the parser: %s', (_, app, parser) => {
  test.each([
    ['command=ping&session=7.pz1', 'command=ping&session=7'],
    ['command=ping&session=7.pz1&a=1&a=2&b=', 'command=ping&session=7&a=1&a=2&b='],
    [
      'command=search&session=7.pz1&query=caf%C3%A9+%26+%22cr%C3%A8me%22',
      'command=search&session=7&query=caf%C3%A9%20%26%20%22cr%C3%A8me%22',
    ],
    ['command=search&session=7.pz1&query=100%', 'command=search&session=7&query=100%25'],
    [
      'command=search&session=7.pz1&filter=pz%3Aid%3Da%7Cb',
      'command=search&session=7&filter=pz%3Aid%3Da%7Cb',
    ],
  ])('means the same: %s', async (form, query) => {
    const { url, sent } = await application(app(), [parser()]);
    expect((await postForm(url, form)).status).toBe(200);
    expect(sent()[0]?.head.split(' ')[1]).toBe(`/search.pz2?${query}`);
  });

  test('in chunks is read as well', async () => {
    const { url, sent } = await application(app(), [parser()]);
    const reply = await call(url, {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Transfer-Encoding': 'chunked' },
      body: ['command=ping&ses', 'sion=7.pz1'],
    });
    expect(reply.status).toBe(200);
    expect(sent()[0]?.head.split(' ')[1]).toBe('/search.pz2?command=ping&session=7');
  });

  test('that is empty is none', async () => {
    const { url } = await application(app(), [parser()]);
    expect((await postForm(`${url}?command=ping&session=7.pz1`, '')).status).toBe(200);
  });
});

describe('a form that a parser has changed so that nobody knows what it was', () => {
  test.each([
    ['nested names', { extended: true }, 'command=init&pz%3Aname%5Bx%5D=1'],
    ['bytes that are no UTF-8', { extended: false }, 'command=search&session=7.pz1&query=%FF'],
    [
      'bytes that are no UTF-8, left as escapes',
      { extended: true },
      'command=search&session=7.pz1&query=%FF',
    ],
    ['escapes of escapes', { extended: false }, 'command=search&session=7.pz1&query=%2541'],
  ])('is an error of the application, told in its log: %s', async (_, options, form) => {
    const { url, sent, logged } = await application(express(), [express.urlencoded(options)]);
    const reply = await postForm(url, form);
    expect(reply.status).toBe(500);
    expect(reply.text).toContain('<error code="207" msg="Request body was read before the balancer">');
    expect(logged.join()).toContain('mount the balancer before the body parser');
    expect(sent()).toEqual([]);
  });

  test('is fine when the balancer comes first', async () => {
    const { url, sent } = await application(express(), [], [express.urlencoded({ extended: true })]);
    expect((await postForm(url, 'command=init&pz%3Aname%5Bx%5D=1')).status).toBe(200);
    expect(sent()[0]?.head.split(' ')[1]).toBe('/search.pz2?command=init&pz%3Aname%5Bx%5D=1');
  });
});

describe('a text/xml body', () => {
  const headers = { 'Content-Type': 'text/xml' };

  test.each([
    ['none', []],
    ['text', [express.text({ type: 'text/xml' })]],
    ['raw', [express.raw({ type: 'text/xml' })]],
    ['others that leave it alone', [express.json(), express.urlencoded({ extended: true }), express.text()]],
  ])('goes on byte for byte behind the parser: %s', async (_, parsers) => {
    const { url, sent } = await application(express(), parsers);
    expect((await call(`${url}?command=init`, { headers, body: XML })).status).toBe(200);
    expect(sent()[0]?.body.toString('utf8')).toBe(XML);
  });

  test('in another character set than the text parser leaves it in is an error of the application', async () => {
    const { url, sent, logged } = await application(express(), [express.text({ type: 'text/xml' })]);
    const reply = await call(`${url}?command=init`, {
      headers: { 'Content-Type': 'text/xml; charset=ISO-8859-1' },
      body: Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><service id="\xE9"/>', 'latin1'),
    });
    expect(reply.status).toBe(500);
    expect(logged.join()).toContain('mount the balancer before the body parser');
    expect(sent()).toEqual([]);
  });

  test('in another character set goes on byte for byte when nobody read it', async () => {
    const { url, sent } = await application(express(), []);
    const body = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><service id="\xE9"/>', 'latin1');
    const reply = await call(`${url}?command=init`, {
      headers: { 'Content-Type': 'text/xml; charset=ISO-8859-1' },
      body,
    });
    expect(reply.status).toBe(200);
    expect(sent()[0]?.body).toEqual(body);
  });
});

describe('a body of another kind is refused with 415, whoever read it', () => {
  const nested = '{"a":{"b":[1,2]}}';

  test.each([
    ['nobody', []],
    ['the parser for JSON', [express.json()]],
    ['the parser for text', [express.text({ type: '*/*' })]],
    ['the raw parser', [express.raw({ type: '*/*' })]],
  ])('%s', async (_, parsers) => {
    const { url, sent } = await application(express(), parsers);
    for (const body of [nested, [nested.slice(0, 5), nested.slice(5)]]) {
      const reply = await call(`${url}?command=ping&session=7.pz1`, {
        headers: {
          'Content-Type': 'application/json',
          ...(typeof body === 'string' ? {} : { 'Transfer-Encoding': 'chunked' }),
        },
        body,
      });
      expect(reply.status).toBe(415);
    }
    expect(sent()).toEqual([]);
  });
});

test('req.body that somebody made up is not believed while the stream is unread', async () => {
  const { url, sent } = await application(express(), [
    (request, _response, next) => {
      request.body = { command: 'exit' };
      next();
    },
  ]);
  expect((await postForm(url, 'command=ping&session=7.pz1')).status).toBe(200);
  expect(sent()[0]?.head.split(' ')[1]).toBe('/search.pz2?command=ping&session=7');
});

test('a body beyond the limit is refused with 413, though a parser took it', async () => {
  const { url } = await application(express(), [express.text({ type: '*/*', limit: '4mb' })]);
  expect((await postForm(url, `command=ping&x=${'x'.repeat(1024 * 1024)}`)).status).toBe(413);
});
