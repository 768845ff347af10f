import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import { formatDuration } from '../../lib/config/duration.ts';
import { explainGatewayConfig } from '../../lib/config/explain.ts';
import { parseGatewayFile } from '../../lib/config/file.ts';
import type { GatewayOptions } from '../../lib/config/options.ts';

const OPTIONS: GatewayOptions = {
  listen: '[::1]:8080',
  clusters: { main: { path: '/pz2', members: [{ url: 'http://127.0.0.1:9763', route: 'pz1' }] } },
};

const duration = (least: number, most: number) => fc.integer({ min: least, max: most }).map(formatDuration);

test('an explained configuration shows the defaults, in the words of the options', () => {
  const text = explainGatewayConfig(checkGatewayOptions(OPTIONS));
  expect(text).toContain('listen: "[::1]:8080"\ntrustProxy: false\n');
  expect(text).toContain('    retry: 1m\n');
  expect(text).toContain('    blockingReplyTimeout: 150s\n');
  expect(text).toContain('    maxBodySize: 1mb\n');
  expect(text).not.toContain('admin');
});

test('what looks like a variable is written so that it stays what it is', () => {
  const listen = 'unix:/run/${HOME}.sock';
  const config = checkGatewayOptions({ ...OPTIONS, listen });
  expect(explainGatewayConfig(config)).toContain('unix:/run/$${HOME}.sock');
  expect(parseGatewayFile(explainGatewayConfig(config), {}, 'text')).toEqual(config);
});

describe('an explained configuration is read back as the same', () => {
  const member = fc.record(
    {
      url: fc.constantFrom('http://a:1', 'https://[::1]:9763/x', 'unix:/run/pz2.sock:/search.pz2'),
      route: fc.stringMatching(/^[a-d][A-Za-z0-9_~-]{0,20}$/),
      loadFactor: fc.integer({ min: 1, max: 10_000 }).map((hundredths) => hundredths / 100),
      direct: fc.boolean(),
      state: fc.constantFrom('enabled', 'draining', 'disabled', 'stopped'),
      connections: fc.constantFrom('auto', 'kept', 'fresh'),
    },
    { requiredKeys: ['url', 'route'] },
  );
  const cluster = fc.record(
    {
      path: fc.stringMatching(/^\/[a-z0-9~_]{1,20}$/),
      protocol: fc.constant('pazpar2'),
      members: fc.uniqueArray(member, { minLength: 1, maxLength: 4, selector: ({ route }) => route }),
      policy: fc.constantFrom('public', 'trusted'),
      removeAfter: duration(0, 86_400_000),
      cors: fc.oneof(fc.boolean(), fc.subarray(['https://a.example', 'http://[::1]:8080'])),
      retry: duration(0, 3_600_000),
      requestTimeout: duration(10, 3_600_000),
      maxQueue: fc.nat({ max: 65_535 }),
      maxBodySize: fc.nat({ max: 67_108_864 }),
    },
    { requiredKeys: ['path', 'members'] },
  );
  const gateway = fc.record(
    {
      listen: fc.constantFrom('127.0.0.1:80', '[::]:0', 'unix:/run/a b: {c}.sock', 'unix:/run/# $${x}'),
      admin: fc.constantFrom({ listen: '127.0.0.1:81' }, { listen: 'unix:/run/admin.sock' }),
      trustProxy: fc.oneof(fc.boolean(), fc.nat({ max: 32 }), fc.subarray(['loopback', '10.0.0.0/8', '::1'])),
      compress: fc.boolean(),
      shutdownDelay: duration(0, 600_000),
      logLevel: fc.constantFrom('debug', 'info', 'warn', 'error', 'silent'),
      clusters: fc
        .uniqueArray(cluster, { minLength: 1, maxLength: 3, selector: ({ path }) => path })
        .map((clusters) => Object.fromEntries(clusters.map((options, index) => [`c${index}`, options]))),
    },
    { requiredKeys: ['listen', 'clusters'] },
  );

  test('whatever its options are', () => {
    fc.assert(
      fc.property(gateway, (options) => {
        const config = checkGatewayOptions(options);
        expect(parseGatewayFile(explainGatewayConfig(config), {}, 'text')).toEqual(config);
      }),
    );
  });
});
