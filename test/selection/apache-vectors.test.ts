import { describe, expect, test } from '@jest/globals';
import { Cluster } from '../../lib/cluster/cluster.ts';
import type { Member } from '../../lib/cluster/member.ts';
import type { AdministrativeState, MemberRole, MemberSettings } from '../../lib/cluster/member-settings.ts';
import { createSelector, type MethodName } from '../../lib/selection/create-selector.ts';
import { chargeSessionHit, elect } from '../../lib/selection/election.ts';
import type { Selector } from '../../lib/selection/selector.ts';
import type { LoadHandle } from '../../lib/load/load-meter.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { readFixture } from '../helpers/fixture.ts';
import { memberSettings } from '../helpers/member-settings.ts';

/** Recorded from Apache httpd 2.4: one scenario with what was asked and which member answered. */
interface Vector {
  readonly id: string;
  readonly description: string;
  readonly config: {
    readonly balancer: { readonly lbmethod: MethodName };
    readonly members: readonly ApacheMember[];
  };
  readonly requests: readonly Step[];
  readonly expected: readonly Expected[];
}

interface ApacheMember {
  readonly id: string;
  readonly route: string;
  readonly loadfactor?: number;
  readonly lbset?: number;
  readonly status?: string;
  readonly backend?: string;
}

interface Step {
  readonly op?: 'manager' | 'open' | 'finish' | 'abort' | 'release';
  readonly target?: string;
  /** Name of a request that is opened, finished or aborted. */
  readonly name?: string;
  readonly form?: Readonly<Record<string, string>>;
}

interface Expected {
  readonly member?: string | null;
  readonly lbstatusAfter?: readonly number[];
  readonly busyAfter?: readonly number[];
  readonly transferredAfter?: readonly number[];
  readonly readAfter?: readonly number[];
}

const ADMINISTRATIVE: Readonly<Record<string, AdministrativeState>> = {
  '+D': 'disabled',
  '+S': 'stopped',
  '+N': 'draining',
};
const ROLE: Readonly<Record<string, MemberRole>> = { '+R': 'spare', '+H': 'standby' };

/** What `GET /x` cost Apache where the recording does not say: request, and status line with a body of two bytes. */
const REQUEST_BYTES = 150;
const REPLY_BYTES = 17;

/** Scenarios in which ours is better on purpose: number in the recording's list of what must not be copied. */
const NOT_COPIED: readonly (readonly [id: string, reason: string])[] = [
  ['bb-06-failover-busy', 'D24: a request that failed over is busy only where it is'],
  ['bb-07-client-abort', 'D24: a client that went away keeps nobody busy'],
];

/** +I does nothing while members are healthy; +E without a time of error means due for a retry, which is no rest at all. */
function toSettings({ route, loadfactor, lbset, status = '' }: ApacheMember): MemberSettings {
  return memberSettings(route, {
    loadFactor: loadfactor ?? 1,
    lbSet: lbset ?? 0,
    role: ROLE[status] ?? 'ordinary',
    state: ADMINISTRATIVE[status] ?? 'enabled',
  });
}

/** Answers the steps of a scenario as the balancer would, in the form of the recording. */
class Replay {
  readonly #members: readonly ApacheMember[];
  readonly #clock = new FakeClock();
  readonly #cluster: Cluster;
  readonly #open = new Map<string, { readonly member: Member; readonly load: LoadHandle }>();
  #selector: Selector;

  constructor({ config }: Vector) {
    this.#members = config.members;
    this.#cluster = new Cluster('c', config.members.map(toSettings));
    this.#selector = this.#makeSelector(config.balancer.lbmethod);
    for (const { route, status } of config.members) {
      if (status === '+C') this.#cluster.byRoute(route)?.state.setHealth('down', 'configured');
    }
  }

