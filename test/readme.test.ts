import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { COMMANDS } from '../lib/cli/commands.ts';
import { dispatch } from '../lib/cli/dispatch.ts';
import * as defaults from '../lib/config/defaults.ts';
import { parseGatewayFile } from '../lib/config/file.ts';
import { httpFields } from '../lib/config/http-schema.ts';
import * as ranges from '../lib/config/ranges.ts';
import { gatewaySchema } from '../lib/config/gateway-schema.ts';
import { shimSchema } from '../lib/config/schema.ts';
import { knownOptions } from '../lib/config/schema-problems.ts';
import { formatSize } from '../lib/config/size.ts';
import { stickyFields } from '../lib/config/sticky-schema.ts';
import { checkHttpClusterOptions } from '../lib/config/check.ts';
import { ERRORS } from '../lib/errors.ts';
import { Balancer } from '../lib/gateway/balancer.ts';
import { COMMANDS as PAZPAR_COMMANDS } from '../lib/protocol/commands.ts';
import { POLICY_PRESETS, type PolicyPreset } from '../lib/protocol/policy-presets.ts';
import { capturedIo } from './helpers/captured-io.ts';
import { recordEvents } from './helpers/event-recorder.ts';
import { codeBlocks, tableRows, unquote } from './helpers/markdown.ts';
import { REPOSITORY } from './helpers/repository.ts';

const README = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');
const MANIFEST = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  scripts: Record<string, string>;
};
/** What the examples take from their surroundings. */
const ENVIRONMENT = {
  MIRROR_TOKEN: 'q2Jv7mXz0aB4cD6eF8gH1iK3',
  PZ2_HOST: 'pz2.internal',
  PZ2_TOKEN: 'q2Jv7mXz0aB4cD6eF8gH1iK3',
};
/** What stands for the certificates of the examples. */
const CERTIFICATES = join(REPOSITORY, 'test/fixtures/tls/');
const LIMITS = Object.keys(defaults.FORWARD_DEFAULTS);
const FAILURES = Object.keys(defaults.FAILURE_DEFAULTS);

const blocks = (language: string) =>
  codeBlocks(README)
    .filter((block) => block.language === language)
    .map(({ text }) => text);

const without = (options: readonly string[], others: readonly string[]) =>
  options.filter((option) => !others.includes(option));

const inCluster = (...path: PropertyKey[]) => knownOptions(gatewaySchema, ['clusters', 'any', ...path]);

/** Options of client limits, those of a part behind its name. */
const CLIENT_LIMITS = inCluster('limits').flatMap((option) => {
  const parts = inCluster('limits', option);
  return parts.length === 0 ? [option] : parts.map((part) => `${option}.${part}`);
});

const ratesOf = (part: 'perAddress' | 'perSession') =>
  Object.fromEntries(
    Object.entries(defaults.LIMITS_DEFAULTS[part]).map(([kind, { perSecond, burst }]) => [
      `${part}.${kind}`,
      written({ perSecond, burst }),
    ]),
  );

function written({ perSecond, burst }: { readonly perSecond: number; readonly burst: number }): string {
  return `{ perSecond: ${perSecond}, burst: ${burst} }`;
}

const countsOf = (limits: object) =>
  Object.fromEntries(Object.entries(limits).filter(([, value]) => typeof value === 'number'));

function pick<T extends object>(object: T, ...keys: (keyof T)[]): object {
  return Object.fromEntries(keys.map((key) => [key, object[key]]));
}

/** What stands in a column of the tables of events. */
function eventColumn(name: string): string[] {
  return tableRows(README, '## Events').flatMap((row) =>
    row[name] === undefined ? [] : [unquote(row[name])],
  );
}

describe('the tables of events', () => {
  const members = [{ url: 'http://127.0.0.1:1', route: 'a' }];
  const balancing = new Balancer(checkHttpClusterOptions({ members }));

  test('name every event', () => {
    expect(eventColumn('Event').sort()).toEqual(Object.keys(recordEvents(balancing.events)).sort());
  });

  test('name everything that changes of a member and of a cluster', () => {
    const { state, members: shown } = balancing.snapshot();
    const axes = Object.keys(shown[0]?.state.reasons ?? {});
    expect(eventColumn('Axis of a member').sort()).toEqual([...axes, 'membership'].sort());
    expect(eventColumn('Axis of a cluster').sort()).toEqual(Object.keys(state).sort());
  });
});

