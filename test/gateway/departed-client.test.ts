import { expect, test } from '@jest/globals';
import { checkClusterOptions } from '../../lib/config/check.ts';
import { Balancer } from '../../lib/gateway/balancer.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { recordEvents } from '../helpers/event-recorder.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();

test.each([
  ['without a body', 'GET /search.pz2?command=show&session=7.pz1 HTTP/1.1\r\nHost: x\r\n\r\n'],
  [
    'in the middle of its body',
    'POST /search.pz2?command=show HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n' +
      'Content-Type: application/x-www-form-urlencoded\r\n\r\nsession=7.pz1',
  ],
])('a client that left %s before the balancer had its turn is not served', async (_, request) => {
  const backend = await bench.backend();
  const balancer = new Balancer(checkClusterOptions({ members: [{ url: backend.url, route: 'pz1' }] }));
  bench.also(() => balancer.close());
  const events = recordEvents(balancer.events);
  // As behind a session store that takes its time.
  const origin = await bench.serve((incoming, response) => {
    response.once('close', () =>
      balancer.handle(incoming, response, { address: '', forwardedFor: '', trusted: false }),
    );
  });
  const client = await bench.connect(origin);
  client.send(request);
  client.close();
  await until(() => events.finished.length > 0);
  expect(events.finished).toMatchObject([{ verdict: 'aborted', status: 0, attempts: 0 }]);
  expect(events.error).toEqual([]);
  expect(backend.connections).toEqual([]);
});
