import { describe, expect, test } from '@jest/globals';
import { signDecision, type DecisionToSign } from '../../lib/sticky/decision-cookie.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { call } from '../helpers/http-client.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const bench = useBalancerBench();
const KEY = { id: 'k1', secret: 'CZf4dUVjpSvfM9Yk8GYwQ1bq' };
const NOW = 1_700_000_000;

const cookie = (changes: Partial<DecisionToSign> = {}): string =>
  `balancer-decision=${signDecision(KEY, {
    cluster: 'cluster',
    decision: { kind: 'member', target: 'pz2' },
    expires: NOW + 60,
    ...changes,
  })}`;

async function steered() {
  const { members } = await bench.farm(3);
  const { balancer, url } = await bench.balancer(
    { members, decisionCookie: { keys: [KEY] } },
    { clock: new FakeClock(NOW * 1000) },
  );
  const begin = async (header: string): Promise<string | undefined> => {
    const { text } = await call(`${url}?command=init`, { headers: { Cookie: header } });
    return /<session>\d+\.(\w+)</.exec(text)?.[1];
  };
  return { balancer, url, begin, decisions: () => balancer.snapshot().decisions };
}

describe('a decision cookie', () => {
  test('sends new sessions to the member that it names', async () => {
    const { begin, decisions } = await steered();
    expect(await Promise.all([begin(cookie()), begin(cookie()), begin(cookie())])).toEqual([
      'pz2',
      'pz2',
      'pz2',
    ]);
    expect(decisions()).toEqual({ followed: 3, ignored: {} });
  });

  test('is load like any other: the method gives the others their turns', async () => {
    const { begin } = await steered();
    await begin(cookie());
    expect(new Set([await begin(''), await begin('')])).toEqual(new Set(['pz1', 'pz3']));
  });

  test('is ignored and counted when it does not hold', async () => {
    const { begin, decisions } = await steered();
    const farm = { decision: { kind: 'farm', target: 'pz2' } } as const;
    for (const header of [
      cookie({ expires: NOW }),
      cookie({ cluster: 'other' }),
      cookie().replace('.pz2.', '.pz3.'),
      cookie({ decision: { kind: 'member', target: 'pz9' } }),
      cookie(farm),
      'balancer-decision=pz2',
    ]) {
      expect(await begin(header)).toMatch(/^pz[123]$/);
    }
    expect(decisions()).toEqual({
      followed: 0,
      ignored: {
        expired: 1,
        'of another farm': 1,
        'wrong signature': 1,
        'no such member': 2,
        malformed: 1,
      },
    });
  });

  test('is no way to a member that takes no new sessions', async () => {
    const { balancer, begin, decisions } = await steered();
    balancer.members.update('pz2', { state: 'draining' });
    expect(await begin(cookie())).toMatch(/^pz[13]$/);
    expect(decisions()).toEqual({ followed: 0, ignored: { 'member takes no new sessions': 1 } });
  });

  test('never moves a session', async () => {
    const { url, begin } = await steered();
    const first = await call(`${url}?command=init`);
    const value = /<session>([^<]*)</.exec(first.text)?.[1] ?? '';
    expect(value).toMatch(/\.pz1$/);
    await begin(cookie());
    const ping = await call(`${url}?command=ping&session=${value}`, { headers: { Cookie: cookie() } });
    expect(ping.status).toBe(200);
  });
});