describe('the tables of parameters of mod_proxy_balancer', () => {
  const OF_MEMBER =
    'route redirect loadfactor lbset status retry timeout connectiontimeout max smax min ttl acquire ping keepalive disablereuse enablereuse addressttl flushpackets flushwait iobuffersize receivebuffersize responsefieldsize upgrade hcmethod hcinterval hcpasses hcfails hcuri hcexpr hctemplate';
  const OF_BALANCER =
    'lbmethod stickysession stickysessionsep scolonpathdelim nofailover timeout maxattempts failonstatus failontimeout forcerecovery nonce growth';
  const tables: [heading: string, column: string, parameters: string][] = [
    ['#### Parameters of a member', 'BalancerMember', OF_MEMBER],
    ['#### Flags of a member', 'status', 'D S N H R I E C'],
    ['#### Parameters of a balancer', 'ProxySet', OF_BALANCER],
  ];
  const known = new Set([
    ...inCluster(),
    ...Object.keys(httpFields),
    'members.redirect',
    ...inCluster('members', 0).map((option) => `members.${option}`),
    ...inCluster('health').map((option) => `health.${option}`),
    ...inCluster('health', 'http').map((option) => `health.http.${option}`),
    ...inCluster('outliers').map((option) => `outliers.${option}`),
  ]);

  test.each(tables)('%s has a row for each', (heading, column, parameters) => {
    const rows = tableRows(README, heading).map((row) => unquote(row[column] ?? ''));
    expect(rows).toEqual(parameters.split(' '));
  });

  test.each(tables)('%s names only options that there are', (heading) => {
    const named = tableRows(README, heading)
      .flatMap((row) => (row['Here'] ?? '').split(', '))
      .filter((cell) => cell !== 'none');
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((cell) => !known.has(unquote(cell)))).toEqual([]);
  });
});

describe('the tables of options', () => {
  const sections: [heading: string, options: readonly string[], defaults: object, ranges: object][] = [
    ['### Member', inCluster('members', 0), defaults.MEMBER_DEFAULTS, ranges.MEMBER_RANGES],
    [
      '### Cluster',
      without(inCluster(), [...LIMITS, ...FAILURES, ...Object.keys(stickyFields)]),
      { ...defaults.CLUSTER_DEFAULTS, ...defaults.GATEWAY_CLUSTER_DEFAULTS },
      ranges.CLUSTER_RANGES,
    ],
    [
      '### Methods by statistics',
      Object.keys(defaults.FIGURE_DEFAULTS),
      defaults.FIGURE_DEFAULTS,
      ranges.FIGURE_RANGES,
    ],
    [
      '### Cluster of protocol http',
      ['members', 'forwardMode', 'preserveHost', 'maxRequests', 'replayBodySize', 'health'],
      pick(
        defaults.HTTP_CLUSTER_DEFAULTS,
        'forwardMode',
        'preserveHost',
        'maxRequests',
        'replayBodySize',
        'health',
      ),
      ranges.HTTP_CLUSTER_RANGES,
    ],
    ['### Policy', inCluster('policy'), defaults.POLICY_DEFAULTS, ranges.POLICY_RANGES],
    ['### Access', inCluster('access'), {}, {}],
    ['### Entrance', inCluster('entrances', 0), defaults.ENTRANCE_DEFAULTS, {}],
    ['### Decision cookie', inCluster('decisionCookie'), defaults.DECISION_COOKIE_DEFAULTS, {}],
    ['### Signing', inCluster('signing'), defaults.SIGNING_DEFAULTS, ranges.SIGNING_RANGES],
    ['### Stickiness', Object.keys(stickyFields), defaults.STICKY_DEFAULTS, {}],
    [
      '### Sticky cookie',
      knownOptions(z.strictObject(stickyFields), ['stickyCookie']),
      defaults.STICKY_COOKIE_DEFAULTS,
      ranges.STICKY_COOKIE_RANGES,
    ],
    [
      '### Client limits',
      [...CLIENT_LIMITS, ...inCluster('limits', 'perAddress', 'init')],
      { ...ratesOf('perAddress'), ...ratesOf('perSession'), ...countsOf(defaults.LIMITS_DEFAULTS) },
      { ...ranges.LIMITS_RANGES, ...ranges.RATE_RANGES },
    ],
    ['### Health', inCluster('health'), defaults.HEALTH_DEFAULTS, ranges.HEALTH_RANGES],
    ['### Health pages', inCluster('health', 'http'), defaults.HTTP_PROBE_DEFAULTS, {}],
    ['### Outliers', inCluster('outliers'), defaults.OUTLIER_DEFAULTS, ranges.OUTLIER_RANGES],
    ['### Failures', FAILURES, { ...defaults.FAILURE_DEFAULTS, failOnStatus: 'none' }, ranges.FAILURE_RANGES],
    ['### Limits', LIMITS, defaults.FORWARD_DEFAULTS, ranges.FORWARD_RANGES],
    [
      '### Gateway options',
      knownOptions(gatewaySchema, []),
      defaults.GATEWAY_DEFAULTS,
      ranges.GATEWAY_RANGES,
    ],
    ['### TLS on a listener', knownOptions(gatewaySchema, ['tls']), defaults.TLS_DEFAULTS, {}],
    ['### TLS with a member', inCluster('members', 0, 'tls'), {}, {}],
    [
      '### Connections',
      knownOptions(gatewaySchema, ['clients']),
      defaults.CLIENTS_DEFAULTS,
      ranges.CLIENTS_RANGES,
    ],
    [
      '### Engine options',
      knownOptions(gatewaySchema, ['statistics']),
      {
        ...defaults.STATISTICS_DEFAULTS,
        updateRate: written(defaults.STATISTICS_DEFAULTS.updateRate),
        ranges: undefined,
      },
      ranges.STATISTICS_RANGES,
    ],
    [
      '### Mirror options',
      knownOptions(gatewaySchema, ['statistics', 'mirror']),
      { ...defaults.MIRROR_DEFAULTS, peers: undefined },
      ranges.MIRROR_RANGES,
    ],
    ['### Shim options', without(knownOptions(shimSchema, []), [...LIMITS, ...FAILURES]), {}, {}],
  ];

  test.each(sections)('%s names every option once', (heading, options) => {
    const rows = tableRows(README, heading).map((row) => unquote(row['Option'] ?? ''));
    expect(rows.sort()).toEqual([...options].sort());
  });

  test.each(sections)('%s gives each default', (heading, _options, defaultsOf) => {
    const rows = tableRows(README, heading).map((row) => [unquote(row['Option'] ?? ''), row['Default']]);
    const wanted = Object.entries(defaultsOf)
      .filter(([, value]) => value !== undefined)
      .map(([option, value]) => [option, `\`${String(value)}\``]);
    expect(Object.fromEntries(rows)).toMatchObject(Object.fromEntries(wanted));
  });

  test.each(sections)('%s gives each range', (heading, _options, _defaults, rangesOf) => {
    const rows = new Map(
      tableRows(README, heading).map((row) => [unquote(row['Option'] ?? ''), row['Allowed']]),
    );
    const wrong = Object.entries(rangesOf as Record<string, [unknown, unknown]>).filter(
      ([option, [least, most]]) =>
        rows.get(option)?.startsWith(`${String(least)} to ${String(most)}`) !== true,
    );
    expect(wrong).toEqual([]);
  });
});

