import { describe, expect, test } from '@jest/globals';
import { portOf, useBalancerBench } from '../helpers/balancer-bench.ts';
import { call } from '../helpers/http-client.ts';
import { initDocument, initReply, sessionLostDocument, sessionLostReply } from '../helpers/pazpar-bytes.ts';
import { exchangeToEnd } from '../helpers/raw-connection.ts';

const bench = useBalancerBench();

/** A balancer before one backend that answers every request with the same bytes, and then closes. */
async function answering(reply: string) {
  const backend = await bench.backend({ script: (connection) => connection.end(reply) });
  const served = await bench.balancer({ members: [{ url: backend.url, route: 'pz1' }] });
  const initBytes = async (): Promise<string> =>
    exchangeToEnd(
      portOf(served.url),
      'GET /search.pz2?command=init HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
  return { ...served, initBytes };
}

describe('init', () => {
  test('keeps every byte of the reply but the session and its length', async () => {
    const { initBytes } = await answering(initReply('2147483647'));
    const received = await initBytes();
    expect(received).toMatch(
      /^HTTP\/1\.1 200 OK\r\nCache-Control: no-store, no-cache, must-revalidate, post-check=0, pre-check=0\r\nExpires: Thu, 19 Nov 1981 08:52:00 GMT\r\nContent-Length: 155\r\nContent-Type: text\/xml\r\nDate: [^\r]+\r\nConnection: close\r\n\r\n<\?xml/,
    );
    expect(received.split('\r\n\r\n')[1]).toBe(initDocument('2147483647.pz1'));
  });

  test('keeps what it does not know, in and around the session', async () => {
    const body = initDocument('7').replace(
      '<protocol>',
      '<!-- a --><accessRights>x</accessRights>\n<protocol>',
    );
    const { initBytes, events } = await answering(
      `HTTP/1.1 200 Very well\r\nX-Other: yes\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const received = await initBytes();
    expect(received).toMatch(/^HTTP\/1\.1 200 Very well\r\nX-Other: yes\r\n/);
    expect(received.split('\r\n\r\n')[1]).toBe(body.replace('>7<', '>7.pz1<'));
    expect(events.warning).toEqual([]);
  });

  test.each(['pz1', 'other', 'a.b', ''])(
    'hands out one route when the server calls itself %j',
    async (id) => {
      const { initBytes, events } = await answering(initReply(`7.${id}`));
      expect(await initBytes()).toContain('<session>7.pz1</session>');
      expect(events.warning.map(({ code }) => code)).toEqual(id === 'pz1' ? [] : ['ROUTE_DIFFERS']);
    },
  );

  test('warns once of a server that calls itself otherwise, with both names', async () => {
    let number = 0;
    const backend = await bench.backend({
      script: (connection) => connection.end(initReply(`${++number}.other`)),
    });
    const { url, events } = await bench.balancer({ members: [{ url: backend.url, route: 'pz1' }] });
    for (let count = 0; count < 3; count++) await call(`${url}?command=init`);
    expect(events.warning).toHaveLength(1);
    expect(events.warning[0]?.message).toMatch(/member pz1 calls itself "other"/);
  });

  test.each([
    ['a page', '<html><body>Welcome</body></html>'],
    ['no session', '<init><status>OK</status></init>'],
    ['two sessions', '<init><status>OK</status><session>1</session><session>2</session></init>'],
    ['a session that is no number', '<init><status>OK</status><session>abc</session></init>'],
    ['a status other than OK', '<init><status>NO</status><session>1</session></init>'],
    ['markup that is broken', '<init><status>OK</status><session>1</session>'],
    ['nothing', ''],
  ])('passes %s unchanged, with a warning', async (_, body) => {
    const { initBytes, events } = await answering(
      `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect((await initBytes()).split('\r\n\r\n')[1]).toBe(body);
    expect(events.warning).toMatchObject([{ code: 'INIT_REPLY_UNEXPECTED', route: 'pz1' }]);
    expect(events.finished).toMatchObject([{ status: 200, verdict: 'answered' }]);
  });

  test('passes a reply beyond every size of an init reply unchanged, with a warning', async () => {
    const body = `${initDocument('7')}<!--${'x'.repeat(70_000)}-->`;
    const { url, events } = await answering(
      `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect((await call(`${url}?command=init`)).text).toBe(body);
    expect(events.warning).toMatchObject([{ code: 'INIT_REPLY_UNEXPECTED' }]);
  });

  test("passes Pazpar2's own refusal without a warning", async () => {
    const body = '<error code="12" msg="No service">x</error>';
    const { initBytes, events } = await answering(
      `HTTP/1.1 417 No service\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(await initBytes()).toMatch(/^HTTP\/1\.1 417 No service\r\n[\s\S]*\r\n\r\n<error code="12"/);
    expect(events.warning).toEqual([]);
  });

  test('does not relay a reply that is shorter than its Content-Length', async () => {
    const { initBytes } = await answering(initReply('7').slice(0, -5));
    const received = await initBytes();
    expect(received).toMatch(/^HTTP\/1\.1 503 /);
    expect(received).not.toContain('<init>');
  });

  test('neither looks at a session argument nor sends it', async () => {
    const backend = await bench.backend({ script: (connection) => connection.end(initReply('7')) });
    const { url } = await bench.balancer({ members: [{ url: backend.url, route: 'pz1' }] });
    expect((await call(`${url}?command=init&session=nonsense&a=1`)).status).toBe(200);
    expect(backend.connections[0]?.requests[0]?.head).toMatch(/^GET \/search\.pz2\?command=init&a=1 /);
  });
});

describe('an error that echoes the session', () => {
  test('has the value of the client', async () => {
    const { url, events } = await answering(sessionLostReply('7'));
    const reply = await call(`${url}?command=ping&session=7.pz1`);
    expect(reply).toMatchObject({
      status: 417,
      reason: 'Session does not exist or it has expired',
      text: sessionLostDocument('7.pz1'),
    });
    expect(reply.headers['content-length']).toBe(String(sessionLostDocument('7.pz1').length));
    expect(events.sessionLost).toEqual([{ route: 'pz1', reason: 'member' }]);
  });

  test.each(['70', '8', '7 ', ''])('stays when it echoes %j for 7', async (echoed) => {
    const { url } = await answering(sessionLostReply(echoed));
    expect((await call(`${url}?command=ping&session=7.pz1`)).text).toBe(sessionLostDocument(echoed));
  });

  test('of another code stays as it is', async () => {
    const body = '<error code="7" msg="Record missing">7</error>';
    const { url, events } = await answering(
      `HTTP/1.1 417 Record missing\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect((await call(`${url}?command=record&id=1&session=7.pz1`)).text).toBe(body);
    expect(events.sessionLost).toEqual([]);
  });
});

describe('every other reply', () => {
  test('keeps its bytes, its reason phrase and its headers, repeated ones too', async () => {
    const body = Buffer.from([0, 255, 10, 13, 60]).toString('latin1');
    const { url } = await answering(
      'HTTP/1.1 299 Fa\xE7on \xFCber\r\nX-A: 1\r\nX-A: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n' +
        `Content-Type: application/octet-stream\r\nContent-Length: 5\r\n\r\n${body}`,
    );
    const received = await exchangeToEnd(
      portOf(url),
      'GET /search.pz2?command=record&id=1&session=7.pz1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    expect(received).toMatch(/^HTTP\/1\.1 299 Fa\xE7on \xFCber\r\nX-A: 1\r\nX-A: 2\r\n/);
    expect(received).toMatch(/\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n/);
    expect(received.endsWith(`\r\n\r\n${body}`)).toBe(true);
  });

  test('loses the headers that speak of the connection to the server only', async () => {
    const { url } = await answering(
      'HTTP/1.1 200 OK\r\nConnection: X-Private, close\r\nX-Private: 1\r\nKeep-Alive: timeout=9\r\n' +
        'Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nok',
    );
    const { headers } = await call(`${url}?command=ping&session=7.pz1`);
    expect(Object.keys(headers).sort()).toEqual(['connection', 'content-length', 'date']);
  });
});

describe('a malformed reply', () => {
  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a broken header', 'HTTP/1.1 200 OK\r\nno colon here\r\n\r\n'],
    ['a control character in its reason', 'HTTP/1.1 200 O\x01K\r\nContent-Length: 2\r\n\r\nok'],
    ['a control character in a header', 'HTTP/1.1 200 OK\r\nX-A: \x01\r\nContent-Length: 2\r\n\r\nok'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!'],
  ])('is answered with 502: %s', async (_, bytes) => {
    const { url, events } = await answering(bytes);
    for (const query of ['command=search&query=x&session=7.pz1', 'command=init']) {
      const reply = await call(`${url}?${query}`);
      expect(reply).toMatchObject({ status: 502, reason: 'Malformed reply from the server' });
      expect(reply.text).toContain('<error code="211" msg="Malformed reply from the server">');
    }
    expect(events.error.map(({ code }) => code)).toEqual(['REPLY_MALFORMED', 'REPLY_MALFORMED']);
  });
});
