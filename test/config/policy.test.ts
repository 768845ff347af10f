import { describe, expect, test } from '@jest/globals';
import { checkPolicy } from '../../lib/config/check.ts';
import type { Policy, PolicyOptions } from '../../lib/config/policy-options.ts';
import { POLICY_PRESETS } from '../../lib/protocol/policy-presets.ts';
import { optionProblems } from '../helpers/option-problems.ts';

const rulesOf = (policy: Policy) => checkPolicy(policy).rules;
const problemsOf = (policy: unknown) => optionProblems(() => checkPolicy(policy as Policy));

describe('a policy', () => {
  test.each(['public', 'trusted'] as const)('may be just %s', (preset) => {
    expect(checkPolicy(preset)).toEqual({ preset, overrides: {}, rules: POLICY_PRESETS[preset] });
    expect(checkPolicy({ preset })).toEqual(checkPolicy(preset));
  });

  test('without a preset starts from public', () => {
    expect(checkPolicy({})).toEqual(checkPolicy('public'));
  });

  test.each<[PolicyOptions, object]>([
    [{ mode: 'report' }, { mode: 'report' }],
    [{ settings: 'any' }, { settings: 'any', showSettings: true }],
    [{ settings: [] }, { settings: [], showSettings: false }],
    [{ xmlBodies: true }, { xmlBodies: true }],
    [{ services: ['a', 'b'] }, { services: ['a', 'b'] }],
    [{ maxNum: 5 }, { maxNum: 5 }],
    [{ maxQueryLength: 5 }, { maxQueryLength: 5 }],
    [{ maxParameters: 5 }, { maxParameters: 5 }],
    [{ maxBodySize: '1kb' }, { maxBodySize: 1024 }],
    [
      { preset: 'trusted', settings: 'none' },
      { settings: [], showSettings: false },
    ],
    [{ preset: 'trusted', xmlBodies: false }, { xmlBodies: false }],
  ])('with %j differs from its preset in that alone', (options, difference) => {
    const preset = POLICY_PRESETS[options.preset ?? 'public'];
    expect(rulesOf(options)).toEqual({ ...preset, ...difference });
  });

  test('adds and takes away commands', () => {
    const { commands } = rulesOf({ allowCommands: ['info', 'settings'], denyCommands: ['stop', 'info'] });
    const expected = new Set(POLICY_PRESETS.public.commands);
    expected.add('settings');
    expected.delete('stop');
    expect(commands).toEqual(expected);
  });

  test('leaves the presets as they are', () => {
    rulesOf({ allowCommands: ['info'] });
    expect(POLICY_PRESETS.public.commands.has('info')).toBe(false);
  });

  test('opens settings by name and target', () => {
    const settings = [{ name: 'pz:allow', targets: ['z3950.example.org:210/*'] }];
    expect(rulesOf({ settings }).settings).toEqual(settings);
  });
});

describe('refused is', () => {
  const form = 'must be "public", "trusted" or an object that overrides parts of a preset';

  test.each([
    ['trused', `: ${form}; did you mean "trusted"?`],
    [undefined, `: ${form}`],
    [null, `: ${form}`],
    [7, `: ${form}`],
    [['public'], `: ${form}`],
    [{ preset: 'Public' }, 'preset: must be "public" or "trusted"; did you mean "public"?'],
    [{ mode: 'log' }, 'mode: must be "enforce" or "report"'],
    [{ maxnum: 5 }, 'maxnum: unknown option; did you mean "maxNum"?'],
    [{ allowCommands: 'info' }, 'allowCommands: must be a list of commands such as ["info"]'],
    [
      { allowCommands: ['info', 'infos'] },
      'allowCommands[1]: must be a command of Pazpar2; did you mean "info"?',
    ],
    [{ allowCommands: ['exit'] }, 'allowCommands[0]: must not be "exit": it is never forwarded'],
    [{ denyCommands: [1] }, 'denyCommands[0]: must be a command of Pazpar2'],
    [
      { settings: 'all' },
      'settings: must be "none", "any" or a list such as [{ name: "pz:allow", targets: ["*"] }]',
    ],
    [{ settings: ['pz:allow'] }, 'settings[0]: must have a name, that of a setting such as "pz:allow"'],
    [
      { settings: [{ name: 'pz:allow', target: '*' }] },
      'settings[0]: has the unknown key "target"; did you mean "targets"?',
    ],
    [
      { settings: [{ name: 'pz:allow[x]', targets: ['*'] }] },
      'settings[0]: must have a name, that of a setting such as "pz:allow"',
    ],
    [
      { settings: [{ name: 'pz:allow', targets: [] }] },
      'settings[0]: must list its targets, such as ["z3950.example.org:210/*"], or ["*"] for all',
    ],
    [{ services: 'none' }, 'services: must be "any" or a list of service names'],
    [{ services: [''] }, 'services[0]: must be the name of a service'],
    [{ xmlBodies: 'yes' }, 'xmlBodies: must be true or false'],
    [{ maxNum: 0 }, 'maxNum: must be a whole number from 1 to 1000000'],
    [{ maxQueryLength: 1_048_577 }, 'maxQueryLength: must be a whole number from 1 to 1048576'],
    [
      { maxParameters: '5' },
      'maxParameters: must be a whole number from 1 to 100000, written without quotes',
    ],
    [{ maxBodySize: '65mb' }, 'maxBodySize: must be from 0 to 64mb'],
  ])('%j', (policy, problem) => {
    expect(problemsOf(policy)).toEqual([problem]);
  });

  test('everything at once', () => {
    expect(problemsOf({ mode: 1, maxNum: 0, settings: 1 })).toHaveLength(3);
  });
});