  /** @param expected tells how many bytes the step cost, which no method decides */
  step(step: Step, expected: Expected, before: Expected): unknown {
    const member = this.#take(step, expected, before);
    const { members } = this.#cluster;
    return {
      ...(expected.member === undefined ? {} : { member: this.#idOf(member) }),
      ...(expected.lbstatusAfter === undefined || this.#selector.method === 'bytraffic'
        ? {}
        : { lbstatusAfter: members.map((one) => this.#selector.standing(one)) }),
      ...(expected.busyAfter === undefined ? {} : { busyAfter: members.map(({ load }) => load.busy) }),
    };
  }

  #take(step: Step, expected: Expected, before: Expected): Member | undefined {
    if (step.op === 'manager') return this.#change(step.form ?? {});
    if (step.op === 'finish') {
      const finished = this.#open.get(step.name ?? '');
      finished?.load.end();
      return finished?.member;
    }
    const member = this.#serve(step.target ?? '');
    const load = member?.load.begin();
    if (step.op !== 'open') load?.end();
    else if (member !== undefined && load !== undefined) this.#open.set(step.name ?? '', { member, load });
    const index = this.#cluster.members.findIndex((one) => one === member);
    load?.sent(grown(expected.transferredAfter, before.transferredAfter, index) ?? REQUEST_BYTES);
    load?.received(grown(expected.readAfter, before.readAfter, index) ?? REPLY_BYTES);
    return member;
  }

  #serve(target: string): Member | undefined {
    const session = new URLSearchParams(target.split('?')[1]).get('session');
    const member = this.#cluster.byRoute(session?.split('.')[1] ?? '');
    if (member === undefined) {
      return elect(this.#cluster, this.#selector, { now: 0, except: new Set(), hasRoom: () => true });
    }
    chargeSessionHit(this.#cluster, this.#selector, member);
    return member;
  }

  #change(form: Readonly<Record<string, string>>): undefined {
    if (form['b_lbm'] !== undefined) this.#selector = this.#makeSelector(form['b_lbm'] as MethodName);
    const route = this.#members.find(({ id }) => id === form['w'])?.route ?? '';
    const member = this.#cluster.byRoute(route);
    if (form['w_ls'] !== undefined) member?.reconfigure({ ...member.settings, lbSet: Number(form['w_ls']) });
    if (form['w_status_H'] === '1') member?.reconfigure({ ...member.settings, role: 'standby' });
    const disabled = form['w_status_D'];
    if (disabled !== undefined) {
      member?.state.setAdministrative(disabled === '1' ? 'disabled' : 'enabled', 'manager');
    }
    return undefined;
  }

  #makeSelector(method: MethodName): Selector {
    return createSelector(method, {
      clock: this.#clock,
      random: { next: () => 0 },
      countSessions: () => 0,
    });
  }

  #idOf(member: Member | undefined): string | null {
    return this.#members.find(({ route }) => route === member?.route)?.id ?? null;
  }
}

function grown(
  after: readonly number[] | undefined,
  before: readonly number[] | undefined,
  index: number,
): number | undefined {
  const now = after?.[index];
  return now === undefined ? undefined : now - (before?.[index] ?? 0);
}

/** What of a recorded answer the choosing decides. */
function decided({ member, lbstatusAfter, busyAfter }: Expected, method: string): unknown {
  return {
    ...(member === undefined ? {} : { member }),
    ...(lbstatusAfter === undefined || method === 'bytraffic' ? {} : { lbstatusAfter }),
    ...(busyAfter === undefined ? {} : { busyAfter }),
  };
}

describe.each(['byrequests', 'bytraffic', 'bybusyness'])('%s as recorded from Apache', (file) => {
  const { vectors } = readFixture(`apache/${file}.json`) as { vectors: readonly Vector[] };
  const run = vectors.filter(({ id }) => !NOT_COPIED.some(([notCopied]) => notCopied === id));

  test.each(run.map((vector) => [vector.id, vector] as const))('%s, pick for pick', (_, vector) => {
    const replay = new Replay(vector);
    let method: string = vector.config.balancer.lbmethod;
    vector.requests.forEach((step, index) => {
      method = step.form?.['b_lbm'] ?? method;
      const expected = vector.expected[index] ?? {};
      const before = vector.expected[index - 1] ?? {};
      expect([index, replay.step(step, expected, before)]).toEqual([index, decided(expected, method)]);
    });
  });

  test('leaves out only what must not be copied', () => {
    const leftOut = vectors.filter((vector) => !run.includes(vector)).map(({ id }) => id);
    expect(leftOut).toEqual(
      NOT_COPIED.map(([id]) => id).filter((id) => file === 'bybusyness' || !id.startsWith('bb')),
    );
  });
});

test.each(NOT_COPIED)('%s is not copied: %s', (id) => {
  const { vectors } = readFixture('apache/bybusyness.json') as { vectors: readonly Vector[] };
  expect(vectors.map((vector) => vector.id)).toContain(id);
});
