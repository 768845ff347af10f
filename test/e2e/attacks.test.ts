import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ClusterOptions } from '../../lib/config/options.ts';
import { pazpar2Balancer } from '../../middleware/index.ts';
import { AttackScene } from '../helpers/attack-scene.ts';
import { Attacker, Turned } from '../helpers/attacker.ts';
import { ATTACKS, EXIT, type Attack } from '../helpers/attacks.ts';
import { CLUSTER_PATH, ofOneCluster, useGatewayBench } from '../helpers/gateway-bench.ts';
import { originOf } from '../helpers/started.ts';

const bench = useGatewayBench();
const SIGNING = { keys: [{ id: 'a', secret: 'q2Jv7mXz0aB4cD6eF8gH1iK3' }] };

async function prepareScene(): Promise<AttackScene> {
  const folder = await mkdtemp(join(tmpdir(), 'pazpar2-balancer-'));
  bench.also(() => rm(folder, { recursive: true }));
  return AttackScene.prepare(bench, folder);
}

/** Puts a balancer before a scene; gives its address and how many violations it has counted. */
type Serve = (
  scene: AttackScene,
  options: Partial<ClusterOptions>,
) => Promise<{ readonly url: string; readonly violations: () => number | undefined }>;

const serveMiddleware: Serve = async (scene, options) => {
  const members = [{ url: originOf(scene.simulator), route: 'pz1' }];
  const balancer = pazpar2Balancer({ members, health: 'off', ...options });
  bench.also(() => balancer.close());
  return { url: await bench.serve(balancer), violations: () => balancer.snapshot().policyViolations };
};

const serveGateway: Serve = async (scene, options) => {
  const members = [{ url: originOf(scene.simulator), route: 'pz1' }];
  const { gateway, url } = await bench.gateway(ofOneCluster({ members, ...options }));
  return { url: url + CLUSTER_PATH, violations: () => gateway.snapshot()[0]?.policyViolations };
};

/** Carries an attack out and tells whether it worked, and by which reply it was turned away. */
async function outcomeOf(attack: Attack, scene: AttackScene, url: string) {
  const attacker = new Attacker(url);
  const last = await attack.run(attacker, scene).catch((error: unknown) => {
    // A server that dies has no last words.
    if (error instanceof Turned || (error as NodeJS.ErrnoException).code === 'ECONNRESET') return error;
    throw error;
  });
  return {
    worked: await attack.worked(scene, typeof last === 'string' ? last : ''),
    refusal: last instanceof Turned ? last.reply : undefined,
    passed: attacker.passed,
  };
}

describe('an open Pazpar2 allows strangers', () => {
  test.each([...ATTACKS, EXIT])('$name', async (attack) => {
    const scene = await prepareScene();
    expect(await outcomeOf(attack, scene, scene.open)).toMatchObject({ worked: true, refusal: undefined });
  });

  test('guessing the session of another user', async () => {
    const scene = await prepareScene();
    expect(await guessedSession(new Attacker(scene.open))).toBe(true);
  });
});

describe.each<[string, Serve]>([
  ['middleware', serveMiddleware],
  ['gateway', serveGateway],
])('behind the %s', (_, serve) => {
  describe('the policy trusted allows', () => {
    test.each(ATTACKS)('$name', async (attack) => {
      const scene = await prepareScene();
      const { url } = await serve(scene, { policy: 'trusted' });
      expect(await outcomeOf(attack, scene, url)).toMatchObject({ worked: true, refusal: undefined });
    });
  });

  describe('the defaults refuse, name, count and keep from the server', () => {
    test.each([...ATTACKS, EXIT])('$name', async (attack) => {
      const scene = await prepareScene();
      const { url, violations } = await serve(scene, {});
      const { worked, refusal, passed } = await outcomeOf(attack, scene, url);
      const ofAttacker = scene.simulator.requests.filter(({ session }) => session !== scene.victim);
      expect(worked).toBe(false);
      expect(refusal).toMatchObject({ status: 403, reason: 'Refused by policy' });
      expect(refusal?.headers['content-type']).toBe('text/xml');
      expect(refusal?.text).toContain(`<error code="201" msg="Refused by policy">${attack.names}`);
      expect(violations()).toBe(1);
      expect(await scene.isListening()).toBe(true);
      expect(ofAttacker).toHaveLength(passed);
    });
  });

  test('exit is refused under trusted as well', async () => {
    const scene = await prepareScene();
    const { url } = await serve(scene, { policy: 'trusted' });
    const { worked, refusal } = await outcomeOf(EXIT, scene, url);
    expect({ worked, status: refusal?.status }).toEqual({ worked: false, status: 403 });
    expect(scene.simulator.requests).toEqual([]);
  });

  test.each(['public', 'trusted'] as const)(
    'signed values keep sessions from being guessed: %s',
    async (policy) => {
      const scene = await prepareScene();
      const { url } = await serve(scene, { policy, signing: SIGNING });
      expect(await guessedSession(new Attacker(url))).toBe(false);
    },
  );
});

/** Asks with all numbers near the attacker's own whether a session answers. */
async function guessedSession(attacker: Attacker): Promise<boolean> {
  const [, own = '', route = ''] = /^(\d+)[^.]*(.*)$/.exec(await attacker.session()) ?? [];
  for (let guess = Number(own) - 600; guess < Number(own); guess++) {
    const { status } = await attacker.get(`command=ping&session=${guess}${route}`);
    if (status === 200) return true;
  }
  return false;
}
