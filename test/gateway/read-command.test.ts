import { describe, expect, test } from '@jest/globals';
import type { ClusterOptions } from '../../lib/config/options.ts';
import { portOf, useBalancerBench } from '../helpers/balancer-bench.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { call, postForm } from '../helpers/http-client.ts';
import { initReply, pingReply } from '../helpers/pazpar-bytes.ts';
import { exchangeToEnd } from '../helpers/raw-connection.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();
const SERVICE = '<service><settings/></service>';

/** A balancer before one backend that answers every request. */
async function beforeBackend(options: Partial<ClusterOptions> = {}, clock?: FakeClock) {
  let sessions = 0;
  const backend = await bench.backend({
    script: (connection, { head }) =>
      connection.write(head.includes('command=init') ? initReply(String(++sessions)) : pingReply()),
  });
  const members = [{ url: backend.url, route: 'pz1' }];
  const served = await bench.balancer({ members, ...options }, { clock });
  return { ...served, sent: () => backend.connections.flatMap(({ requests }) => requests) };
}

const xml = { 'Content-Type': 'text/xml' };

describe('a form', () => {
  test.each([
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; charset=UTF-8',
    'Application/X-WWW-Form-Urlencoded',
  ])('is read when its type is %s', async (type) => {
    const { url, sent } = await beforeBackend();
    const { status } = await postForm(url, 'command=ping&session=7.pz1', { 'Content-Type': type });
    expect(status).toBe(200);
    expect(sent()[0]?.head).toMatch(/^GET \/search\.pz2\?command=ping&session=7 /);
  });

  test('adds to the query, behind it', async () => {
    const { url, sent } = await beforeBackend();
    await postForm(`${url}?command=ping&a=1`, 'session=7.pz1&a=2');
    expect(sent()[0]?.head).toMatch(/^GET \/search\.pz2\?command=ping&a=1&session=7&a=2 /);
  });

  test.each([
    ['session', '?command=ping&session=7.pz1', 'session=8.pz1'],
    ['command', '?command=ping&session=7.pz1', 'command=stop'],
  ])('that names another %s than the query is refused', async (_, query, form) => {
    const { url, sent } = await beforeBackend();
    expect(await postForm(url + query, form)).toMatchObject({ status: 400, reason: 'Ambiguous request' });
    expect(sent()).toEqual([]);
  });

  test('without a byte is none', async () => {
    const { url } = await beforeBackend();
    expect((await postForm(`${url}?command=ping&session=7.pz1`, '')).status).toBe(200);
  });
});

describe('a body of another kind', () => {
  test.each([
    ['JSON', { 'Content-Type': 'application/json' }],
    ['text/plain', { 'Content-Type': 'text/plain' }],
    ['application/xml', { 'Content-Type': 'application/xml' }],
    ['no type', {}],
    [
      'a compressed form',
      { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Encoding': 'gzip' },
    ],
  ])('is refused with 415: %s', async (_, headers) => {
    const { url, sent } = await beforeBackend();
    for (const framing of [{}, { 'Transfer-Encoding': 'chunked' }]) {
      const body = 'Transfer-Encoding' in framing ? ['{"a":', '1}'] : '{"a":1}';
      const reply = await call(`${url}?command=ping&session=7.pz1`, {
        method: 'POST',
        headers: { ...headers, ...framing },
        body,
      });
      expect(reply).toMatchObject({ status: 415, headers: { connection: 'close' } });
      expect(reply.text).toContain('<error code="205"');
    }
    expect(sent()).toEqual([]);
  });

  test('is no matter when it is empty', async () => {
    const { url } = await beforeBackend();
    const reply = await call(`${url}?command=ping&session=7.pz1`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' },
    });
    expect(reply.status).toBe(200);
  });
});

describe('a body that is too large', () => {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const body = `command=ping&session=7.pz1&x=${'x'.repeat(1000)}`;

  test('is refused with 413, announced or in chunks, and the connection closed', async () => {
    const { url, sent } = await beforeBackend({ maxBodySize: '1kb' });
    for (const each of [body, [body.slice(0, 600), body.slice(600)]]) {
      const reply = await call(url, { headers: form, body: each });
      expect(reply).toMatchObject({ status: 413, headers: { connection: 'close' } });
      expect(reply.text).toContain('at most 1024 bytes are taken');
    }
    expect(sent()).toEqual([]);
  });

  test('is refused before it is sent', async () => {
    const { url } = await beforeBackend({ maxBodySize: '1kb' });
    const client = await bench.connect(url);
    client.send(
      'POST /search.pz2 HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n' +
        'Content-Type: application/x-www-form-urlencoded\r\n\r\n',
    );
    await client.until(/^HTTP\/1\.1 413 /);
    expect(await client.end()).toBe('end');
  });

  test('is none at the limit', async () => {
    const { url } = await beforeBackend({ maxBodySize: body.length });
    expect((await postForm(url, body)).status).toBe(200);
  });
});

