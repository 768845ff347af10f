import { describe, expect, test } from '@jest/globals';
import { checkClusterOptions } from '../../lib/config/check.ts';
import type { ClusterOptions } from '../../lib/config/options.ts';

const MEMBERS = [{ url: 'http://127.0.0.1:9763', route: 'pz1' }];

function healthOf(health?: unknown) {
  const options = health === undefined ? {} : { health: health as NonNullable<ClusterOptions['health']> };
  return checkClusterOptions({ members: MEMBERS, ...options }).health;
}

describe('Probes', () => {
  test('are made every five seconds unless told otherwise, and faster while they fail', () => {
    expect(healthOf()).toEqual({
      interval: 5000,
      fastInterval: 1000,
      jitter: 0.1,
      timeout: 2000,
      passes: 2,
      fails: 3,
      maxConcurrent: 10,
      beforeReady: true,
      infoInterval: 0,
      http: undefined,
    });
  });

  test('may be off', () => {
    expect(healthOf('off')).toBeUndefined();
  });

  test('ask for / by GET where a page is asked for and nothing else is said', () => {
    const http = { method: 'GET', path: '/', status: [[200, 399]], body: undefined };
    expect(healthOf({ http: {} })?.http).toEqual(http);
  });

  test.each([
    ['on', /health: must be "off" or an object/],
    [null, /health: must be "off" or an object/],
    [{ interval: 5 }, /health\.interval: .*for seconds write "5s"/],
    [{ interval: '50ms' }, /health\.interval: must be from 100ms to 1h/],
    [{ jitter: 0.6 }, /health\.jitter: must be a number from 0 to 0\.5/],
    [{ fails: 0 }, /health\.fails: must be a whole number from 1 to 100/],
    [{ timeOut: '1s' }, /health\.timeOut: .*did you mean "timeout"/],
    [{ http: { method: 'POST' } }, /health\.http\.method: must be/],
    [{ http: { path: 'health' } }, /health\.http\.path: must begin with "\/"/],
    [{ http: { path: '/a b' } }, /health\.http\.path: must begin/],
    [{ http: { status: [700] } }, /health\.http\.status\[0\]: must be a status/],
    [{ http: { body: '(' } }, /health\.http\.body: must be a regular expression/],
  ])('are refused as %j', (health, message) => {
    expect(() => healthOf(health)).toThrow(message);
  });
});
