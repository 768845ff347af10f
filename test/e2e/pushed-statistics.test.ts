import express from 'express';
import { expect, test } from '@jest/globals';
import { pazpar2Balancer, statisticsEngine } from '../../middleware/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { call } from '../helpers/http-client.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();

const REQUEST_EVERY_MS = 5;
const PUSH_EVERY_MS = 50;

/** Two servers that push, and 200 new sessions a second. */
async function busyCluster() {
  const { members } = await bench.farm(2);
  const balancer = pazpar2Balancer({
    name: 'pz',
    members,
    lbMethod: 'least:load1',
    expectUpdate: '1500ms',
    limits: 'off',
    health: 'off',
  });
  bench.also(() => balancer.close());
  const app = express();
  app.use('/search.pz2', balancer);
  app.use(statisticsEngine(balancer, { updateRate: { perSecond: 1000, burst: 1000 } }));
  const origin = await bench.serve(app);
  /** What happened, in its order: `pz2` for a new session there, `pz2 out` and `pz2 in`. */
  const story: string[] = [];
  balancer.on('elected', ({ route, by }) => {
    if (by === 'method') story.push(route);
  });
  balancer.on('memberState', ({ route, axis, to }) => {
    if (axis === 'freshness') story.push(`${route} ${to}`);
  });
  return { origin, story };
}

/** Does something again and again, until it is ended; then waits for the last time. */
function again(every: number, action: () => Promise<unknown>) {
  const running = new Set<Promise<unknown>>();
  const timer = setInterval(() => {
    const once: Promise<unknown> = action().finally(() => running.delete(once));
    running.add(once);
  }, every);
  return async () => {
    clearInterval(timer);
    await Promise.all(running);
  };
}

test('a server that stops pushing gets no new work until its next push, while 200 requests a second run', async () => {
  const { origin, story } = await busyCluster();
  const push = (route: string) => call(`${origin}/athena/update/phys?h=${route},load1:1`);
  const statuses = new Set<number>();
  const endPushes = [again(PUSH_EVERY_MS, () => push('pz1')), again(PUSH_EVERY_MS, () => push('pz2'))];
  const endRequests = again(REQUEST_EVERY_MS, async () => {
    statuses.add((await call(`${origin}/search.pz2?command=init`)).status);
  });
  try {
    await until(() => story.filter((word) => word === 'pz2').length > 20);
    await endPushes[1]?.();
    await until(() => story.includes('pz2 out'));
    const whenOut = story.length;
    await until(() => story.length > whenOut + 200);
    expect((await push('pz2')).text).toBe('ok\n');
    const whenIn = story.indexOf('pz2 in');
    const whileOut = story.slice(story.indexOf('pz2 out') + 1, whenIn);
    expect(whileOut.filter((word) => word === 'pz1').length).toBeGreaterThan(150);
    expect(whileOut).not.toContain('pz2');
    await until(() => story.slice(whenIn).includes('pz2'));
  } finally {
    await Promise.all([...endPushes.map((end) => end()), endRequests()]);
  }
  expect([...statuses]).toEqual([200]);
}, 30_000);
