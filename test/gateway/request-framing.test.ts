import { describe, expect, test } from '@jest/globals';
import { portOf, useBalancerBench } from '../helpers/balancer-bench.ts';
import { call } from '../helpers/http-client.ts';
import { argumentOf, documentReply, pingReply } from '../helpers/pazpar-bytes.ts';
import { exchangeToEnd } from '../helpers/raw-connection.ts';

const bench = useBalancerBench();

/** A balancer before one backend that answers every request with the same bytes. */
async function beforeBackend(reply = pingReply(), options = {}) {
  const backend = await bench.backend({ script: (connection) => connection.write(reply) });
  const served = await bench.balancer({ members: [{ url: backend.url, route: 'pz1' }], ...options });
  return { ...served, backend, sent: () => backend.connections.flatMap(({ requests }) => requests) };
}

function numberedPing(n: number): string {
  return `GET /search.pz2?command=ping&session=7.pz1&n=${n} HTTP/1.1\r\nHost: x\r\n\r\n`;
}

describe('methods', () => {
  test('HEAD goes out as GET, and its body stays here', async () => {
    const { url, sent } = await beforeBackend();
    const reply = await call(`${url}?command=ping&session=7.pz1`, { method: 'HEAD' });
    expect(reply).toMatchObject({ status: 200, text: '' });
    expect(reply.headers).toMatchObject({ 'content-length': '71', 'content-type': 'text/xml' });
    expect(sent()).toHaveLength(1);
    expect(sent()[0]?.head).toMatch(/^GET \/search\.pz2\?command=ping&session=7 HTTP/);
  });

  test('HEAD of an error has the headers of its body', async () => {
    const { url } = await beforeBackend();
    const reply = await call(`${url}?command=nonsense`, { method: 'HEAD' });
    expect(reply).toMatchObject({ status: 417, reason: 'Malformed parameter value', text: '' });
    expect(Number(reply.headers['content-length'])).toBeGreaterThan(50);
  });

  test('OPTIONS is answered here: Pazpar2 would run the command', async () => {
    const { url, sent } = await beforeBackend();
    const reply = await call(`${url}?command=ping&session=7.pz1`, { method: 'OPTIONS' });
    expect(reply).toMatchObject({ status: 204, text: '', headers: { allow: 'GET, HEAD, POST, OPTIONS' } });
    expect(sent()).toEqual([]);
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])('%s is refused with 405', async (method) => {
    const { url, sent, events } = await beforeBackend();
    const reply = await call(`${url}?command=ping&session=7.pz1`, { method });
    expect(reply).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, POST, OPTIONS' } });
    expect(reply.text).toContain('<error code="202" msg="Method not allowed">');
    expect(sent()).toEqual([]);
    expect(events.finished).toMatchObject([{ method, status: 405, verdict: 'refused', attempts: 0 }]);
  });
});

describe('HTTP versions', () => {
  test('a client of HTTP/1.0 is served and its connection closed', async () => {
    const { url } = await beforeBackend();
    const received = await exchangeToEnd(
      portOf(url),
      'GET /search.pz2?command=ping&session=7.pz1 HTTP/1.0\r\n\r\n',
    );
    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(received).toMatch(/\r\n\r\n<\?xml[\s\S]*<\/ping>$/);
    expect(received).not.toMatch(/transfer-encoding/i);
  });

  test('a client of HTTP/1.0 gets a reply of unknown length to the end of the connection', async () => {
    const { url } = await beforeBackend(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    );
    const received = await exchangeToEnd(
      portOf(url),
      'GET /search.pz2?command=ping&session=7.pz1 HTTP/1.0\r\n\r\n',
    );
    expect(received).toMatch(/\r\n\r\nabc$/);
  });

  test.each(['GET /search.pz2?command=ping&session=7.pz1', 'GET /search.pz2?command=init'])(
    'a request line without version is refused: %s',
    async (line) => {
      const { url, sent } = await beforeBackend();
      const received = await exchangeToEnd(portOf(url), `${line}\r\n\r\n`);
      expect(received).toMatch(/^HTTP\/1\.1 400 Unsupported HTTP version\r\n/);
      expect(received).toMatch(/\r\nConnection: close\r\n/);
      expect(received).toMatch(/<error code="209" msg="Unsupported HTTP version">use HTTP\/1\.1<\/error>$/);
      expect(sent()).toEqual([]);
    },
  );
});

