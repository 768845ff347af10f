import { describe, expect, test } from '@jest/globals';
import { Member } from '../../lib/cluster/member.ts';
import { BalancerError } from '../../lib/errors.ts';
import { Reporter } from '../../lib/gateway/reporter.ts';
import { recordEvents } from '../helpers/event-recorder.ts';
import { LogRecorder } from '../helpers/log-recorder.ts';
import { memberSettings } from '../helpers/member-settings.ts';

const FACTS = { command: 'show', route: 'pz1' };

function makeReporter() {
  const log = new LogRecorder();
  const reporter = new Reporter(log, 'pz2cluster');
  return { reporter, log, events: recordEvents(reporter.events) };
}

describe('an error that a client was answered with', () => {
  test.each([
    ['of its own making is everyday life', new BalancerError('SESSION_LOST', '7.pz1'), 'debug'],
    ['of a member is a warning', new BalancerError('REPLY_TIMEOUT', ''), 'warn'],
    ['of ours is an error', new BalancerError('INTERNAL', ''), 'error'],
    ['that is no error of ours is one too', new TypeError('a mistake'), 'error'],
  ])('%s', (_, error, level) => {
    const { reporter, log } = makeReporter();
    reporter.error(error, FACTS);
    expect(log.lines).toMatchObject([{ level, fields: { cluster: 'pz2cluster', ...FACTS } }]);
  });

  test('is told with code, status and cause, the cause only to operators', () => {
    const { reporter, log, events } = makeReporter();
    const cause = new Error('reset: read ECONNRESET 10.0.0.1:9004');
    reporter.error(new BalancerError('REPLY_MISSING', '', { cause }), FACTS);
    expect(log.lines[0]?.fields).toEqual({
      cluster: 'pz2cluster',
      code: 'REPLY_MISSING',
      status: 503,
      command: 'show',
      route: 'pz1',
      cause: 'reset: read ECONNRESET 10.0.0.1:9004',
    });
    expect(events.error).toEqual([
      { code: 'REPLY_MISSING', status: 503, message: 'Server ended without an answer', ...FACTS },
    ]);
  });

  test('that is unknown is logged whole and shown as an internal one', () => {
    const { reporter, log, events } = makeReporter();
    const mistake = new TypeError('a mistake');
    reporter.error(mistake, FACTS);
    expect(log.lines[0]?.fields).toMatchObject({ code: 'INTERNAL', err: mistake });
    expect(events.error).toMatchObject([{ code: 'INTERNAL', message: 'Internal error of the balancer' }]);
  });
});

describe('a warning', () => {
  const warning = { code: 'ROUTE_DIFFERS', route: 'pz1', message: 'member pz1 calls itself "x"' } as const;

  test('is logged and told each time', () => {
    const { reporter, log, events } = makeReporter();
    reporter.warn(warning);
    reporter.warn(warning);
    expect(events.warning).toEqual([warning, warning]);
    expect(log.lines[0]).toEqual({
      level: 'warn',
      fields: { cluster: 'pz2cluster', code: 'ROUTE_DIFFERS', route: 'pz1' },
      message: 'member pz1 calls itself "x"',
    });
  });

  test('about a steady fault is given once for each member and kind', () => {
    const { reporter, events } = makeReporter();
    const others = [
      { ...warning, route: 'pz2' },
      { ...warning, code: 'INIT_REPLY_UNEXPECTED' },
    ] as const;
    for (const each of [warning, warning, ...others, ...others]) reporter.warnOnce(each);
    expect(events.warning).toEqual([warning, ...others]);
  });
});

describe('a change of a member', () => {
  const member = new Member(memberSettings('pz1'));

  test.each(['down', 'out', 'resting', 'ejected'])('for the worse (%s) is told as a warning', (to) => {
    const { reporter, log } = makeReporter();
    reporter.memberState(member, { axis: 'health', from: 'up', to, reason: 'no answer' });
    expect(log.lines).toMatchObject([
      { level: 'warn', message: `member pz1: health up -> ${to} (no answer)` },
    ]);
  });

  test('of its state is told with the reason', () => {
    const { reporter, log, events } = makeReporter();
    reporter.memberState(member, { axis: 'health', from: 'down', to: 'up', reason: '2 probes passed' });
    expect(log.lines).toMatchObject([
      { level: 'info', message: 'member pz1: health down -> up (2 probes passed)' },
    ]);
    expect(events.memberState).toEqual([
      { route: 'pz1', axis: 'health', from: 'down', to: 'up', reason: '2 probes passed' },
    ]);
  });
});

test('a change of the cluster is told as a warning', () => {
  const { reporter, log, events } = makeReporter();
  reporter.clusterState({ axis: 'panic', from: 'off', to: 'on', reason: 'all are down' });
  expect(log.lines).toMatchObject([
    { level: 'warn', message: 'cluster pz2cluster: panic off -> on (all are down)' },
  ]);
  expect(events.clusterState).toEqual([{ axis: 'panic', from: 'off', to: 'on', reason: 'all are down' }]);
});

test('a restart is told as a warning', () => {
  const { reporter, log, events } = makeReporter();
  reporter.memberRestarted({ route: 'pz1', sessionsLost: 7 });
  expect(log.lines).toMatchObject([{ level: 'warn', message: 'member pz1 restarted: 7 sessions are lost' }]);
  expect(events.memberRestarted).toEqual([{ route: 'pz1', sessionsLost: 7 }]);
});

test('lost sessions are told and counted by reason', () => {
  const { reporter, events } = makeReporter();
  reporter.sessionLost({ route: 'pz1', reason: 'memory' });
  reporter.sessionLost({ route: undefined, reason: 'value' });
  reporter.sessionLost({ route: 'pz2', reason: 'memory' });
  expect(events.sessionLost).toHaveLength(3);
  expect(reporter.counts.sessionsLost).toMatchObject({ memory: 2, value: 1, member: 0, disabled: 0 });
});

test('violations of the policy are told, logged and counted', () => {
  const { reporter, log, events } = makeReporter();
  const event = { what: 'the command info', client: '192.0.2.1', ...FACTS };
  reporter.policyViolated(event);
  expect(reporter.counts.policyViolations).toBe(1);
  expect(events.policyViolated).toEqual([event]);
  expect(log.lines).toMatchObject([{ level: 'info', message: 'not allowed: the command info' }]);
});

test('a listener that throws is logged and does no harm', () => {
  const { reporter, log, events } = makeReporter();
  const mistake = new Error('a fault of the application');
  reporter.events.on('sessionLost', () => {
    throw mistake;
  });
  reporter.sessionLost({ route: 'pz1', reason: 'member' });
  expect(events.sessionLost).toHaveLength(1);
  expect(log.lines).toMatchObject([{ level: 'error', fields: { err: mistake } }]);
});
