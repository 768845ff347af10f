import { expect, test } from '@jest/globals';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { documentReply } from '../helpers/pazpar-bytes.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();

/** A balancer before a backend that a test answers for, and a client of it. */
async function clientOfSilentBackend() {
  const backend = await bench.backend();
  const served = await bench.balancer({ members: [{ url: backend.url, route: 'pz1' }] });
  return { ...served, backend, client: await bench.connect(served.url) };
}

function request(command: string): string {
  return `GET /search.pz2?command=${command}&session=7.pz1 HTTP/1.1\r\nHost: x\r\n\r\n`;
}

test('pipelined requests are taken one after the other, as Pazpar2 takes them', async () => {
  const { backend, client, url } = await clientOfSilentBackend();
  client.send(request('search&query=a') + request('show'));
  const search = await backend.connection(0);
  expect((await search.request()).head).toContain('command=search');

  const other = await bench.connect(url);
  other.send(request('stat'));
  expect((await (await backend.connection(1)).request()).head).toContain('command=stat');

  search.write(documentReply('found'));
  const show = await backend.connection(2);
  expect((await show.request()).head).toContain('command=show');
  show.write(documentReply('shown'));
  expect((await client.reply()).body).toBe('found');
  expect((await client.reply()).body).toBe('shown');
});

test('a client that leaves with requests in the pipe leaves nothing behind', async () => {
  const { backend, client, balancer, events } = await clientOfSilentBackend();
  client.send(request('show&block=1') + request('termlist&block=1') + request('ping'));
  const show = await backend.connection(0);
  await show.request();
  client.close();
  await show.closed;
  await until(() => balancer.snapshot().members[0]?.connections === 0);
  expect(balancer.snapshot().members).toMatchObject([{ busy: 0, requests: 1 }]);
  expect(backend.connections).toHaveLength(1);
  expect(events.finished).toMatchObject([{ command: 'show', verdict: 'aborted' }]);
});
