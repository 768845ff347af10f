import { expect, test } from '@jest/globals';
import { checkClusterOptions } from '../../lib/config/check.ts';
import { Balancer } from '../../lib/gateway/balancer.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { call } from '../helpers/http-client.ts';
import { documentReply } from '../helpers/pazpar-bytes.ts';

const bench = useBalancerBench();

test('a reply that has to wait for its client often does not heap up listeners', async () => {
  const body = 'x'.repeat(4_000_000);
  const backend = await bench.backend({ script: (connection) => connection.write(documentReply(body)) });
  const balancer = new Balancer(checkClusterOptions({ members: [{ url: backend.url, route: 'pz1' }] }));
  bench.also(() => balancer.close());
  const counts = { drained: 0, listeners: 0 };
  const origin = await bench.serve((request, response) => {
    response.on('drain', () => (counts.drained += 1));
    // As `compression` does: whoever wants to hear of `drain` gets to hear of another stream's.
    const on = response.on.bind(response);
    response.on = ((name, listener) => {
      if (name === 'drain') counts.listeners += 1;
      return on(name, listener);
    }) as typeof on;
    balancer.handle(request, response, { address: '', forwardedFor: '', trusted: false });
  });
  const reply = await call(`${origin}/search.pz2?command=show&session=7.pz1`);
  expect(reply.body).toHaveLength(body.length);
  expect(counts.drained).toBeGreaterThan(1);
  expect(counts.listeners).toBe(1);
});