test('every option of protocol http is told of, in its own table, in that of stickiness, or by name', () => {
  const [, section = ''] = /### Cluster of protocol http\n([\s\S]*?)\n### Sticky cookie/.exec(README) ?? [];
  expect(Object.keys(httpFields).filter((option) => !section.includes(`\`${option}\``))).toEqual([]);
});

describe('the table of policies', () => {
  const rows = new Map(
    tableRows(README, '## What clients may do').map(({ What: what = '', ...cells }) => [what, cells]),
  );
  const cell = (what: string, preset: PolicyPreset) => rows.get(what)?.[`\`${preset}\``] ?? '';
  const { public: strangers, trusted } = POLICY_PRESETS;

  test('names the commands', () => {
    const names = Array.from(cell('commands', 'public').matchAll(/`([^`]+)`/g), ([, name]) => name);
    expect(names).toEqual([...strangers.commands]);
    expect(cell('commands', 'trusted')).toBe('all but `exit`');
    expect([...trusted.commands, 'exit'].sort()).toEqual(Object.keys(PAZPAR_COMMANDS).sort());
  });

  test('gives the caps', () => {
    expect(cell('`num`', 'public')).toBe(`at most ${strangers.maxNum}`);
    expect(cell('query', 'public')).toBe(`at most ${strangers.maxQueryLength} bytes`);
    expect(cell('parameters', 'public')).toBe(`at most ${strangers.maxParameters}`);
    expect(cell('body', 'public')).toBe(`at most ${formatSize(strangers.maxBodySize)}`);
    const caps = [trusted.maxNum, trusted.maxQueryLength, trusted.maxParameters, trusted.maxBodySize];
    expect(caps).toEqual([Infinity, Infinity, Infinity, Infinity]);
  });
});

test('the table of error replies is that of the program', () => {
  const rows = tableRows(README, '## Error replies').map((row) => ({
    name: unquote(row['Name'] ?? ''),
    status: Number(row['Status']),
    document: Number(row['`code`']),
    msg: row['`msg`'],
    passes: row['Retry-After'] === 'yes',
    closes: row['Closes'] === 'yes',
  }));
  const errors = Object.entries(ERRORS).map(
    ([name, { status, document, msg, passes = false, closes = false }]) => ({
      name,
      status,
      document,
      msg,
      passes,
      closes,
    }),
  );
  expect(rows.sort(byDocument)).toEqual(errors.sort(byDocument));
});

function byDocument(a: { document: number }, b: { document: number }): number {
  return a.document - b.document;
}

test('every dependency is listed with its reason', () => {
  const rows = tableRows(README, '## Dependencies');
  expect(rows.map((row) => unquote(row['Package'] ?? '')).sort()).toEqual(
    Object.keys(MANIFEST.dependencies).sort(),
  );
  expect(rows.filter((row) => row['Why'] === '')).toEqual([]);
});

describe('the commands', () => {
  const inBlocks = blocks('sh').flatMap((text) => text.trim().split(/\n| && /));
  const inTable = tableRows(README, '## Working on it').flatMap(
    (row) =>
      Object.values(row)
        .join(' ')
        .match(/(?<=`)npm [^`]+/g) ?? [],
  );
  const lines = [...inBlocks, ...inTable];

  test('that come first are all that a fresh machine needs', () => {
    expect(
      blocks('sh')
        .slice(0, 2)
        .map((text) => text.trim()),
    ).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  });

  test('of npm are scripts of the package', () => {
    const scripts = lines
      .filter((line) => /^npm (?!ci$)/.test(line))
      .map((line) => line.replace(/^npm (?:run )?/, '').split(' ')[0] ?? '');
    expect(scripts).toEqual(expect.arrayContaining(['test', 'start', 'lint', 'check']));
    expect(scripts.filter((script) => !Object.hasOwn(MANIFEST.scripts, script))).toEqual([]);
  });

  test('of npm are all scripts but those that npm runs by itself', () => {
    const own = new Set(['prepack', 'prepare', 'pretest']);
    const named = new Set(lines.map((line) => line.replace(/^npm (?:run )?/, '').split(' ')[0] ?? ''));
    expect(Object.keys(MANIFEST.scripts).filter((script) => !named.has(script) && !own.has(script))).toEqual(
      [],
    );
  });

  const uses = lines
    .filter((line) => line.startsWith('npx pazpar2-balancer '))
    .map((line) => line.split(' ').slice(2));

  test('of the program are there', () => {
    const names = uses.map(([name = '']) => name);
    expect(names).toEqual(expect.arrayContaining(['check', 'gateway', 'shim']));
    expect(names.filter((name) => !Object.hasOwn(COMMANDS, name))).toEqual([]);
  });

  test.each(uses)('%s has these options', async (name, ...argv) => {
    const io = capturedIo();
    await dispatch([name, '--help'], io);
    const options = argv.filter((word) => word.startsWith('-'));
    expect(options.filter((option) => !io.out().includes(`${option} `))).toEqual([]);
  });

  test('are nothing else', () => {
    expect(lines.filter((line) => !/^(?:npm|npx pazpar2-balancer) /.test(line))).toEqual([]);
  });
});

describe('the code', () => {
  test('in YAML is a configuration file', () => {
    const configs = blocks('yaml').map((text) =>
      parseGatewayFile(text.replaceAll('/etc/ssl/', CERTIFICATES), ENVIRONMENT, 'README.md'),
    );
    expect(configs.length).toBeGreaterThan(0);
  });

  test('in JavaScript fits the types of the package', async () => {
    const folder = join(REPOSITORY, 'build', 'readme');
    await mkdir(folder, { recursive: true });
    const files = blocks('js').map((text, index) => ({ text, file: join(folder, `block-${index}.ts`) }));
    await Promise.all(files.map(({ file, text }) => writeFile(file, text)));
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    const compiler = join(REPOSITORY, 'node_modules', 'typescript', 'bin', 'tsc');
    const paths = files.map(({ file }) => file);
    const { stdout } = await promisify(execFile)(process.execPath, [
      compiler,
      ...options,
      '--ignoreConfig',
      ...paths,
    ]).catch((error: unknown) => error as { stdout: string });
    await rm(folder, { recursive: true });
    expect(stdout).toBe('');
  });

  test('is in a language that is checked here', () => {
    const languages = new Set(codeBlocks(README).map(({ language }) => language));
    expect([...languages].sort()).toEqual(['console', 'js', 'sh', 'yaml']);
  });
});
