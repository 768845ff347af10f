import { expect, test } from '@jest/globals';
import { configCases, takenByApache, takenHere, type ConfigCase } from './config-vectors.ts';
import { differingValues } from './differences.ts';

/** Longer values are told by their length. */
const LONGEST = 20;

function shown({ param, value }: ConfigCase): string {
  if (value === '') return `${param}=nothing`;
  return `${param}=${value.length > LONGEST ? `${value.length} letters` : value}`;
}

test('values of parameters are taken as Apache takes them, but for those that the page of differences names', () => {
  const differing = configCases().filter((each) => {
    const here = takenHere(each);
    return here !== undefined && here !== takenByApache(each);
  });
  expect(differing.map(shown).sort()).toEqual(differingValues().sort());
});

test('most parameters have a counterpart', () => {
  const without = configCases().filter((each) => takenHere(each) === undefined);
  expect([...new Set(without.map(({ param }) => param))].sort()).toEqual([
    'addressttl',
    'disablereuse',
    'flushpackets',
    'growth',
    'hcexpr',
    'hctemplate',
    'keepalive',
    'min',
    'nofailover',
    'nonce',
    'ping',
    'smax',
  ]);
});
