import { describe, expect, test } from '@jest/globals';
import { Member } from '../../lib/cluster/member.ts';
import { memberSettings } from '../helpers/member-settings.ts';

describe('Member', () => {
  test.each([
    [1, 100],
    [2.5, 250],
    [1.159, 115],
    [0.001, 1],
    [100, 10_000],
  ])('counts with load factor %p as %p hundredths', (loadFactor, hundredths) => {
    expect(new Member(memberSettings('pz1', { loadFactor })).loadFactorHundredths).toBe(hundredths);
  });

  test('lets 200 init a second through unless told otherwise', () => {
    expect(new Member(memberSettings('pz1')).initRate.limit).toBe(200);
    expect(new Member(memberSettings('pz1'), 50).initRate.limit).toBe(50);
  });

  test('starts in the configured state', () => {
    const member = new Member(memberSettings('pz1', { state: 'draining' }));
    expect(member.state.administrative).toBe('draining');
  });
});

describe('Member.reconfigure', () => {
  test('takes the new settings and keeps counters and live state', () => {
    const member = new Member(memberSettings('pz1'));
    member.load.countElected();
    member.state.setHealth('down', 'probe');
    const settings = memberSettings('pz1', { loadFactor: 3, direct: false });
    member.reconfigure(settings);
    expect(member.settings).toBe(settings);
    expect(member.loadFactorHundredths).toBe(300);
    expect(member.load.elected).toBe(1);
    expect(member.state.health).toBe('down');
  });

  test('keeps a state set at run time while the configured one is the same', () => {
    const member = new Member(memberSettings('pz1'));
    member.state.setAdministrative('draining', 'operator');
    member.reconfigure(memberSettings('pz1', { loadFactor: 3 }));
    expect(member.state.administrative).toBe('draining');
  });

  test('applies a configured state that has changed', () => {
    const member = new Member(memberSettings('pz1'));
    member.state.setAdministrative('draining', 'operator');
    member.reconfigure(memberSettings('pz1', { state: 'disabled' }));
    expect(member.state.administrative).toBe('disabled');
  });

  test('refuses to become another member', () => {
    const member = new Member(memberSettings('pz1'));
    expect(() => member.reconfigure(memberSettings('pz2'))).toThrow(TypeError);
    expect(member.settings.route).toBe('pz1');
  });
});

describe('Member.warmUp', () => {
  test('brings a member from a tenth of its load factor to the whole of it', () => {
    const member = new Member(memberSettings('pz1', { loadFactor: 2 }));
    const at = (now: number): number => {
      member.warmUp(now, 1000);
      return member.loadFactorHundredths;
    };
    expect([at(0), at(50), at(500), at(999), at(1000), at(9000)]).toEqual([20, 20, 100, 199, 200, 200]);
    expect(member.share).toBe(1);
  });

  test.each<[string, (member: Member) => void, (member: Member) => void]>([
    ['was down', ({ state }) => state.setHealth('down', ''), ({ state }) => state.setHealth('up', '')],
    ['rested', ({ state }) => state.failed(5000, 100), ({ state }) => state.answered(5002)],
    [
      'was drained',
      ({ state }) => state.setAdministrative('draining', ''),
      ({ state }) => state.setAdministrative('enabled', ''),
    ],
  ])('begins anew for a member that %s', (_, away, back) => {
    const member = new Member(memberSettings('pz1'));
    member.warmUp(0, 1000);
    member.warmUp(5000, 1000);
    away(member);
    member.warmUp(5001, 1000);
    back(member);
    member.warmUp(6000, 1000);
    expect(member.share).toBe(0.1);
    member.warmUp(6500, 1000);
    expect(member.share).toBe(0.5);
  });

  test('is told when it begins and when it ends, by its full share or before', () => {
    const member = new Member(memberSettings('pz1'));
    const changes: string[] = [];
    member.state.onChange(({ axis, to, reason }) => changes.push(`${axis} ${to}: ${reason}`));
    for (const now of [0, 500, 1000, 1500]) member.warmUp(now, 1000);
    member.state.setAdministrative('draining', 'maintenance');
    member.warmUp(2000, 1000);
    member.state.setAdministrative('enabled', 'maintenance is over');
    member.warmUp(3000, 1000);
    member.state.setAdministrative('draining', 'maintenance');
    member.warmUp(3001, 1000);
    expect(changes.filter((change) => change.startsWith('slowStart'))).toEqual([
      'slowStart warming: comes to its full share within 1000 ms',
      'slowStart full: has its full share',
      'slowStart warming: comes to its full share within 1000 ms',
      'slowStart full: takes no new sessions',
    ]);
  });

  test('does nothing where it takes no time, and never takes the last hundredth', () => {
    const member = new Member(memberSettings('pz1', { loadFactor: 0.05 }));
    member.warmUp(0, 0);
    expect(member.loadFactorHundredths).toBe(5);
    member.warmUp(0, 1000);
    expect(member.loadFactorHundredths).toBe(1);
  });
});
