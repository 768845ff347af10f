import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import { explainGatewayConfig } from '../../lib/config/explain.ts';
import { parseGatewayFile } from '../../lib/config/file.ts';
import { optionProblems } from '../helpers/option-problems.ts';

const MEMBERS = [{ url: 'http://127.0.0.1:3001/ctx', route: 'a' }];

const configOf = (app: object) =>
  checkGatewayOptions({
    listen: '127.0.0.1:8080',
    clusters: {
      app: { path: '/app', protocol: 'http', members: MEMBERS, ...app },
    },
  });

const problemsOf = (app: object) => optionProblems(() => configOf(app));

test('a cluster of protocol http is explained with its own options and no policy', () => {
  const text = explainGatewayConfig(configOf({ stickySession: 'JSESSIONID|jsessionid' }));
  expect(text).toContain('\n    protocol: http\n');
  expect(text).toContain('\n    stickySession: JSESSIONID|jsessionid\n');
  expect(text).toContain('\n    replayBodySize: 64kb\n');
  for (const other of ['policy', 'entrances', 'maxInitRate', ' direct:', 'Who comes'])
    expect(text).not.toContain(other);
});

test('keys of its cookie are not shown', () => {
  const signing = { keys: [{ id: 'k1', secret: 'a secret of twenty-two characters' }] };
  const text = explainGatewayConfig(configOf({ signing, stickyCookie: { name: 'lb', maxAge: '1h' } }));
  expect(text).toContain('\n    stickyCookie:\n      name: lb\n');
  expect(text).toContain('maxAge: 1h');
  expect(text).not.toContain('twenty-two');
});

describe('an explained cluster of protocol http is read back as the same', () => {
  const options = fc.record(
    {
      stickySession: fc.constantFrom('sid', 'A|b'),
      stickySeparator: fc.constantFrom('.', '!', 'off'),
      sessionLoss: fc.constantFrom('error', 'redispatch'),
      preserveHost: fc.boolean(),
      maxRequests: fc.integer({ min: 1, max: 65_535 }),
      replayBodySize: fc.integer({ min: 0, max: 1_048_576 }),
      health: fc.constantFrom('off', {}, { http: { path: '/up' } }),
      lbMethod: fc.constantFrom('bybusyness', { method: 'hash', key: 'address' }),
      maxAttempts: fc.integer({ min: 1, max: 8 }),
      replyTimeout: fc.integer({ min: 10, max: 600_000 }).map((ms) => `${ms}ms`),
      members: fc.constantFrom([...MEMBERS, { url: 'https://b:1', route: 'b', redirect: 'a', max: 7 }]),
    },
    { requiredKeys: [] },
  );

  test('whatever its options are', () => {
    fc.assert(
      fc.property(options, (app) => {
        const config = configOf(app);
        expect(parseGatewayFile(explainGatewayConfig(config), {}, 'text')).toEqual(config);
      }),
    );
  });
});

describe('options of one protocol', () => {
  test('are refused for the other by name', () => {
    expect(problemsOf({ cors: true, maxBlocking: 7 })).toEqual([
      'clusters.app.cors: is for clusters of protocol "pazpar2" only',
      'clusters.app.maxBlocking: is for clusters of protocol "pazpar2" only',
    ]);
    expect(problemsOf({ protocol: undefined, preserveHost: true })).toEqual([
      'clusters.app.preserveHost: is for clusters of protocol "http" only',
    ]);
    expect(problemsOf({ protocol: 'pazpar2', members: [{ ...MEMBERS[0], redirect: 'a' }] })).toEqual([
      'clusters.app.members[0].redirect: is for clusters of protocol "http" only',
    ]);
  });

  test('that are mistyped are told with the nearest one of their own protocol', () => {
    expect(problemsOf({ replayBodySise: 1 })).toEqual([
      'clusters.app.replayBodySise: unknown option; did you mean "replayBodySize"?',
    ]);
  });

  test('of a protocol that does not exist are not looked at', () => {
    expect(problemsOf({ protocol: 'htp' })).toEqual([
      'clusters.app.protocol: must be "pazpar2" or "http"; did you mean "http"?',
    ]);
  });
});
