import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type LoadHandle, LoadMeter } from '../../lib/load/load-meter.ts';

describe('LoadMeter', () => {
  test('starts with nothing counted', () => {
    expect(new LoadMeter().snapshot()).toEqual({
      elected: 0,
      busy: 0,
      bytesSent: 0,
      bytesReceived: 0,
      requests: 0,
      failures: 0,
      latency: 0,
    });
  });

  test('counts an attempt with its bytes, and is busy with it until it ends', () => {
    const meter = new LoadMeter();
    const attempt = meter.begin();
    attempt.sent(100);
    attempt.received(4_000);
    attempt.received(1);
    expect(meter.busy).toBe(1);
    attempt.end();
    expect(meter.snapshot()).toMatchObject({ busy: 0, requests: 1, bytesSent: 100, bytesReceived: 4_001 });
  });

  test('takes the second end of an attempt for nothing', () => {
    const meter = new LoadMeter();
    const attempt = meter.begin();
    meter.begin();
    attempt.end();
    attempt.end();
    expect(meter.busy).toBe(1);
  });

  test('counts elections and failures apart from attempts', () => {
    const meter = new LoadMeter();
    meter.countElected();
    meter.countElected();
    meter.countFailure();
    expect(meter.snapshot()).toMatchObject({ elected: 2, failures: 1, requests: 0, busy: 0 });
  });

  test('gives snapshots that stay as they were', () => {
    const meter = new LoadMeter();
    const before = meter.snapshot();
    meter.begin();
    expect(before.busy).toBe(0);
  });

  test('is busy with exactly the attempts that have not ended, however often each is ended', () => {
    const steps = fc.array(fc.oneof(fc.constant('begin' as const), fc.nat(3)));
    fc.assert(
      fc.property(steps, (actions) => {
        const meter = new LoadMeter();
        const begun: LoadHandle[] = [];
        const ended = new Set<LoadHandle>();
        for (const action of actions) {
          if (action === 'begin') begun.push(meter.begin());
          const handle = action === 'begin' ? undefined : begun[action];
          handle?.end();
          if (handle !== undefined) ended.add(handle);
          expect(meter.busy).toBe(begun.length - ended.size);
          expect(meter.requests).toBe(begun.length);
        }
      }),
    );
  });
});
