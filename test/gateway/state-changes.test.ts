import { describe, expect, test } from '@jest/globals';
import { checkHttpClusterOptions } from '../../lib/config/check.ts';
import type { HttpClusterOptions } from '../../lib/config/http-options.ts';
import { Balancer } from '../../lib/gateway/balancer.ts';
import { LogRecorder, type LogLine } from '../helpers/log-recorder.ts';
import { recordEvents } from '../helpers/event-recorder.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const MEMBERS = [
  { url: 'http://127.0.0.1:1', route: 'a' },
  { url: 'http://127.0.0.1:2', route: 'b' },
];

/** A cluster that nobody asks; things happen to its members all the same. */
function cluster(options: Partial<HttpClusterOptions> = {}) {
  const clock = new FakeClock();
  const logger = new LogRecorder();
  const config = (members: HttpClusterOptions['members']) =>
    checkHttpClusterOptions({ members, health: 'off', ...options });
  const balancer = new Balancer(config(MEMBERS), { clock, logger });
  const events = recordEvents(balancer.events);
  const member = (route: string) => {
    const found = balancer.farm.cluster.byRoute(route);
    if (found === undefined) throw new Error(`there is no ${route}`);
    return found;
  };
  const shown = (route: string) => balancer.snapshot().members.find((each) => each.route === route);
  return { balancer, events, logger, clock, member, shown, config };
}

/** What a line of the log tells of a state. */
const told = ({ fields }: LogLine): unknown =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'cluster'));

describe('every change of a member', () => {
  test('is an event, a line of the log with the same facts, and shown', () => {
    const { events, logger, member, shown, clock } = cluster();
    const { state } = member('a');
    state.setAdministrative('draining', 'maintenance');
    state.setHealth('down', '3 probes failed');
    state.setFreshness('out', 'nothing for 10 s');
    state.overrideHealth('up', 'by hand');
    state.failed(clock.monotonic(), 1000, 1000, 'connection refused');
    state.setEjection('ejected', '5 failures in a row');
    state.setSlowStart('warming', 'it joined');
    expect(logger.lines.map(told)).toEqual(events.memberState);
    const { reasons, ...facts } = shown('a')?.state ?? {};
    expect(facts).toEqual({
      administrative: 'draining',
      health: 'up',
      freshness: 'out',
      override: 'up',
      rest: 'resting',
      ejection: 'ejected',
      slowStart: 'warming',
      restsFor: 1000,
      restsInARow: 1,
    });
    expect(reasons).toEqual({
      administrative: 'maintenance',
      health: 'by hand',
      freshness: 'nothing for 10 s',
      override: 'by hand',
      rest: 'connection refused; left alone for 1000 ms',
      ejection: '5 failures in a row',
      slowStart: 'it joined',
    });
  });

  test('that joins, leaves or is another server now is told', () => {
    const { balancer, events, logger, config } = cluster();
    balancer.members.add({ url: 'http://127.0.0.1:3', route: 'c' });
    balancer.members.remove('b');
    balancer.members.update('a', { url: 'http://127.0.0.1:4' });
    balancer.apply(
      config([
        { url: 'http://127.0.0.1:4', route: 'a' },
        { url: 'http://127.0.0.1:2', route: 'd' },
      ]),
    );
    const joined = events.memberState.filter(({ axis }) => axis === 'membership');
    expect(joined.map(({ route, to, reason }) => `${route} ${to}: ${reason}`)).toEqual([
      'c present: added at run time',
      'b gone: removed at run time',
      'a gone: its url is another one now',
      'a present: a server at another url',
      'd present: configured',
    ]);
    expect(logger.lines.map(told)).toEqual(events.memberState);
  });
});

describe('every change of the cluster', () => {
  test('made at the statistics engine is told and shown', () => {
    const { balancer, events, logger } = cluster();
    balancer.farm.state.change({ administrative: 'off', health: 'down', forward: 'https://other.example/' });
    balancer.farm.state.change({ administrative: 'off', forward: '' });
    expect(events.clusterState).toEqual([
      { axis: 'administrative', from: 'on', to: 'off', reason: 'set at the statistics engine' },
      { axis: 'health', from: 'up', to: 'down', reason: 'set at the statistics engine' },
      {
        axis: 'forward',
        from: 'as configured',
        to: 'https://other.example/',
        reason: 'set at the statistics engine',
      },
      {
        axis: 'forward',
        from: 'https://other.example/',
        to: 'as configured',
        reason: 'set at the statistics engine',
      },
    ]);
    expect(logger.lines.map(told)).toEqual(events.clusterState);
    expect(balancer.snapshot().state).toMatchObject({ administrative: 'off', health: 'down' });
  });

  test('into panic and out of it is told and shown, with members that are in use only', () => {
    const { balancer, events, member } = cluster();
    const panics = () => events.clusterState.map(({ axis, to }) => `${axis} ${to}`);
    member('a').state.setHealth('down', 'probes');
    expect(panics()).toEqual([]);
    member('b').state.setAdministrative('disabled', 'maintenance');
    expect([panics(), balancer.snapshot().state.panic]).toEqual([['panic on'], 'on']);
    member('a').state.setHealth('up', 'probes');
    expect([panics(), balancer.snapshot().state.panic]).toEqual([['panic on', 'panic off'], 'off']);
    member('b').state.setHealth('down', 'probes');
    balancer.members.remove('a');
    expect(panics()).toHaveLength(2);
    balancer.members.setState('b', 'enabled');
    expect(panics().at(-1)).toBe('panic on');
    balancer.members.add({ url: 'http://127.0.0.1:3', route: 'c' });
    expect(panics().at(-1)).toBe('panic off');
  });
});
