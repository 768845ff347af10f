import { describe, expect, test } from '@jest/globals';
import { Cluster } from '../../lib/cluster/cluster.ts';
import type { Member } from '../../lib/cluster/member.ts';
import type { AdministrativeState, MemberSettings } from '../../lib/cluster/member-settings.ts';
import { ByRequests } from '../../lib/selection/byrequests.ts';
import { chargeSessionHit, elect } from '../../lib/selection/election.ts';
import { readFixture } from '../helpers/fixture.ts';
import { memberSettings } from '../helpers/member-settings.ts';

/** Recorded from Apache httpd 2.4: one scenario with what was asked and which member answered. */
interface Vector {
  readonly id: string;
  readonly description: string;
  readonly config: {
    readonly balancer: { readonly lbmethod: string };
    readonly members: readonly ApacheMember[];
  };
  readonly requests: readonly ({ readonly target: string } | ManagerChange)[];
  readonly expected: readonly {
    readonly member?: string | null;
    readonly lbstatusAfter?: readonly number[];
  }[];
}

interface ApacheMember {
  readonly id: string;
  readonly route: string;
  readonly loadfactor?: number;
  readonly lbset?: number;
  readonly status?: string;
}

interface ManagerChange {
  readonly op: 'manager';
  readonly form: Readonly<Record<string, string>>;
}

const { vectors } = readFixture('apache/byrequests.json') as { vectors: readonly Vector[] };

/** Scenarios that are not run, and what they need that is not built. */
const LEFT_OUT: readonly (readonly [id: string, reason: string])[] = [
  ['br-16-lbset-gap', 'lbset'],
  ['br-17-lbset-gap-disabled', 'lbset'],
  ['br-26-standby-before-next-lbset', 'lbset, hot standby'],
  ['br-27-standby-in-later-lbset', 'lbset, hot standby'],
  ['br-28-spare-idle', 'hot spare'],
  ['br-31-two-holes-two-spares', 'hot spare'],
  ['br-32-spare-wrong-lbset', 'lbset, hot spare'],
  ['br-33-spare-and-standby', 'hot spare, hot standby'],
  ['br-36-only-spares', 'hot spare'],
  ['br-38-drain-with-standby', 'hot standby'],
  ['br-41-sticky-credit-other-lbset', 'lbset, hot standby'],
  ['br-46-runtime-lbset', 'lbset'],
  ['br-47-runtime-standby', 'hot standby'],
  ['br-48-runtime-lbmethod', 'another lbmethod'],
];

function missingFeatures({ config, requests }: Vector): string {
  const forms = new Set(requests.flatMap((request) => ('op' in request ? Object.keys(request.form) : [])));
  const hasFlag = (flag: string): boolean =>
    forms.has(`w_status_${flag}`) || config.members.some(({ status }) => status?.includes(flag));
  const missing = [
    config.members.some(({ lbset }) => (lbset ?? 0) > 0) || forms.has('w_ls') ? 'lbset' : '',
    hasFlag('R') ? 'hot spare' : '',
    hasFlag('H') ? 'hot standby' : '',
    forms.has('b_lbm') ? 'another lbmethod' : '',
  ];
  return missing.filter((feature) => feature !== '').join(', ');
}

const ADMINISTRATIVE: Readonly<Record<string, AdministrativeState>> = {
  '+D': 'disabled',
  '+S': 'stopped',
  '+N': 'draining',
};

/** +I does nothing while members are healthy; +E without a time of error means due for a retry, which is no rest at all. */
function toSettings({ route, loadfactor, status }: ApacheMember): MemberSettings {
  return memberSettings(route, {
    loadFactor: loadfactor ?? 1,
    state: ADMINISTRATIVE[status ?? ''] ?? 'enabled',
  });
}

/** Answers the requests of a scenario as the balancer would, in the form of the recording. */
function replay({ config, requests }: Vector): unknown[] {
  const cluster = new Cluster('c', config.members.map(toSettings));
  for (const { route, status } of config.members) {
    if (status === '+C') cluster.byRoute(route)?.state.setHealth('down', 'configured');
  }
  const selector = new ByRequests();
  return requests.map((request) => {
    const member = 'target' in request ? serve(cluster, selector, request.target) : undefined;
    return {
      member: config.members.find(({ route }) => route === member?.route)?.id ?? null,
      lbstatusAfter: cluster.members.map((one) => selector.standing(one)),
    };
  });
}

function serve(cluster: Cluster, selector: ByRequests, target: string): Member | undefined {
  const session = new URLSearchParams(target.split('?')[1]).get('session');
  const member = cluster.byRoute(session?.split('.')[1] ?? '');
  if (member === undefined)
    return elect(cluster, selector, { now: 0, except: new Set(), hasRoom: () => true });
  chargeSessionHit(cluster, selector, member);
  return member;
}

describe('byrequests as recorded from Apache', () => {
  const run = vectors.filter((vector) => missingFeatures(vector) === '');

  test.each(run.map((vector) => [vector.id, vector] as const))('%s, pick for pick', (_, vector) => {
    const expected = vector.expected.map(({ member, lbstatusAfter }) => ({ member, lbstatusAfter }));
    expect(replay(vector)).toEqual(expected);
  });

  test.each(LEFT_OUT)('%s is left out because it needs: %s', (id, reason) => {
    const vector = vectors.find((one) => one.id === id);
    expect(vector === undefined ? 'a recording' : missingFeatures(vector)).toBe(reason);
  });

  test('leaves out these scenarios and no other', () => {
    const leftOut = vectors.filter((vector) => !run.includes(vector)).map(({ id }) => id);
    expect(leftOut).toEqual(LEFT_OUT.map(([id]) => id));
    expect(run).toHaveLength(16);
  });
});
