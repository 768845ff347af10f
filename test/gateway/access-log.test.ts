import { expect, test } from '@jest/globals';
import { logAccess } from '../../lib/gateway/access-log.ts';
import { EventHub } from '../../lib/observability/event-hub.ts';
import type { FinishedEvent } from '../../lib/observability/events.ts';
import { LogRecorder } from '../helpers/log-recorder.ts';

const FINISHED: FinishedEvent = {
  method: 'GET',
  httpVersion: '1.1',
  client: '192.0.2.1',
  command: 'show',
  route: 'pz1',
  member: 'http://127.0.0.1:9004/search.pz2',
  attempts: 2,
  status: 200,
  bytesIn: 0,
  bytesOut: 181_000,
  duration: 12.3456,
  queued: 0.04,
  verdict: 'answered',
  error: undefined,
};

test('each request that is over takes one line, with times in tenths of milliseconds', () => {
  const hub = new EventHub((error) => {
    throw error;
  });
  const log = new LogRecorder();
  logAccess(hub, log, 'pz2cluster');
  hub.emit('finished', () => FINISHED);
  hub.emit('elected', () => ({ route: 'pz1', command: 'show', by: 'session' }));
  const { duration: _, queued: __, ...same } = FINISHED;
  expect(log.lines).toEqual([
    { level: 'info', fields: { cluster: 'pz2cluster', ...same, ms: 12.3, queuedMs: 0 }, message: 'request' },
  ]);
});

test('a logger that has a way of its own for these lines gets them there', () => {
  const hub = new EventHub((error) => {
    throw error;
  });
  const log = new LogRecorder();
  const lines: string[] = [];
  const access = (_: object, message: string): void => void lines.push(message);
  logAccess(hub, Object.assign(log, { access }), 'pz2cluster');
  hub.emit('finished', () => FINISHED);
  expect(lines).toEqual(['request']);
  expect(log.lines).toEqual([]);
});
