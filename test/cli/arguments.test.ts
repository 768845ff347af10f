import { describe, expect, test } from '@jest/globals';
import { parseOptions } from '../../lib/cli/arguments.ts';

const OPTIONS = { config: { type: 'string', short: 'c' }, verbose: { type: 'boolean' } } as const;

test.each([
  [[], {}],
  [['--config', 'x.yaml'], { config: 'x.yaml' }],
  [['--config=x.yaml', '--verbose'], { config: 'x.yaml', verbose: true }],
  [['-c', 'x.yaml'], { config: 'x.yaml' }],
  [['--'], {}],
])('%j is read', (argv, values) => {
  expect({ ...parseOptions(argv, OPTIONS) }).toEqual(values);
});

describe('refused', () => {
  test.each([
    [['--confg', 'x'], 'unknown option --confg; did you mean "--config"?'],
    [['--xyz'], /^unknown option --xyz$/],
    [['-x'], /^unknown option -x$/],
    [['--constructor'], /^unknown option --constructor$/],
    [['x.yaml'], 'unexpected argument "x.yaml"'],
    [['--', '--config'], 'unexpected argument "--config"'],
    [['-c', 'x', '--config', 'y'], 'option --config stands twice'],
    [['--config'], 'argument missing'],
    [['--config', '--verbose'], 'argument is ambiguous'],
    [['--verbose=yes'], 'does not take an argument'],
  ])('%j: %s', (argv, reason) => {
    expect(() => parseOptions(argv, OPTIONS)).toThrow(reason);
    expect(() => parseOptions(argv, OPTIONS)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
  });
});
