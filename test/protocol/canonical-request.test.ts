import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { UpstreamRequest } from '../../lib/forward/transport.ts';
import { UndiciTransport } from '../../lib/forward/undici-transport.ts';
import { formatArguments } from '../../lib/protocol/arguments.ts';
import type { Argument } from '../../lib/protocol/arguments.ts';
import { canonicalRequest, MAX_HEAD_BYTES } from '../../lib/protocol/canonical-request.ts';
import type { CanonicalRequest, Destination } from '../../lib/protocol/canonical-request.ts';
import { parseCommand } from '../../lib/protocol/pazpar-command.ts';
import type { RequestParts } from '../../lib/protocol/pazpar-command.ts';
import { readRequest, requestLength } from '../../lib/simulator/http-reader.ts';
import type { HttpRequest } from '../../lib/simulator/http-reader.ts';
import { InputQueue } from '../../lib/simulator/input-queue.ts';
import { argumentLists, cStrings } from '../helpers/byte-strings.ts';
import { refusalOf } from '../helpers/refusals.ts';
import { ReplyRecorder } from '../helpers/reply-recorder.ts';
import { headLength, requestBytes } from '../helpers/request-bytes.ts';
import { ScriptedBackend } from '../helpers/scripted-backend.ts';

const HOST = 'pz2.example:9004';

function destination(changes: Partial<Destination> = {}): Destination {
  return { path: '/search.pz2', host: HOST, number: '7', forwardedFor: '192.0.2.1', ...changes };
}

function canonical(parts: RequestParts, changes: Partial<Destination> = {}): CanonicalRequest {
  return canonicalRequest(parseCommand(parts), destination(changes));
}

/** A `show` whose head takes this many bytes if nothing is left out of it. */
function showOfHeadLength(length: number, host: string = HOST): RequestParts & { readonly query: string } {
  const query = 'command=show&session=7&sort=';
  const missing = length - headLength(requestBytes(canonical({ query }), host, 'keep-alive'));
  return { query: query + 'x'.repeat(missing) };
}

function settingsOfLength(length: number): RequestParts {
  return { query: `command=settings&session=7&x=${'y'.repeat(length)}`, xml: Buffer.from('<settings/>') };
}

/** What Pazpar2 makes of the bytes; fails where it would take them for no request, or for more than one. */
function asPazpar2(bytes: Buffer): HttpRequest {
  const queue = new InputQueue();
  queue.push(bytes);
  expect(requestLength(queue)).toBe(bytes.length);
  const request = readRequest(bytes);
  if ('malformed' in request) throw new Error(`Pazpar2 would not understand ${request.head}`);
  return request;
}

