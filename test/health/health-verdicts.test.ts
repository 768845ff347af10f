import { describe, expect, test } from '@jest/globals';
import { Member } from '../../lib/cluster/member.ts';
import { HealthVerdicts } from '../../lib/health/health-verdicts.ts';
import { memberSettings } from '../helpers/member-settings.ts';

function start() {
  const member = new Member(memberSettings('pz1'));
  const changes: string[] = [];
  member.state.onChange(({ axis, to, reason }) => changes.push(`${axis} ${to}: ${reason}`));
  return { member, changes, verdicts: new HealthVerdicts() };
}

describe('A member', () => {
  test('is down while somebody speaks against it, and up when nobody does any more', () => {
    const { member, changes, verdicts } = start();
    verdicts.say(member, 'probes', 'up', 'a probe passed');
    verdicts.say(member, 'outliers', 'down', 'too many failures');
    verdicts.say(member, 'probes', 'down', '3 probes in a row failed');
    verdicts.say(member, 'outliers', 'up', 'its time is over');
    expect(member.state.health).toBe('down');
    verdicts.say(member, 'probes', 'up', '2 probes in a row passed');
    expect(changes).toEqual(['health down: too many failures', 'health up: 2 probes in a row passed']);
  });

  test('shows every reason against it', () => {
    const { member, verdicts } = start();
    verdicts.say(member, 'outliers', 'down', 'too many failures');
    verdicts.say(member, 'probes', 'down', 'connection refused');
    expect(member.state.snapshot(0).reasons.health).toBe('too many failures; connection refused');
    verdicts.say(member, 'outliers', 'up', 'its time is over');
    expect(member.state.snapshot(0).reasons.health).toBe('connection refused');
  });
});
