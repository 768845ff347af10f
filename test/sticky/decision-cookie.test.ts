import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  DecisionReader,
  signDecision,
  type Decision,
  type DecisionKey,
  type DecisionToSign,
} from '../../lib/sticky/decision-cookie.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const KEY: DecisionKey = { id: 'k1', secret: 'a secret that both sides know' };
const NEXT: DecisionKey = { id: 'k2', secret: 'another one that both sides know' };
const STAY: Decision = { kind: 'member', target: 'pz2' };

const clockAt = (seconds: number): FakeClock => new FakeClock(seconds * 1000);
const toSign = (changes: Partial<DecisionToSign> = {}): DecisionToSign => ({
  cluster: 'reports',
  decision: STAY,
  expires: 1_800_000_000,
  ...changes,
});

function read(
  header: string | undefined,
  given: { cluster?: string; keys?: DecisionKey[]; now?: number } = {},
) {
  const { cluster = 'reports', keys = [KEY], now = 1_700_000_000 } = given;
  return new DecisionReader('steer', cluster, keys, clockAt(now)).read(header);
}

describe('a decision', () => {
  test('holds for the cluster that it names, until it expires', () => {
    const header = `a=b; steer=${signDecision(KEY, toSign())}`;
    expect(read(header)).toEqual({ decision: STAY });
    expect(read(header, { now: 1_799_999_999 })).toEqual({ decision: STAY });
    expect(read(header, { now: 1_800_000_000 })).toEqual({ flaw: 'expired' });
    expect(read(header, { cluster: 'search' })).toEqual({ flaw: 'of another farm' });
  });

  test('may name a farm to prefer', () => {
    const decision: Decision = { kind: 'farm', target: 'fast_lane' };
    expect(read(`steer=${signDecision(KEY, toSign({ decision }))}`)).toEqual({ decision });
  });

  test('is verified by every key, so that keys can be changed', () => {
    const header = `steer=${signDecision(NEXT, toSign())}`;
    expect(read(header, { keys: [KEY, NEXT] })).toEqual({ decision: STAY });
    expect(read(header, { keys: [KEY] })).toEqual({ flaw: 'unknown key' });
  });

  test('counts only under the name of the cookie', () => {
    const value = signDecision(KEY, toSign());
    expect(read(undefined)).toBeUndefined();
    expect(read(`steering=${value}; other=${value}`)).toBeUndefined();
  });

  test('counts if another cookie of that name is wrong', () => {
    const value = signDecision(KEY, toSign());
    expect(read(`steer=nonsense; steer=${value}`)).toEqual({ decision: STAY });
    expect(read('steer=nonsense; steer=1.k1')).toEqual({ flaw: 'malformed' });
  });

  test('that cannot stand in a cookie is not signed', () => {
    for (const target of ['', 'a.b', 'a b', '9lives', 'ä', 'x'.repeat(41)]) {
      expect(() => signDecision(KEY, toSign({ decision: { kind: 'member', target } }))).toThrow(
        /^not a decision that a cookie can carry: 1\.k1\./,
      );
    }
    expect(() => signDecision(KEY, toSign({ expires: Number.NaN }))).toThrow(TypeError);
  });

  test('is void as soon as one character differs', () => {
    const value = signDecision(KEY, toSign());
    fc.assert(
      fc.property(fc.nat(value.length - 1), fc.constantFrom(...'09azAZ._-'.split('')), (index, character) => {
        fc.pre(value[index] !== character);
        const changed = value.slice(0, index) + character + value.slice(index + 1);
        expect(read(`steer=${changed}`)).toHaveProperty('flaw', expect.any(String));
      }),
    );
  });

  test('of anybody who does not know the secret is void, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (value) => {
        expect(read(`steer=${value}`)?.decision).toBeUndefined();
      }),
    );
  });
});
