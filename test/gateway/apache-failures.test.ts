import { describe, expect, test } from '@jest/globals';
import { checkClusterOptions } from '../../lib/config/check.ts';
import type { ClusterOptions, MemberOptions } from '../../lib/config/options.ts';
import { Balancer } from '../../lib/gateway/balancer.ts';
import type { Vector, VectorMember, VectorRequest } from '../apache/vectors.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { readFixture } from '../helpers/fixture.ts';
import { call } from '../helpers/http-client.ts';
import { World } from '../helpers/routing/world.ts';

/**
 * Failure scenarios recorded from Apache, with `init` in the place of requests without a session. Scenarios with sessions, bodies or timing of their own
 * are for protocol http.
 */
const PLAYED = new Set([
  'fd-01-down-no-session',
  'fd-11-spare',
  'fd-12-lbset-failover',
  'fd-13-all-down',
  'fd-16-single-down-no-forcerecovery',
  'fd-17-single-recovers',
  'fd-18-single-recovers-no-forcerecovery',
  'fd-21-all-disabled',
  'fd-23-retry-1',
  'fd-29-maxattempts-0',
  'fd-30-maxattempts-1-three-down',
]);

/** What Apache does there is not copied: each request is answered by this member in these attempts. */
const DIFFERENT: Readonly<Record<string, (attempts: readonly Came[]) => void>> = {
  // D12: not to be marked as failed does not mean not to try another one.
  'fd-33-ignore-errors': (came) => {
    expect(came.map(({ status, member }) => [status, member])).toEqual(came.map(() => [200, 'm2']));
  },
  // D10: a disabled or draining member does not prevent recovery.
  'fd-79-disabled-blocks-recovery': (came) => {
    expect(came.map(({ member }) => member)).toEqual([null, null, null, 'm2', 'm2']);
    expect(came.every(({ tried }) => tried['m2'] === 1)).toBe(true);
  },
  'fd-80-drain-blocks-recovery': (came) => {
    expect(came.map(({ status }) => status)).toEqual(came.map(() => 503));
    expect(came.every(({ tried }) => tried['m2'] === 1)).toBe(true);
  },
};

const FLAGS: Readonly<Record<string, Partial<MemberOptions>>> = {
  '+D': { state: 'disabled' },
  '+S': { state: 'stopped' },
  '+N': { state: 'draining' },
  '+H': { role: 'standby' },
  '+R': { role: 'spare' },
  '+I': { ignoreErrors: true },
};

interface Came {
  readonly status: number;
  readonly member: string | null;
  /** Attempts at each member. */
  readonly tried: Readonly<Record<string, number>>;
}

const bench = useBalancerBench();
/** As recorded, with Apache's own count of attempts. */
const { vectors } = readFixture('apache/failure.json') as { vectors: readonly Vector[] };

function urlOf(id: string): string {
  return `http://${id}.example/search.pz2`;
}

function optionsOf({ config: { balancer, members } }: Vector): ClusterOptions {
  const { forcerecovery, maxattempts } = balancer;
  const retry = members.find((member) => member.retry !== undefined)?.retry ?? 60;
  return {
    members: members.map((member) => memberOf(member)),
    retry: `${retry}s`,
    maxRetry: 0,
    forceRecovery: forcerecovery !== 'Off',
    ...(maxattempts === undefined ? {} : { maxAttempts: Number(maxattempts) + 1 }),
    health: 'off',
    outliers: 'off',
  };
}

function memberOf({ id, lbset = 0, status = '' }: VectorMember): MemberOptions {
  return { url: urlOf(id), route: id, lbSet: lbset, ...FLAGS[status] };
}

async function play(vector: Vector): Promise<Came[]> {
  const world = new World();
  const clock = new FakeClock();
  for (const { id, backend } of vector.config.members) {
    if (backend === 'down') world.server(urlOf(id)).mood = 'dead';
  }
  const balancer = new Balancer(checkClusterOptions(optionsOf(vector)), {
    clock,
    createTransport: ({ settings }) => world.transport(settings.url),
  });
  bench.also(() => balancer.close());
  const url = await bench.serve((request, response) => {
    balancer.handle(request, response, { address: '', forwardedFor: '', trusted: false });
  });
  const came: Came[] = [];
  for (const step of vector.requests) {
    if (step.op === undefined) came.push(await ask(url, world));
    else happen(step, world, clock);
  }
  return came;
}

async function ask(url: string, world: World): Promise<Came> {
  const before = world.attempts.length;
  const { status, text } = await call(`${url}/search.pz2?command=init`);
  const tried: Record<string, number> = {};
  for (const attempt of world.attempts.slice(before)) {
    const id = new URL(attempt.url).hostname.split('.')[0] ?? '';
    tried[id] = (tried[id] ?? 0) + 1;
  }
  return { status, member: /<session>\d+\.(\w+)</.exec(text)?.[1] ?? null, tried };
}

function happen({ op, member = '', ms = 0 }: VectorRequest, world: World, clock: FakeClock): void {
  if (op === 'sleep') clock.advance(ms);
  if (op === 'up' || op === 'down') world.server(urlOf(member)).mood = op === 'up' ? 'up' : 'dead';
}

describe('A failure scenario recorded from Apache', () => {
  test.each(vectors.filter(({ id }) => PLAYED.has(id)))('goes the same way: $id', async (vector) => {
    const wanted = vector.expected
      .filter((_, index) => vector.requests[index]?.op === undefined)
      .map((expected) => ({
        status: expected?.status,
        member: expected?.member,
        tried: expected?.electedDelta,
      }));
    expect(await play(vector)).toEqual(wanted);
  });

  test.each(Object.keys(DIFFERENT))('goes otherwise on purpose: %s', async (name) => {
    const vector = vectors.find(({ id }) => id === name);
    if (vector === undefined) throw new Error(`no ${name}`);
    DIFFERENT[name]?.(await play(vector));
    expect.hasAssertions();
  });

  test('is there for each name', () => {
    expect(vectors.filter(({ id }) => PLAYED.has(id))).toHaveLength(PLAYED.size);
  });
});
