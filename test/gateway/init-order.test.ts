import { expect, test } from '@jest/globals';
import { memberOf, useBalancerBench } from '../helpers/balancer-bench.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { call } from '../helpers/http-client.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();

test('a new session does not overtake those that wait for room', async () => {
  const clock = new FakeClock();
  const simulator = await bench.simulator();
  const { url, balancer } = await bench.balancer(
    { members: [memberOf(simulator, 'pz1')], maxInitRate: 1 },
    { clock },
  );
  const waitingInits = (): number => balancer.snapshot().waitingInits;
  await call(`${url}?command=init`);

  clock.advance(5);
  const early = call(`${url}?command=init`);
  await until(() => waitingInits() === 1);
  // Room comes free now, but nobody looks for it before 5 ms have passed.
  clock.advance(995);
  const late = call(`${url}?command=init`);
  await until(() => waitingInits() === 2);
  clock.advance(5);
  expect((await early).status).toBe(200);
  expect(waitingInits()).toBe(1);
  clock.advance(1010);
  expect((await late).status).toBe(200);
});
