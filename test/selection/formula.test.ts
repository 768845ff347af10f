import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseFormula } from '../../lib/selection/formula.ts';

const FIGURES: Readonly<Record<string, number>> = {
  load1: 3,
  cpus: 4,
  sessions: 10,
  'disk.free': 0.5,
  zero: 0,
};
const valueOf = (text: string) => parseFormula(text).value((name) => FIGURES[name]);

describe('a formula', () => {
  test.each<[text: string, value: number | undefined]>([
    ['load1', 3],
    ['load1/cpus + 0.05*sessions', 1.25],
    ['load1 + cpus * 2', 11],
    ['(load1 + cpus) * 2', 14],
    ['-load1 - -cpus', 1],
    ['+load1', 3],
    ['load1 - cpus - 1', -2],
    ['1 / disk.free', 2],
    ['min(load1, cpus, 1)', 1],
    ['max(load1, cpus)', 4],
    ['abs(load1 - cpus)', 1],
    ['sqrt(cpus)', 2],
    ['1.5e1 * load1', 45],
    ['load1 / zero', undefined],
    ['zero / zero', undefined],
    ['sqrt(load1 - cpus)', undefined],
    ['load1 + unknown', undefined],
    ['0 * unknown', undefined],
    ['min(unknown, load1)', undefined],
    ['constructor', undefined],
    ['__proto__ + load1', undefined],
  ])('%s is %s', (text, value) => {
    expect(valueOf(text)).toBe(value);
  });

  test('names its figures once', () => {
    expect(parseFormula('load1/cpus + load1*min(disk.free, 2)').names).toEqual([
      'load1',
      'cpus',
      'disk.free',
    ]);
  });

  test.each([
    '',
    '1 + 2',
    'load1 +',
    'load1 cpus',
    'load1; cpus',
    'load1 = 2',
    'load1 == cpus',
    'load1 ? 1 : 2',
    'load1 && cpus',
    '!load1',
    '~load1',
    'load1 % cpus',
    'load1 ** 2',
    'load1 | cpus',
    '"load1"',
    '"a".length + load1',
    'true + load1',
    'this',
    'load1[0]',
    'load1["x"]',
    'load1?.x',
    'load1(2)',
    'eval(load1)',
    'min()',
    'constructor.constructor("return 1")()',
    'min.call(load1)',
    'Load1',
    'lädt',
    '$load',
    '[load1]',
    '{}',
    '`${load1}`',
    '1e999 * load1',
    'load1 + '.repeat(80) + 'load1',
    'a.bc'.repeat(20),
  ])('is not %s', (text) => {
    expect(() => parseFormula(text)).toThrow(TypeError);
  });

  test('is never anything but a number or refused', () => {
    const pieces = [
      'load1',
      'cpus',
      '+',
      '-',
      '*',
      '/',
      '(',
      ')',
      ',',
      'min',
      '1',
      '.',
      '[',
      ']',
      '"',
      '?',
      ':',
      ' ',
    ];
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...pieces)).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (formula) => {
        expect(kindOf(formula)).toMatch(/^(?:number|undefined|refused)$/);
      }),
    );
  });
});

function kindOf(text: string): string {
  try {
    return typeof valueOf(text);
  } catch (error) {
    if (error instanceof TypeError) return 'refused';
    throw error;
  }
}
