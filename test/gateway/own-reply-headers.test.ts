import { describe, expect, test } from '@jest/globals';
import { certificateFiles } from '../helpers/certificates.ts';
import { useGatewayBench } from '../helpers/gateway-bench.ts';
import { Http2Client } from '../helpers/http2-client.ts';
import { call } from '../helpers/http-client.ts';

const bench = useGatewayBench();
const PROTECTED = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

describe('replies of our own', () => {
  test.each(['/healthz', '/readyz', '/athena/status/engine', '/athena/nothing', '/nothing'])(
    'at %s of the internal listener are no pages, whatever a browser makes of them',
    async (path) => {
      const { internal } = await bench.oneCluster();
      expect((await call(`${internal}${path}`)).headers).toMatchObject(PROTECTED);
    },
  );

  test('that are errors neither, over HTTP/1.1 and HTTP/2, nor what is said to those who send nonsense', async () => {
    const { url, endpoint } = await bench.oneCluster(1, { tls: certificateFiles('server') });
    const refused = await call(`${endpoint}?command=exit`);
    expect([refused.status, refused.headers]).toEqual([403, expect.objectContaining(PROTECTED)]);
    const client = await Http2Client.open(url);
    bench.also(() => Promise.resolve(client.close()));
    expect((await client.call('/elsewhere')).headers).toMatchObject({ ':status': 404, ...PROTECTED });
    const plain = await bench.oneCluster();
    const raw = await bench.connect(plain.url);
    raw.send('GET / HTTP/1.1\r\nBad Header\r\n\r\n');
    await raw.end();
    for (const [name, value] of Object.entries(PROTECTED)) {
      expect(raw.unread.toLowerCase()).toContain(`\r\n${name}: ${value}\r\n`);
    }
  });

  test('of the engine come over HTTP/2 as well, with nothing of one connection', async () => {
    const { internal } = await bench.oneCluster(1, { admin: { tls: certificateFiles('server') } });
    const client = await Http2Client.open(internal);
    bench.also(() => Promise.resolve(client.close()));
    expect(await client.call('/athena/status/engine')).toMatchObject({ status: 200, code: 0 });
    const early = client.begin('/athena/nothing', { ':method': 'POST' }, { endStream: false });
    const [headers] = await new Promise<[Record<string, unknown>]>((resolve) =>
      early.once('response', (received) => resolve([received])),
    );
    expect(headers[':status']).toBe(404);
    expect(headers['connection']).toBeUndefined();
    early.close();
  });

  test('that stand for what a Pazpar2 says are as Pazpar2’s, so that a forged session is not told from a lost one', async () => {
    const { endpoint } = await bench.oneCluster();
    const [ours, members] = [
      await call(`${endpoint}?command=ping&session=7.elsewhere`),
      await call(`${endpoint}?command=ping&session=7.pz1`),
    ];
    expect([ours.status, members.status]).toEqual([417, 417]);
    expect(Object.keys(ours.headers)).toEqual(Object.keys(members.headers));
  });

  test('are not what a member’s replies get', async () => {
    const { endpoint } = await bench.oneCluster();
    const { status, headers } = await call(`${endpoint}?command=init`);
    expect([status, headers['content-security-policy']]).toEqual([200, undefined]);
  });
});
