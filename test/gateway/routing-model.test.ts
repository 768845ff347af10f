import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Timer } from '../../lib/clock.ts';
import { checkClusterOptions } from '../../lib/config/check.ts';
import type { ClusterOptions } from '../../lib/config/options.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { REMOVE_AFTER, RETRY, RoutingModel, type ModelMember } from '../helpers/routing/model.ts';
import type { RealCluster } from '../helpers/routing/real-cluster.ts';
import { STEPS } from '../helpers/routing/steps.ts';
import { World } from '../helpers/routing/world.ts';

/** How many sequences are tried; more by FUZZ_RUNS. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 50);

const bench = useBalancerBench();

/** A clock that stands still, but does not make anybody wait who waits for no time at all. */
class PromptClock extends FakeClock {
  override setTimeout(callback: () => void, delay: number): Timer {
    if (delay > 0) return super.setTimeout(callback, delay);
    const prompt = setImmediate(callback);
    return { cancel: () => clearImmediate(prompt), refresh: () => undefined };
  }
}

function optionsOf(members: readonly Pick<ModelMember, 'route' | 'url' | 'loadFactor'>[]): ClusterOptions {
  return {
    members: members.map(({ loadFactor, ...member }) => ({ ...member, loadFactor: loadFactor / 100 })),
    retry: `${RETRY}ms`,
    maxRetry: 0,
    retryBudget: 1,
    removeAfter: `${REMOVE_AFTER}ms`,
    retryPause: '0ms',
    health: 'off',
    outliers: 'off',
  };
}

async function newCluster() {
  const world = new World();
  const clock = new PromptClock(0);
  const members = ['pz1', 'pz2', 'pz3'].map((route) => ({
    route,
    url: `http://${route}-0.example/search.pz2`,
    loadFactor: 100,
  }));
  const { balancer, url } = await bench.balancer(optionsOf(members), {
    clock,
    createTransport: ({ settings }) => world.transport(settings.url),
  });
  const configure: RealCluster['configure'] = (wanted) => checkClusterOptions(optionsOf(wanted));
  const model = new RoutingModel({
    mood: (server) => world.server(server).mood,
    knows: (server, number) => world.server(server).sessions.has(number),
  });
  for (const member of members) model.add(member.route, member.url, member.loadFactor);
  return { model, real: { balancer, url, clock, world, configure } };
}

test(
  'whatever happens to members, every request goes where the model says, and nowhere else',
  async () => {
    const property = fc.asyncProperty(fc.commands(STEPS, { maxCommands: 60, size: 'max' }), async (steps) => {
      await fc.asyncModelRun(newCluster, steps);
      await bench.stopAll();
    });
    await expect(fc.assert(property, { numRuns: RUNS, includeErrorInReport: true })).resolves.toBeUndefined();
  },
  20_000 + RUNS * 500,
);
