import { describe, expect, test } from '@jest/globals';
import { Cluster } from '../../lib/cluster/cluster.ts';
import type { Member } from '../../lib/cluster/member.ts';
import { ByRequests } from '../../lib/selection/byrequests.ts';
import { chargeSessionHit, elect } from '../../lib/selection/election.ts';
import { memberSettings } from '../helpers/member-settings.ts';

const NOBODY: ReadonlySet<Member> = new Set();

function start(): { cluster: Cluster; selector: ByRequests; pz1: Member; pz2: Member } {
  const cluster = new Cluster('pz2cluster', [memberSettings('pz1'), memberSettings('pz2')]);
  const [pz1, pz2] = cluster.members as [Member, Member];
  return { cluster, selector: new ByRequests(), pz1, pz2 };
}

function at(now: number, except: ReadonlySet<Member> = NOBODY): Parameters<typeof elect>[2] {
  return { now, except, hasRoom: () => true };
}

describe('elect', () => {
  test('chooses by the method among the eligible and counts who was chosen', () => {
    const { cluster, selector, pz1, pz2 } = start();
    expect(elect(cluster, selector, at(0))).toBe(pz1);
    expect(elect(cluster, selector, at(0))).toBe(pz2);
    expect(elect(cluster, selector, at(0, new Set([pz1])))).toBe(pz2);
    expect([pz1.load.elected, pz2.load.elected]).toEqual([1, 2]);
  });

  test('chooses nobody when nobody is eligible, and books nothing', () => {
    const { cluster, selector, pz1, pz2 } = start();
    expect(elect(cluster, selector, at(0, new Set([pz1, pz2])))).toBeUndefined();
    expect([pz1, pz2].map((member) => selector.standing(member))).toEqual([0, 0]);
    expect(pz1.load.elected + pz2.load.elected).toBe(0);
  });

  test('ends a rest whose time is over', () => {
    const { cluster, selector, pz1 } = start();
    pz1.state.failed(0, 100);
    elect(cluster, selector, at(99));
    expect(pz1.state.isUsable()).toBe(false);
    elect(cluster, selector, at(100));
    expect(pz1.state.isUsable()).toBe(true);
  });

  test('gives no burst of sessions to a member that was away while the other served sessions', () => {
    const { cluster, selector, pz1, pz2 } = start();
    pz1.state.failed(0, 100);
    for (let request = 0; request < 50; request += 1) chargeSessionHit(cluster, selector, pz2);
    const picks = Array.from({ length: 4 }, () => elect(cluster, selector, at(100))?.route);
    expect(picks).toEqual(['pz1', 'pz2', 'pz1', 'pz2']);
  });
});

describe('elect with a slow start', () => {
  test('gives a member that recovers a tenth of its share at first, and all of it in the end', () => {
    const { cluster, selector, pz2 } = start();
    const picks = (now: number): number =>
      Array.from({ length: 110 }, () => elect(cluster, selector, { ...at(now), slowStart: 1000 })).filter(
        (one) => one === pz2,
      ).length;
    expect(picks(0)).toBe(55);
    pz2.state.setHealth('down', 'probe');
    expect(picks(5000)).toBe(0);
    pz2.state.setHealth('up', 'probe');
    expect(picks(6000)).toBe(10);
    expect(picks(7000)).toBe(55);
  });
});

describe('chargeSessionHit', () => {
  test('counts the hit and makes up for it in later elections', () => {
    const { cluster, selector, pz1, pz2 } = start();
    chargeSessionHit(cluster, selector, pz1);
    expect(pz1.load.elected).toBe(1);
    expect([pz1, pz2].map((member) => selector.standing(member))).toEqual([-100, 100]);
    expect(elect(cluster, selector, at(0))).toBe(pz2);
  });

  test('counts a hit on a member that is down, but brings nobody into debt or credit', () => {
    const { cluster, selector, pz1, pz2 } = start();
    pz1.state.setHealth('down', '');
    chargeSessionHit(cluster, selector, pz1);
    expect(pz1.load.elected).toBe(1);
    expect([pz1, pz2].map((member) => selector.standing(member))).toEqual([0, 0]);
  });
});