describe('text/xml', () => {
  test('is refused by the policy for everybody', async () => {
    const { url, sent } = await beforeBackend();
    const reply = await call(`${url}?command=init`, { headers: xml, body: SERVICE });
    expect(reply).toMatchObject({ status: 403, reason: 'Refused by policy' });
    expect(reply.text).toContain('a text/xml body');
    expect(sent()).toEqual([]);
  });

  test('goes on byte for byte for the trusted', async () => {
    const { url, sent } = await beforeBackend({ policy: 'trusted' });
    const body = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?><service>\xE9</service>`, 'latin1');
    const reply = await call(`${url}?command=init`, { headers: { 'Content-Type': 'text/xml; a=b' }, body });
    expect(reply.status).toBe(200);
    const [request] = sent();
    expect(request?.head).toMatch(/^POST \/search\.pz2\?command=init HTTP/);
    expect(request?.head).toMatch(/\r\ncontent-type: text\/xml\r\n/i);
    expect(request?.body).toEqual(body);
  });

  test('with a query that fits beside it into no head is refused with 414', async () => {
    const { url, sent } = await beforeBackend({ policy: 'trusted' });
    const query = `command=init&a=${'x'.repeat(4000)}`;
    const reply = await call(`${url}?${query}`, { headers: xml, body: SERVICE });
    expect(reply.status).toBe(414);
    expect(reply.text).toContain('<error code="204"');
    expect(sent()).toEqual([]);
  });
});

describe('a long query', () => {
  test('goes out as a form when it does not fit into the head of Pazpar2', async () => {
    const { url, sent } = await beforeBackend();
    const query = `command=ping&session=7&x=${'x'.repeat(6000)}`;
    expect((await call(`${url}?${query.replace('7&', '7.pz1&')}`)).status).toBe(200);
    expect(sent()[0]?.head).toMatch(/^POST \/search\.pz2 HTTP/);
    expect(sent()[0]?.body.toString()).toBe(query);
  });

  test('never makes a head of 4096 bytes', async () => {
    const { url, sent } = await beforeBackend();
    for (let length = 3850; length < 4050; length += 7) {
      expect((await call(`${url}?command=ping&session=7.pz1&x=${'x'.repeat(length)}`)).status).toBe(200);
    }
    const heads = sent().map(({ head }) => head.length + '\r\n\r\n'.length);
    expect(Math.max(...heads)).toBeLessThanOrEqual(4095);
    expect(Math.max(...heads)).toBeGreaterThan(3950);
    expect(new Set(sent().map(({ head }) => head.slice(0, 4)))).toEqual(new Set(['GET ', 'POST']));
  });
});

test('a client that leaves in the middle of its body is no error', async () => {
  const { url, sent, events } = await beforeBackend();
  const client = await bench.connect(url);
  client.send(
    'POST /search.pz2 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n' +
      'Content-Type: application/x-www-form-urlencoded\r\n\r\ncommand=ping',
  );
  client.close();
  await until(() => events.finished.length > 0);
  expect(events.finished).toMatchObject([{ status: 0, verdict: 'aborted', attempts: 0 }]);
  expect(events.error).toEqual([]);
  expect(sent()).toEqual([]);
});

test('a target in absolute form is read as any other', async () => {
  const { url, sent } = await beforeBackend();
  const received = await exchangeToEnd(
    portOf(url),
    'GET http://elsewhere.example/x?command=ping&session=7.pz1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  );
  expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(sent()[0]?.head).toMatch(/^GET \/search\.pz2\?command=ping&session=7 /);
});

describe('a body that takes too long', () => {
  test('is answered with 408 after its time, and its connection is closed', async () => {
    const clock = new FakeClock();
    const { url, sent, events } = await beforeBackend({ bodyTimeout: '10s' }, clock);
    const client = await bench.connect(url);
    client.send(
      'POST /search.pz2 HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n' +
        'Content-Length: 100\r\n\r\ncommand=',
    );
    await until(() => clock.waiting > 0);
    clock.advance(9999);
    client.send('p');
    clock.advance(1);
    const { head, body } = await client.reply();
    expect(head).toMatch(/^HTTP\/1\.1 408 Request took too long to arrive\r\n/);
    expect(head).toMatch(/\r\nConnection: close\r\n/);
    expect(body).toContain('<error code="225" msg="Request took too long to arrive">');
    await client.end();
    expect(sent()).toEqual([]);
    expect(events.finished).toMatchObject([{ status: 408, error: 'CLIENT_TIMEOUT', verdict: 'refused' }]);
  });

  test('is none that came in time, though its answer takes longer', async () => {
    const clock = new FakeClock();
    const backend = await bench.backend();
    const members = [{ url: backend.url, route: 'pz1' }];
    const { url } = await bench.balancer({ members, bodyTimeout: '10s' }, { clock });
    const reply = postForm(url, 'command=ping&session=7.pz1');
    const connection = await backend.connection(0);
    await connection.request();
    clock.advance(20_000);
    connection.write(pingReply());
    expect((await reply).status).toBe(200);
  });
});
