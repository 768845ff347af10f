import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AdministrativeState } from '../../lib/cluster/member-settings.ts';
import { MemberState, type MemberStateChange } from '../../lib/cluster/member-state.ts';

describe('The three axes of a member', () => {
  test('begin as enabled, up and in', () => {
    expect(new MemberState().snapshot(0)).toEqual({
      administrative: 'enabled',
      health: 'up',
      freshness: 'in',
      override: 'auto',
      rest: 'working',
      ejection: 'none',
      slowStart: 'full',
      reasons: {
        administrative: '',
        health: '',
        freshness: '',
        override: '',
        rest: '',
        ejection: '',
        slowStart: '',
      },
      restsFor: 0,
      restsInARow: 0,
    });
  });

  test('are reported on change, each by itself and with the reason, and not when nothing changes', () => {
    const state = new MemberState('draining');
    const changes: MemberStateChange[] = [];
    state.onChange((change) => changes.push(change));
    state.setAdministrative('draining', 'again');
    state.setHealth('down', 'three probes failed');
    state.setFreshness('out', 'no figures for 10 s');
    state.setAdministrative('disabled', 'maintenance');
    expect(changes).toEqual([
      { axis: 'health', from: 'up', to: 'down', reason: 'three probes failed' },
      { axis: 'freshness', from: 'in', to: 'out', reason: 'no figures for 10 s' },
      { axis: 'administrative', from: 'draining', to: 'disabled', reason: 'maintenance' },
    ]);
    expect(state.snapshot(0).reasons.administrative).toBe('maintenance');
  });

  test('are reported no more to who has ended it', () => {
    const state = new MemberState();
    const changes: MemberStateChange[] = [];
    const end = state.onChange((change) => changes.push(change));
    end();
    state.setHealth('down', '');
    expect(changes).toEqual([]);
  });

  test('decide about new sessions all together, about its own sessions the administrative one alone', () => {
    const administrative = fc.constantFrom<AdministrativeState>('enabled', 'draining', 'disabled', 'stopped');
    const health = fc.constantFrom('up' as const, 'down' as const);
    const freshness = fc.constantFrom('in' as const, 'out' as const);
    fc.assert(
      fc.property(administrative, health, freshness, (mode, up, fresh) => {
        const state = new MemberState(mode);
        state.setHealth(up, '');
        state.setFreshness(fresh, '');
        const serves = mode === 'enabled' || mode === 'draining';
        expect(state.servesSessions()).toBe(serves);
        expect(state.takesSessions()).toBe(mode === 'enabled' && up === 'up' && fresh === 'in');
        expect(state.isUsable()).toBe(serves && up === 'up' && fresh === 'in');
      }),
    );
  });
});

