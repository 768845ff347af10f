import { expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import type { GatewayOptions } from '../../lib/config/options.ts';
import { formatPath } from '../../lib/config/problem.ts';
import { statisticsWarnings } from '../../lib/config/statistics-warnings.ts';

const TOKEN = 'q2Jv7mXz0aB4cD6eF8gH1iK3';

function warnedOf(options: Partial<GatewayOptions>): string[] {
  const config = checkGatewayOptions({
    listen: '127.0.0.1:8080',
    admin: { listen: '127.0.0.1:8081' },
    clusters: { main: { path: '/pz2', members: [{ url: 'http://127.0.0.1:9763', route: 'pz1' }] } },
    ...options,
  });
  return statisticsWarnings(config).map(({ path }) => formatPath(path));
}

test.each<[what: string, options: Partial<GatewayOptions>, path: string]>([
  ['an engine that everybody may update', { statistics: { allow: ['all'] } }, 'statistics.allow'],
  ['addresses that everybody can pretend to have', { trustProxy: true }, 'trustProxy'],
])('%s is warned of', (_, options, path) => {
  expect(warnedOf(options)).toEqual([path]);
});

test.each<[what: string, options: Partial<GatewayOptions>]>([
  ['the default', {}],
  ['a token', { statistics: { allow: ['all'], token: TOKEN }, trustProxy: true }],
  ['no engine', { statistics: 'off', trustProxy: true }],
  ['nobody who may update', { statistics: { allow: [] }, trustProxy: true }],
  ['a proxy with a name', { trustProxy: 'loopback', statistics: { allow: ['10.0.0.0/8'] } }],
])('%s is not', (_, options) => {
  expect(warnedOf(options)).toEqual([]);
});