describe('canonicalRequest', () => {
  test('writes the arguments in order, the session as its number', () => {
    expect(canonical({ query: 'a=1&command=show&b=%22&session=7-TAG.pz1&a=2' })).toEqual({
      method: 'GET',
      target: '/search.pz2?a=1&command=show&b=%22&session=7&a=2',
      headers: ['x-forwarded-for', '192.0.2.1'],
      body: undefined,
    });
  });

  test('writes command and session once, where they stood first', () => {
    const parts = { query: 'command=ping&session=7.pz1', form: 'x=1&session=7.pz1&command=ping' };
    expect(canonical(parts).target).toBe('/search.pz2?command=ping&session=7&x=1');
  });

  test('sends no session where none is needed', () => {
    const { target } = canonical(
      { query: 'command=init&session=8&clear=1&session=9' },
      { number: undefined },
    );
    expect(target).toBe('/search.pz2?command=init&clear=1');
  });

  test('makes a form body that fits into the query part of it', () => {
    const { method, target, body } = canonical({ query: '', form: 'command=ping&session=7.pz1' });
    expect({ method, target, body }).toEqual({
      method: 'GET',
      target: '/search.pz2?command=ping&session=7',
      body: undefined,
    });
  });

  test('sends a text/xml body as it is', () => {
    const xml = Buffer.from('<settings/>');
    expect(canonical({ query: 'command=settings&session=7.pz1', xml })).toEqual({
      method: 'POST',
      target: '/search.pz2?command=settings&session=7',
      headers: ['content-type', 'text/xml', 'x-forwarded-for', '192.0.2.1'],
      body: xml,
    });
  });

  test('goes to the path of the member, and says nothing about an unknown client', () => {
    const { target, headers } = canonical(
      { query: 'command=ping&session=7' },
      { path: '/a', forwardedFor: '' },
    );
    expect(target).toBe('/a?command=ping&session=7');
    expect(headers).toEqual([]);
  });

  test('keeps to itself which member info is wanted of', () => {
    const { target } = canonical({ query: 'command=info&member=pz1' }, { number: undefined });
    expect(target).toBe('/search.pz2?command=info');
    expect(canonical({ query: 'command=show&session=7&member=x' }).target).toContain('member=x');
  });

  test('fills the head to its last byte', () => {
    const { method, headers } = canonical(showOfHeadLength(MAX_HEAD_BYTES));
    expect(method).toBe('GET');
    expect(headers).toEqual(['x-forwarded-for', '192.0.2.1']);
  });

  test('gives up X-Forwarded-For first, the query in the request line after it', () => {
    const tight = canonical(showOfHeadLength(MAX_HEAD_BYTES + 1));
    expect(tight).toMatchObject({ method: 'GET', headers: [], body: undefined });

    const tooLong = showOfHeadLength(MAX_HEAD_BYTES + 'x-forwarded-for: 192.0.2.1\r\n'.length + 1);
    expect(canonical(tooLong)).toEqual({
      method: 'POST',
      target: '/search.pz2',
      headers: ['content-type', 'application/x-www-form-urlencoded', 'x-forwarded-for', '192.0.2.1'],
      body: Buffer.from(tooLong.query),
    });
  });

  test('gives up X-Forwarded-For beside a text/xml body too, then refuses', () => {
    expect(canonical(settingsOfLength(3900)).headers).toHaveLength(4);
    expect(canonical(settingsOfLength(3920)).headers).toEqual(['content-type', 'text/xml']);
    const refusal = refusalOf(() => canonical(settingsOfLength(4000)));
    expect(refusal).toMatchObject({ code: 'URI_TOO_LONG', status: 414 });
    expect(refusal.detail).toBe('the query beside a text/xml body must fit into 4 kB');
  });

  test('gives up X-Forwarded-For beside a form too, for a long path of the member', () => {
    const path = `/${'p'.repeat(3940)}`;
    const { headers, target } = canonical(showOfHeadLength(MAX_HEAD_BYTES), { path });
    expect(target).toBe(path);
    expect(headers).toEqual(['content-type', 'application/x-www-form-urlencoded']);
  });

  test('refuses what fits nowhere, because the path of the member takes all room', () => {
    const path = `/${'p'.repeat(4080)}`;
    const parts = { query: 'command=ping&session=7' };
    expect(refusalOf(() => canonical(parts, { path }))).toMatchObject({
      code: 'URI_TOO_LONG',
      detail: "the query beside the server's path must fit into 4 kB",
    });
  });

  test('is read by Pazpar2 as the client meant it, whatever the arguments', () => {
    const long = cStrings.map((text) => text.repeat(100));
    const lists = fc.oneof(
      argumentLists,
      fc.tuple(argumentLists, long).map(([args, value]) => args.concat({ name: 'long', value })),
    );
    const addresses = fc.constantFrom('', '192.0.2.1', 'x'.repeat(200));
    fc.assert(
      fc.property(lists, addresses, fc.boolean(), (others, forwardedFor, inForm) => {
        const text = formatArguments([
          { name: 'command', value: 'show' },
          ...others,
          { name: 'session', value: '7.a' },
        ]);
        const command = parseCommand(inForm ? { query: '', form: text } : { query: text });
        const request = canonicalRequest(command, destination({ forwardedFor }));
        for (const connection of ['close', 'keep-alive']) {
          const bytes = requestBytes(request, HOST, connection);
          expect(headLength(bytes)).toBeLessThanOrEqual(MAX_HEAD_BYTES);
          expect(asPazpar2(bytes).arguments.lastFirst().toReversed()).toEqual(meant(others));
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** What the member must read: the session as its number, everything else as it was. */
function meant(others: readonly Argument[]): Argument[] {
  return [{ name: 'command', value: 'show' }, ...others, { name: 'session', value: '7' }];
}

describe('on the wire', () => {
  let backend: ScriptedBackend;
  let transport: UndiciTransport;

  afterEach(async () => {
    await transport.close();
    await backend.stop();
  });

  test.each<[string, number, UpstreamRequest['connection']]>([
    ['a GET on a kept connection', 200, 'kept'],
    ['a GET on a new connection', 200, 'fresh'],
    ['the longest GET', MAX_HEAD_BYTES, 'kept'],
    ['a GET without room for X-Forwarded-For', MAX_HEAD_BYTES + 1, 'kept'],
    ['a form POST on a new connection', 5000, 'fresh'],
    ['a form POST on a kept connection', 9000, 'kept'],
  ])('%s is what was measured', async (_, length, connection) => {
    backend = await ScriptedBackend.listen({
      script: (client) => void client.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    });
    const settings = { connectTimeout: 1000, keepAliveTimeout: 1000 };
    transport = new UndiciTransport({ url: backend.url, direct: true, connections: 'auto' }, settings);
    const host = new URL(backend.url).host;
    const request = canonical(showOfHeadLength(length, host), { host });
    const recorder = new ReplyRecorder();
    transport.send({ ...request, connection }, recorder);
    await recorder.over();

    const [arrived] = (await backend.connection(0)).requests;
    const expected = requestBytes(request, host, connection === 'fresh' ? 'close' : 'keep-alive');
    expect(
      Buffer.concat([Buffer.from(`${arrived?.head}\r\n\r\n`), arrived?.body ?? Buffer.alloc(0)]),
    ).toEqual(expected);
    expect(headLength(expected)).toBeLessThanOrEqual(MAX_HEAD_BYTES);
  });
});