describe('The rest after a failure', () => {
  test('lasts its time', () => {
    const state = new MemberState();
    state.failed(100, 50);
    expect(state.isResting(149)).toBe(true);
    expect(state.snapshot(110).restsFor).toBe(40);
    expect(state.isResting(150)).toBe(false);
    expect(state.snapshot(200).restsFor).toBe(0);
  });

  test('is spared for one failure that may happen to anybody, until an answer to a later attempt', () => {
    const state = new MemberState();
    expect([state.forgivesFailure(100), state.forgivesFailure(101)]).toEqual([true, false]);
    state.answered(99);
    expect(state.forgivesFailure(102)).toBe(false);
    state.answered(103);
    expect(state.forgivesFailure(104)).toBe(true);
    expect(state.isResting(104)).toBe(false);
  });

  test('is not shortened by a later failure with a shorter rest', () => {
    const state = new MemberState();
    state.failed(0, 100);
    state.failed(10, 20);
    expect(state.isResting(99)).toBe(true);
  });

  test('is ended by the answer to an attempt that began after the failure, not before it', () => {
    const state = new MemberState();
    state.failed(100, 50);
    state.answered(99);
    expect(state.isResting(110)).toBe(true);
    state.answered(101);
    expect(state.isResting(110)).toBe(false);
  });

  test('lasts twice as long each time that the member fails again after it, up to the longest', () => {
    const state = new MemberState();
    const rests = [0, 100, 300, 700].map((now) => {
      state.expireRest(now);
      state.failed(now, 100, 250);
      return state.snapshot(now).restsFor;
    });
    expect(rests).toEqual([100, 200, 250, 250]);
  });

  test('does not grow by failures while it lasts, and begins anew after an answer', () => {
    const state = new MemberState();
    for (const now of [0, 10, 20]) state.failed(now, 100, 1000);
    expect(state.snapshot(20).restsFor).toBe(100);
    state.failed(120, 100, 1000);
    expect(state.snapshot(120).restsFor).toBe(200);
    state.answered(130);
    state.failed(140, 100, 1000);
    expect(state.snapshot(140).restsFor).toBe(100);
  });

  test('is never shorter than asked for, whatever the longest', () => {
    const state = new MemberState();
    state.failed(0, 100, 50);
    expect(state.snapshot(0).restsFor).toBe(100);
  });

  test('does not begin when it would last no time', () => {
    const state = new MemberState();
    state.failed(100, 0);
    expect(state.isResting(100)).toBe(false);
    expect(state.isUsable()).toBe(true);
  });

  test('keeps the member from being usable until somebody meets its end', () => {
    const state = new MemberState();
    state.failed(0, 50);
    state.expireRest(49);
    expect(state.isUsable()).toBe(false);
    state.expireRest(50);
    expect(state.isUsable()).toBe(true);
  });

  test('is reported when it begins and when it ends, with what made it so', () => {
    const state = new MemberState();
    const changes: string[] = [];
    state.onChange(({ axis, from, to, reason }) => changes.push(`${axis} ${from} -> ${to}: ${reason}`));
    state.failed(0, 50, 50, 'connection refused');
    state.failed(1, 50, 50, 'connection reset');
    state.answered(2);
    state.answered(3);
    expect(changes).toEqual([
      'rest working -> resting: connection refused; left alone for 50 ms',
      'rest resting -> working: it answered',
    ]);
    expect(state.snapshot(3)).toMatchObject({ rest: 'working', reasons: { rest: 'it answered' } });
  });

  test('that nobody saw end is reported before the next one, which lasts longer', () => {
    const state = new MemberState();
    const changes: string[] = [];
    state.onChange(({ to, reason }) => changes.push(`${to}: ${reason}`));
    state.failed(0, 50, 500, 'no answer in time');
    expect(state.snapshot(50)).toMatchObject({ rest: 'working', restsFor: 0, restsInARow: 1 });
    state.failed(60, 50, 500, 'no answer in time');
    expect(changes).toEqual([
      'resting: no answer in time; left alone for 50 ms',
      'working: its rest is over',
      'resting: no answer in time; left alone for 100 ms',
    ]);
    expect(state.snapshot(60)).toMatchObject({ rest: 'resting', restsFor: 100, restsInARow: 2 });
  });
});

describe("an operator's word on the health", () => {
  test('is not undone by what is measured, and taken back to what was measured last', () => {
    const state = new MemberState();
    const changes: string[] = [];
    state.onChange(({ axis, to, reason }) => changes.push(`${axis} ${to}: ${reason}`));
    state.overrideHealth('down', 'by hand');
    state.setHealth('up', 'probe');
    expect(state.health).toBe('down');
    state.overrideHealth('up', 'by hand');
    state.setHealth('down', 'no answer');
    expect(state.health).toBe('up');
    state.overrideHealth('auto', 'by hand');
    expect(state.health).toBe('down');
    expect(state.isHealthOverridden).toBe(false);
    expect(changes).toEqual([
      'override down: by hand',
      'health down: by hand',
      'override up: by hand',
      'health up: by hand',
      'override auto: by hand',
      'health down: no answer',
    ]);
  });
});
