import type { ServerResponse } from 'node:http';
import { expect, test } from '@jest/globals';
import { checkClusterOptions } from '../../lib/config/check.ts';
import { Balancer } from '../../lib/gateway/balancer.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { call } from '../helpers/http-client.ts';
import { documentReply, pingReply } from '../helpers/pazpar-bytes.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();
const HALF = documentReply('x'.repeat(99)).slice(0, -50);
const HEAD_ALONE = documentReply('x'.repeat(99)).slice(0, -99);

test('a reply that ends behind its head becomes an error in words', async () => {
  const backend = await bench.backend({ script: (connection) => connection.end(HEAD_ALONE) });
  const { url, events } = await bench.balancer({ members: [{ url: backend.url, route: 'pz1' }] });
  const reply = await call(`${url}?command=search&query=x&session=7.pz1`);
  expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '5', 'content-type': 'text/xml' } });
  expect(reply.text).toContain('<error code="218" msg="Server ended without an answer">');
  expect(events.finished).toMatchObject([{ status: 503, verdict: 'failed', error: 'REPLY_MISSING' }]);
});

test('so does one to HEAD, of which the client never gets more than the head', async () => {
  const backend = await bench.backend({ script: (connection) => connection.end(HALF) });
  const { url } = await bench.balancer({ members: [{ url: backend.url, route: 'pz1' }] });
  const reply = await call(`${url}?command=search&query=x&session=7.pz1`, { method: 'HEAD' });
  expect(reply).toMatchObject({ status: 503, text: '' });
});

test('one that ends later is cut, so that it is not taken for a complete one', async () => {
  const backend = await bench.backend({ script: (connection) => connection.end(HALF) });
  const { url, events } = await bench.balancer({ members: [{ url: backend.url, route: 'pz1' }] });
  await expect(call(`${url}?command=search&query=x&session=7.pz1`)).rejects.toThrow('aborted');
  expect(events.finished).toMatchObject([{ status: 200, verdict: 'aborted', error: 'REPLY_MISSING' }]);
});

test.each([
  ['a reply', pingReply()],
  ['a refusal', documentReply('<error/>').replace('200 OK', '417 No')],
  ['an empty reply', documentReply('')],
])('%s that comes after somebody else has answered changes nothing', async (_, late) => {
  const backend = await bench.backend();
  const balancer = new Balancer(checkClusterOptions({ members: [{ url: backend.url, route: 'pz1' }] }));
  bench.also(() => balancer.close());
  const responses: ServerResponse[] = [];
  const origin = await bench.serve((request, response) => {
    responses.push(response);
    balancer.handle(request, response, { address: '', forwardedFor: '', trusted: false });
  });
  const client = await bench.connect(origin);
  client.pause();
  client.get('command=ping&session=7.pz1');
  const connection = await backend.connection(0);
  await connection.request();
  const answer = 'too late '.repeat(2_000_000);
  responses[0]?.writeHead(504, { 'Content-Length': answer.length }).end(answer);
  connection.write(late);
  await until(() => balancer.snapshot().members[0]?.busy === 0);
  client.resume();
  await until(() => client.unread.length > answer.length);
  expect(client.unread.endsWith(answer)).toBe(true);
  expect(balancer.snapshot().members).toMatchObject([{ failures: 0 }]);
});

test('a reply that the application has cut off is closed towards the server', async () => {
  const backend = await bench.backend();
  const balancer = new Balancer(checkClusterOptions({ members: [{ url: backend.url, route: 'pz1' }] }));
  bench.also(() => balancer.close());
  const origin = await bench.serve((request, response) => {
    balancer.handle(request, response, { address: '', forwardedFor: '', trusted: false });
    void backend.connection(0).then(() => response.destroy());
  });
  const client = await bench.connect(origin);
  client.get('command=show&block=1&session=7.pz1');
  const connection = await backend.connection(0);
  await connection.closed;
  expect(balancer.snapshot().members).toMatchObject([{ busy: 0 }]);
});