describe('framing', () => {
  test.each(['gzip', 'gzip, chunked', 'identity', 'chunked;x'])(
    'Transfer-Encoding %s is refused with 501 and the connection closed',
    async (coding) => {
      const { url, sent } = await beforeBackend();
      const received = await exchangeToEnd(
        portOf(url),
        `POST /search.pz2?command=ping&session=7.pz1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`,
      );
      expect(received).toMatch(/^HTTP\/1\.1 501 Unsupported transfer coding\r\n/);
      expect(received).toMatch(/\r\nConnection: close\r\n/);
      expect(received).toMatch(/<error code="208" [^>]*>use chunked or Content-Length<\/error>$/);
      expect(sent()).toEqual([]);
    },
  );

  test('a HEAD with a body that is refused gets the head of the refusal', async () => {
    const { url, events } = await beforeBackend();
    const received = await exchangeToEnd(
      portOf(url),
      'HEAD /search.pz2?command=ping&session=7.pz1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n',
    );
    expect(received).toMatch(/^HTTP\/1\.1 501 [^]*\r\n\r\n$/);
    expect(events.finished).toMatchObject([{ method: 'HEAD', status: 501, bytesOut: 0 }]);
  });

  test('a chunked form goes out with one Content-Length and no Transfer-Encoding', async () => {
    const { url, sent } = await beforeBackend();
    const filler = 'x'.repeat(5000);
    const reply = await call(url, {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Transfer-Encoding': 'chunked' },
      body: ['command=pi', 'ng&session=7.p', `z1&filler=${filler}`],
    });
    expect(reply.status).toBe(200);
    const [request] = sent();
    expect(request?.head).not.toMatch(/transfer-encoding/i);
    expect(request?.head.match(/content-length/gi)).toHaveLength(1);
    expect(request?.body.toString()).toBe(`command=ping&session=7&filler=${filler}`);
  });

  test('Expect: 100-continue is answered here and not passed on', async () => {
    const { url, sent } = await beforeBackend();
    const client = await bench.connect(url);
    client.send(
      'POST /search.pz2 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 26\r\n' +
        'Content-Type: application/x-www-form-urlencoded\r\n\r\n',
    );
    await client.until(/100 Continue\r\n\r\n/);
    client.send('command=ping&session=7.pz1');
    await client.until(/<\/ping>/);
    expect(sent()[0]?.head).not.toMatch(/expect/i);
  });

  test('only the headers of the list go out, whatever the client sends', async () => {
    const { url, sent } = await beforeBackend();
    await call(`${url}?command=ping&session=7.pz1`, {
      headers: {
        Cookie: 'secret',
        Authorization: 'Basic x',
        'X-Evil': '1',
        Range: 'bytes=0-1',
        TE: 'trailers',
        Via: '1.1 x',
        'X-Forwarded-For': '6.6.6.6',
      },
    });
    const names = sent()[0]
      ?.head.split('\r\n')
      .slice(1)
      .map((line) => line.split(':')[0]?.toLowerCase());
    expect(names?.sort()).toEqual(['host', 'x-forwarded-for']);
    expect(sent()[0]?.head).toMatch(/x-forwarded-for: 127\.0\.0\.1$/im);
  });

  test('two requests in one packet are answered in order', async () => {
    const backend = await bench.backend({
      script: (connection, request) => connection.write(documentReply(`<n>${argumentOf(request, 'n')}</n>`)),
    });
    const { url } = await bench.balancer({ members: [{ url: backend.url, route: 'pz1' }] });
    const client = await bench.connect(url);
    client.send(numberedPing(1) + numberedPing(2));
    const received = await client.until(/<n>2<\/n>/);
    expect(received.indexOf('<n>1</n>')).toBeLessThan(received.indexOf('<n>2</n>'));
  });
});
