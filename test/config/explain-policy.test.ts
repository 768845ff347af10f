import { describe, expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import { explainClusterPolicy, explainEntrancePolicy } from '../../lib/config/explain-policy.ts';
import type { GatewayClusterOptions } from '../../lib/config/options.ts';

const TOKEN = 'q2Jv7mXz0aB4cD6eF8gH1iK3';

function clusterWith(options: Partial<GatewayClusterOptions>) {
  const members = [{ url: 'http://127.0.0.1:9763', route: 'pz1' }];
  const { clusters } = checkGatewayOptions({
    listen: '127.0.0.1:8080',
    admin: { listen: '127.0.0.1:8081' },
    clusters: { main: { path: '/pz2', members, ...options } },
  });
  const [cluster] = clusters;
  if (cluster === undefined) throw new Error('no cluster');
  return cluster;
}

const words = (options: Partial<GatewayClusterOptions>) => explainClusterPolicy(clusterWith(options));

function wordsOfEntrance(entrance: object): string[] {
  const cluster = clusterWith({ entrances: [entrance] });
  return cluster.entrances.flatMap((config) => explainEntrancePolicy(config, cluster));
}

test('the policy public in words', () => {
  expect(words({})).toEqual([
    'Who comes to /pz2 may',
    '- use the commands init, ping, search, stat, show, termlist, bytarget, record, stop; not settings, service, session-status, info, exit',
    '- send no settings',
    '- send no text/xml bodies',
    '- name any service in init',
    '- ask for at most num=1000, 16384 bytes of query, 200 parameters, 128kb of body',
    '- send requests as often as the limits of clients allow',
    'Anything else is refused with 403.',
  ]);
});

test('the policy trusted in words', () => {
  expect(words({ policy: 'trusted' })).toEqual([
    'Who comes to /pz2 may',
    expect.stringMatching(/, settings, .*; not exit$/),
    '- send any setting, and see them all in bytarget',
    '- send services and settings as text/xml',
    '- name any service in init',
    '- ask for as much as they like',
    '- send requests as often as they like',
    'Anything else is refused with 403.',
  ]);
});

test('parts that differ from the preset in words', () => {
  const settings = [
    { name: 'pz:allow', targets: ['a.example:210/*', 'b.example'] },
    { name: 'pz:name', targets: ['*'] },
  ];
  const lines = words({
    policy: { mode: 'report', settings, services: ['one', 'two'], denyCommands: ['stop'], maxNum: 20 },
    limits: 'off',
  });
  expect(lines).toEqual([
    'Who comes to /pz2 may',
    expect.stringContaining('record; not settings, stop, service'),
    '- send the settings pz:allow for "a.example:210/*", "b.example"; pz:name for "*"',
    '- send no text/xml bodies',
    '- name these services in init: "one", "two"',
    '- ask for at most num=20, 16384 bytes of query, 200 parameters, 128kb of body',
    '- send requests as often as they like',
    'Anything else goes on to the server all the same: it is only counted and logged.',
  ]);
});

describe('who is meant', () => {
  test.each<[object, string]>([
    [{}, 'Who comes to /pz2 may'],
    [{ allow: ['10.0.0.0/8', '::1'] }, 'Who comes to /pz2 from 10.0.0.0/8, ::1 may'],
    [{ deny: ['10.0.0.0/8'] }, 'Who comes to /pz2 from anywhere but 10.0.0.0/8 may'],
    [
      { deny: ['10.0.0.0/8'], allow: ['10.1.1.1'] },
      'Who comes to /pz2 from anywhere but 10.0.0.0/8, or from 10.1.1.1, may',
    ],
    [{ deny: ['all'], allow: ['10.1.1.1'] }, 'Who comes to /pz2 from 10.1.1.1 may'],
    [{ deny: ['all'] }, 'Who comes to /pz2 from nowhere (all are denied) may'],
    [{ deny: ['::1'], allow: ['all'] }, 'Who comes to /pz2 may'],
  ])('with the access %j', (access, who) => {
    expect(words({ access })[0]).toBe(who);
  });

  test.each<[object, string]>([
    [{ token: TOKEN }, 'Who comes to /pz2 with the bearer token may'],
    [{ path: '/trusted' }, 'Who comes to /trusted may'],
    [
      { path: '/trusted', listener: 'internal', allow: ['::1'], token: TOKEN },
      'Who comes to /trusted on the internal listener from ::1 with the bearer token may',
    ],
  ])('by the entrance %j', (entrance, who) => {
    expect(wordsOfEntrance(entrance)[0]).toBe(who);
  });
});

test('no word shows a token', () => {
  expect(wordsOfEntrance({ token: TOKEN }).join('\n')).not.toContain(TOKEN);
});
