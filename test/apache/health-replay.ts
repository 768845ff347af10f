import type { HttpClusterOptions } from '../../lib/config/http-options.ts';
import { checkHttpClusterOptions } from '../../lib/config/check.ts';
import { Balancer } from '../../lib/gateway/balancer.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { readFixture } from '../helpers/fixture.ts';
import { until } from '../helpers/until.ts';
import { translateMembers } from './http-cluster-options.ts';
import { VectorBackends } from './vector-backends.ts';
import type { VectorConfig, VectorMember } from './vectors.ts';

interface ProbedMember extends VectorMember {
  readonly hcmethod?: string;
  readonly hcuri?: string;
  readonly hcfails?: number;
  readonly hcpasses?: number;
}

/** What was recorded of Apache's probes: the statuses with which the first member answered, and what became of it. */
export interface HealthVector {
  readonly id: string;
  readonly config: VectorConfig & { readonly members: readonly ProbedMember[] };
  readonly requests: readonly unknown[];
  readonly expected:
    | {
        readonly transitions: readonly { readonly afterProbes: number; readonly status: string }[];
        readonly probe: { readonly method: string; readonly url: string };
      }
    | readonly { readonly requestLine?: string; readonly m1Probed?: boolean; readonly m2Probed?: boolean }[];
}

/** After one probe of the first member. */
export interface ProbedState {
  readonly health: 'up' | 'down';
  /** Of the probe, without the version, which is always 1.1 here. */
  readonly requestLine: string;
}

const INTERVAL = 1000;

/** All scenarios beside those of routing, choosing and failing; only those of probes are played. */
export function miscellaneousVectors(): readonly Pick<HealthVector, 'id'>[] {
  return readMiscellaneous();
}

/** The scenarios of probes. */
export function healthVectors(): readonly HealthVector[] {
  return readMiscellaneous().filter(({ id }) => id.startsWith('hc-'));
}

/** Those that are not of probes have other fields. */
function readMiscellaneous(): readonly HealthVector[] {
  return (readFixture('apache/misc.json') as { vectors: readonly HealthVector[] }).vectors;
}

/** Probes the members of a scenario, the first of which answers with these statuses, one after the other. */
export async function replayProbes(
  { config }: HealthVector,
  statuses: readonly number[],
): Promise<{ readonly states: readonly ProbedState[]; readonly probed: ReadonlySet<string> }> {
  const backends = await VectorBackends.start({ config });
  const clock = new FakeClock();
  const balancer = new Balancer(checkHttpClusterOptions(optionsOf(config, backends)), { clock });
  const states: ProbedState[] = [];
  const probed = new Set<string>();
  const first = config.members[0]?.id ?? '';
  try {
    for (const [index, status] of statuses.entries()) {
      backends.behave(first, { status });
      if (index === 0) void balancer.start();
      else clock.advance(INTERVAL);
      await until(() => balancer.snapshot().members[0]?.probe?.ago === 0);
      const seen = backends.take();
      for (const { member } of seen) probed.add(member);
      const line = seen.find(({ member }) => member === first)?.requestLine ?? '';
      const health = balancer.snapshot().members[0]?.state.health ?? 'down';
      states.push({ health, requestLine: withoutVersion(line) });
    }
  } finally {
    await balancer.close();
    await backends.stop();
  }
  return { states, probed };
}

/** What was recorded, in the same form: after each probe that was counted. */
export function recordedStates({ expected, requests }: HealthVector): readonly ProbedState[] {
  if (!('transitions' in expected)) {
    return expected.flatMap(({ requestLine }) =>
      requestLine === undefined ? [] : [{ health: 'up', requestLine: withoutVersion(requestLine) }],
    );
  }
  const { transitions, probe } = expected;
  return requests.map((_, index) => {
    const latest = transitions.findLast(({ afterProbes }) => afterProbes <= index + 1);
    const health = latest?.status.includes('HcFl') === true ? 'down' : 'up';
    return { health, requestLine: `${probe.method} ${probe.url}` };
  });
}

function optionsOf(config: HealthVector['config'], backends: VectorBackends): HttpClusterOptions {
  const { hcmethod = 'GET', hcuri, hcfails = 1, hcpasses = 1 } = config.members[0] ?? {};
  return {
    members: translateMembers(config.members, '', backends),
    outliers: 'off',
    health: {
      interval: `${INTERVAL}ms`,
      fastInterval: `${INTERVAL}ms`,
      jitter: 0,
      passes: hcpasses,
      fails: hcfails,
      http: {
        method: hcmethod.replace('11', '') as 'GET' | 'HEAD' | 'OPTIONS',
        ...(hcuri === undefined ? {} : { path: hcuri }),
      },
    },
  };
}

function withoutVersion(requestLine: string): string {
  return requestLine.replace(/ HTTP\/1\.[01]$/, '');
}
