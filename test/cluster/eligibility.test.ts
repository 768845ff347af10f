import { describe, expect, test } from '@jest/globals';
import { type Eligibility, eligible } from '../../lib/cluster/eligibility.ts';
import { Member } from '../../lib/cluster/member.ts';
import type { MemberSettings } from '../../lib/cluster/member-settings.ts';
import { memberSettings } from '../helpers/member-settings.ts';

const NOW = 1_000;

function threeMembers(): [Member, Member, Member] {
  return [
    new Member(memberSettings('pz1')),
    new Member(memberSettings('pz2')),
    new Member(memberSettings('pz3')),
  ];
}

function routes(members: readonly Member[], changes: Partial<Eligibility> = {}): string {
  const eligibility = { now: NOW, except: new Set<Member>(), hasRoom: () => true, ...changes };
  return eligible(members, eligibility)
    .map((member) => member.route)
    .join(' ');
}

describe('Eligible for a new session', () => {
  test('are all members with nothing against them, in the order given', () => {
    expect(routes(threeMembers())).toBe('pz1 pz2 pz3');
  });

  test.each(['draining', 'disabled', 'stopped'] as const)('is no member that is %s', (state) => {
    const members = threeMembers();
    members[1].state.setAdministrative(state, '');
    expect(routes(members)).toBe('pz1 pz3');
  });

  test('is no member that is down or out, tried before, or without room', () => {
    const members = [...threeMembers(), new Member(memberSettings('pz4')), new Member(memberSettings('pz5'))];
    const [down, out, tried, full] = members;
    down?.state.setHealth('down', '');
    out?.state.setFreshness('out', '');
    const except = new Set(tried === undefined ? [] : [tried]);
    expect(routes(members, { except, hasRoom: (member) => member !== full })).toBe('pz5');
  });

  test('is nobody in an empty cluster', () => {
    expect(routes([])).toBe('');
  });
});

describe('A resting member', () => {
  test('is passed over until its rest is over', () => {
    const members = threeMembers();
    members[0].state.failed(NOW, 500);
    expect(routes(members)).toBe('pz2 pz3');
    expect(routes(members, { now: NOW + 500 })).toBe('pz1 pz2 pz3');
  });

  test('is tried when all rest', () => {
    const members = threeMembers();
    for (const member of members) member.state.failed(NOW, 500);
    expect(routes(members)).toBe('pz1 pz2 pz3');
    expect(routes(members, { except: new Set([members[0]]) })).toBe('pz2 pz3');
  });

  test.each([
    ['disabled', (member: Member) => member.state.setAdministrative('disabled', '')],
    ['draining', (member: Member) => member.state.setAdministrative('draining', '')],
    ['stopped', (member: Member) => member.state.setAdministrative('stopped', '')],
    ['down', (member: Member) => member.state.setHealth('down', '')],
    ['out', (member: Member) => member.state.setFreshness('out', '')],
  ])('is tried when the only other one is %s (unlike Apache)', (_, spoil) => {
    const [resting, other] = threeMembers();
    resting.state.failed(NOW, 500);
    spoil(other);
    expect(routes([resting, other])).toBe('pz1');
  });

  test('is not tried where that is not wanted, even if all rest', () => {
    const members = threeMembers();
    for (const member of members) member.state.failed(NOW, 500);
    expect(routes(members, { forceRecovery: false })).toBe('');
    expect(routes(members, { forceRecovery: false, now: NOW + 500 })).toBe('pz1 pz2 pz3');
  });

  test('is not tried because the one awake was tried or is full', () => {
    const [resting, awake] = threeMembers();
    resting.state.failed(NOW, 500);
    expect(routes([resting, awake], { except: new Set([awake]) })).toBe('');
    expect(routes([resting, awake], { hasRoom: (member) => member !== awake })).toBe('');
  });
});

describe('When every enabled member is down', () => {
  test('they are tried anyway', () => {
    const members = threeMembers();
    for (const member of members) member.state.setHealth('down', '');
    expect(routes(members)).toBe('pz1 pz2 pz3');
  });

  test('it does not matter that a draining one is up, and that one is not tried', () => {
    const members = threeMembers();
    for (const member of members) member.state.setHealth('down', '');
    members[1].state.setHealth('up', '');
    members[1].state.setAdministrative('draining', '');
    expect(routes(members)).toBe('pz1 pz3');
  });

  test('one that is out is not tried, because probes say nothing about that', () => {
    const members = threeMembers();
    for (const member of members) member.state.setHealth('down', '');
    members[0].state.setFreshness('out', '');
    expect(routes(members)).toBe('pz2 pz3');
  });
});

function membersAs(...settings: Partial<MemberSettings>[]): Member[] {
  return settings.map((each, index) => new Member(memberSettings(`pz${index + 1}`, each)));
}

describe('Sets and roles', () => {
  test('the lowest set that has somebody decides', () => {
    const all = membersAs({ lbSet: 2 }, { lbSet: 1 }, { lbSet: 1 });
    expect(routes(all)).toBe('pz2 pz3');
    all[1]?.state.setHealth('down', '');
    expect(routes(all)).toBe('pz3');
    all[2]?.state.setHealth('down', '');
    expect(routes(all)).toBe('pz1');
  });

  test('a set whose members are full gives way to the next (unlike Apache)', () => {
    const [first, second] = membersAs({}, { lbSet: 1 }) as [Member, Member];
    expect(routes([first, second], { hasRoom: (member) => member !== first })).toBe('pz2');
  });

  test('one spare stands in for each ordinary member that is missing, and competes behind them', () => {
    const all = membersAs({ role: 'spare' }, {}, {}, { role: 'spare' });
    expect(routes(all)).toBe('pz2 pz3');
    all[1]?.state.setAdministrative('draining', '');
    expect(routes(all)).toBe('pz3 pz1');
    all[2]?.state.failed(NOW, 500);
    expect(routes(all)).toBe('pz1 pz4');
  });

  test('a spare that is missing itself makes way for the next one', () => {
    const all = membersAs({}, { role: 'spare' }, { role: 'spare' });
    all[0]?.state.setHealth('down', '');
    all[1]?.state.setHealth('down', '');
    expect(routes(all)).toBe('pz3');
  });

  test('standbys serve when neither an ordinary member nor a spare of their set can, and before the next set', () => {
    const all = membersAs({}, { role: 'standby' }, { role: 'standby' }, { lbSet: 1 });
    expect(routes(all)).toBe('pz1');
    all[0]?.state.setHealth('down', '');
    expect(routes(all)).toBe('pz2 pz3');
  });

  test('who is down by hand takes nothing, even when everybody is down', () => {
    const all = membersAs({}, {});
    all[0]?.state.overrideHealth('down', '');
    all[1]?.state.setHealth('down', '');
    expect(routes(all)).toBe('pz2');
    all[1]?.state.overrideHealth('down', '');
    expect(routes(all)).toBe('');
  });
});
