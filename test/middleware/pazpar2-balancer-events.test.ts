import { describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import {
  BalancerError,
  ERRORS,
  pazpar2Balancer,
  type Pazpar2Balancer,
  type Pazpar2BalancerOptions,
} from '../../middleware/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { collectingLogger } from '../helpers/collecting-logger.ts';
import { recordEvents } from '../helpers/event-recorder.ts';
import { call } from '../helpers/http-client.ts';
import { initSession } from '../helpers/started.ts';

const bench = useBalancerBench();

function create(options: Pazpar2BalancerOptions): Pazpar2Balancer {
  const balancer = pazpar2Balancer({ health: 'off', ...options });
  bench.also(() => balancer.close());
  return balancer;
}

describe('a balancer tells', () => {
  test('every kind of event, with payloads that TypeScript knows', async () => {
    const { members, simulators } = await bench.farm(2);
    const balancer = create({ members, retryPause: 0 });
    const events = recordEvents(balancer);
    const url = await bench.serve(balancer);
    const routes: string[] = [];
    balancer.on('elected', ({ route, command, by }) => routes.push(`${route} ${command} ${by}`));

    const session = await initSession(url);
    await call(`${url}?command=ping&session=${session}`);
    await simulators[0]?.kill();
    await call(`${url}?command=ping&session=${session}`);
    balancer.members.setState('pz2', 'draining', 'maintenance');
    await call(`${url}?command=frobnicate`);

    expect(routes).toEqual(['pz1 init method', 'pz1 ping session', 'pz1 ping session']);
    expect(events.retried).toEqual([{ command: 'ping', from: 'pz1', to: 'pz1', reason: 'refused' }]);
    expect(events.sessionLost).toEqual([{ route: 'pz1', reason: 'memory' }]);
    expect(events.memberState).toMatchObject([
      { route: 'pz1', axis: 'rest', from: 'working', to: 'resting' },
      { route: 'pz2', axis: 'administrative', from: 'enabled', to: 'draining', reason: 'maintenance' },
    ]);
    expect(events.error.map(({ code, status }) => [code, status])).toEqual([
      ['SESSION_LOST', 417],
      ['PARAMETER_MALFORMED', 417],
    ]);
    expect(events.finished.map(({ command, status, verdict }) => [command, status, verdict])).toEqual([
      ['init', 200, 'answered'],
      ['ping', 200, 'answered'],
      ['ping', 417, 'refused'],
      [undefined, 417, 'refused'],
    ]);
  });

  test('in the event of each request: who asked, what came of it, how long it took', async () => {
    const { members } = await bench.farm(1);
    const balancer = create({ members });
    const { finished } = recordEvents(balancer);
    const url = await bench.serve(balancer);
    const { body } = await call(`${url}?command=init`, { method: 'POST' });
    expect(finished).toEqual([
      {
        method: 'POST',
        httpVersion: '1.1',
        client: '127.0.0.1',
        command: 'init',
        route: 'pz1',
        member: members[0]?.url,
        attempts: 1,
        status: 200,
        bytesIn: 0,
        bytesOut: body.length,
        duration: expect.any(Number),
        queued: 0,
        verdict: 'answered',
        error: undefined,
      },
    ]);
    expect(finished[0]?.duration).toBeGreaterThan(0);
  });

  test('nothing to a listener that was taken off, and nothing breaks when one throws', async () => {
    const { members } = await bench.farm(1);
    const { logger, lines } = collectingLogger();
    const balancer = create({ members, logger });
    const url = await bench.serve(balancer);
    const heard: string[] = [];
    const listener = ({ route }: { route: string }): void => void heard.push(route);
    balancer.on('elected', listener);
    balancer.on('elected', () => {
      throw new Error('of the application');
    });
    await initSession(url);
    balancer.off('elected', listener);
    expect(await initSession(url)).toMatch(/\.pz1$/);
    expect(heard).toEqual(['pz1']);
    expect(lines.map(({ message }) => message)).toEqual(Array(2).fill('an event listener threw'));
  });

  test('no error event is needed for an error to be harmless', async () => {
    const balancer = create({ members: [{ url: 'http://127.0.0.1:9', route: 'pz1' }] });
    expect((await supertest(balancer).get('/?command=init')).status).toBe(503);
  });

  test('its errors by code, with the status and number of each', () => {
    expect(ERRORS.SESSION_LOST).toEqual({
      status: 417,
      document: 1,
      msg: 'Session does not exist or it has expired',
    });
    expect(new BalancerError('MEMBER_FULL', '')).toMatchObject({ code: 'MEMBER_FULL', status: 503 });
  });
});
