import { EventEmitter } from 'node:events';
import { expect, test } from '@jest/globals';
import { runUntilStopped } from '../../lib/cli/run-until-stopped.ts';

/** A program that ends when it is let go. */
function programOf(signals = new EventEmitter()) {
  const calls: string[] = [];
  let letGo: ((error?: Error) => void) | undefined;
  const stop = (): Promise<void> => {
    calls.push('stop');
    return new Promise((resolve, reject) => {
      letGo = (error) => (error === undefined ? resolve() : reject(error));
    });
  };
  const reload = (): Promise<void> => {
    calls.push('reload');
    return Promise.resolve();
  };
  const status = runUntilStopped({ stop, reload }, signals);
  return { signals, calls, status, letGo: (error?: Error) => letGo?.(error) };
}

test.each(['SIGTERM', 'SIGINT'])(
  '%s stops the program once, and status 0 comes when it has stopped',
  async (signal) => {
    const { signals, calls, status, letGo } = programOf();
    signals.emit(signal);
    expect(calls).toEqual(['stop']);
    letGo();
    expect(await status).toBe(0);
    expect(signals.eventNames()).toEqual([]);
  },
);

test('a second signal gives status 1 without waiting', async () => {
  const { signals, calls, status } = programOf();
  signals.emit('SIGTERM');
  signals.emit('SIGINT');
  expect(await status).toBe(1);
  expect(calls).toEqual(['stop']);
  expect(signals.eventNames()).toEqual([]);
});

test('SIGHUP reloads, as often as it comes, also while the program stops', async () => {
  const { signals, calls, status, letGo } = programOf();
  signals.emit('SIGHUP');
  signals.emit('SIGHUP');
  signals.emit('SIGTERM');
  letGo();
  expect(await status).toBe(0);
  expect(calls).toEqual(['reload', 'reload', 'stop']);
});

test('SIGHUP means nothing to a program that reads no file', async () => {
  const signals = new EventEmitter();
  const status = runUntilStopped({ stop: () => Promise.resolve() }, signals);
  signals.emit('SIGHUP');
  signals.emit('SIGTERM');
  expect(await status).toBe(0);
});

test('an end that fails is not silenced', async () => {
  const { signals, status, letGo } = programOf();
  signals.emit('SIGTERM');
  letGo(new Error('cannot close'));
  await expect(status).rejects.toThrow('cannot close');
});
