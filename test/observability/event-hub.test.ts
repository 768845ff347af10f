import { describe, expect, test } from '@jest/globals';
import { EventHub } from '../../lib/observability/event-hub.ts';
import type { ElectedEvent } from '../../lib/observability/events.ts';

const EVENT: ElectedEvent = { route: 'pz1', command: 'init', by: 'method' };

/** A hub, and the errors of its listeners. */
function makeHub() {
  const thrown: unknown[] = [];
  return { hub: new EventHub((error) => thrown.push(error)), thrown };
}

describe('EventHub', () => {
  test('hands an event to everybody who listens to its name, in the order in which they came', () => {
    const { hub } = makeHub();
    const heard: unknown[] = [];
    hub.on('elected', (event) => heard.push(['first', event]));
    hub.on('elected', (event) => heard.push(['second', event]));
    hub.on('retried', (event) => heard.push(['other', event]));
    hub.emit('elected', () => EVENT);
    expect(heard).toEqual([
      ['first', EVENT],
      ['second', EVENT],
    ]);
  });

  test('makes the payload once, and not at all when nobody listens', () => {
    const { hub } = makeHub();
    let made = 0;
    const payload = (): ElectedEvent => ({ ...EVENT, route: `pz${++made}` });
    hub.emit('elected', payload);
    expect(made).toBe(0);
    hub.on('elected', () => undefined);
    hub.on('elected', () => undefined);
    hub.emit('elected', payload);
    expect(made).toBe(1);
  });

  test('tells nothing more to who left', () => {
    const { hub } = makeHub();
    const heard: ElectedEvent[] = [];
    const listener = (event: ElectedEvent): void => void heard.push(event);
    hub.on('elected', listener);
    hub.off('elected', listener);
    hub.off('elected', listener);
    hub.emit('elected', () => EVENT);
    expect(heard).toEqual([]);
  });

  test('tells a listener once, however often it came', () => {
    const { hub } = makeHub();
    let calls = 0;
    const listener = (): void => void calls++;
    hub.on('elected', listener);
    hub.on('elected', listener);
    hub.emit('elected', () => EVENT);
    expect(calls).toBe(1);
  });

  test('a listener may leave while it is called', () => {
    const { hub } = makeHub();
    let calls = 0;
    const once = (): void => {
      calls++;
      hub.off('elected', once);
    };
    hub.on('elected', once);
    hub.on('elected', () => void calls++);
    hub.emit('elected', () => EVENT);
    hub.emit('elected', () => EVENT);
    expect(calls).toBe(3);
  });

  test('one that throws disturbs neither the others nor the caller', () => {
    const { hub, thrown } = makeHub();
    const error = new Error('a fault of the application');
    let calls = 0;
    hub.on('elected', () => {
      throw error;
    });
    hub.on('elected', () => void calls++);
    hub.emit('elected', () => EVENT);
    expect(calls).toBe(1);
    expect(thrown).toEqual([error]);
  });

  test('an error that nobody listens to is no reason to throw', () => {
    const { hub, thrown } = makeHub();
    hub.emit('error', () => ({
      code: 'INTERNAL',
      status: 500,
      message: '',
      command: undefined,
      route: undefined,
    }));
    expect(thrown).toEqual([]);
  });
});
