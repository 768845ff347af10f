import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SessionSigner } from '../../lib/sticky/session-signature.ts';
import type { SigningSettings } from '../../lib/sticky/session-signature.ts';
import { formatSessionValue, parseSessionValue } from '../../lib/sticky/session-value.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const OLD = { id: 'old', secret: 'the secret of last year, long enough' };
const NEW = { id: 'new', secret: 'the secret of this year, long enough' };
const FACTS = { number: '36858113', route: 'pz1', binding: '' };

function signer(settings: Partial<SigningSettings> = {}, clock = new FakeClock()): SessionSigner {
  return new SessionSigner('pz2cluster', { keys: [NEW], required: true, maxAge: 0, ...settings }, clock);
}

const facts = fc.record({
  number: fc.nat(2_147_483_647).map(String),
  route: fc.stringMatching(/^[A-Z][A-Za-z0-9_~-]{0,31}$/),
  binding: fc.string({ unit: 'binary', maxLength: 40 }),
});

describe('a signed session value', () => {
  test('verifies in another signer with the same keys, which has seen nothing of it', () => {
    fc.assert(
      fc.property(facts, (signed) => {
        expect(signer().verify(signer().sign(signed), signed)).toBe(true);
      }),
    );
  });

  test('fits into 80 unreserved characters and parses back, with the longest key id, number and route', () => {
    const key = { id: 'k'.repeat(8), secret: NEW.secret };
    const number = '2147483647';
    const route = 'R'.repeat(32);
    const tag = signer({ keys: [key] }).sign({ number, route, binding: 'anything' });
    const value = formatSessionValue({ number, tag, route });
    expect(value.length).toBeLessThanOrEqual(80);
    expect(value).toMatch(/^[A-Za-z0-9._~-]+$/);
    expect(parseSessionValue(value)).toEqual({ number, tag, route });
  });

  test('is worth nothing for any other number, route, binding or cluster', () => {
    fc.assert(
      fc.property(facts, facts, (signed, other) => {
        fc.pre(JSON.stringify(signed) !== JSON.stringify(other));
        expect(signer().verify(signer().sign(signed), other)).toBe(false);
      }),
    );
    const elsewhere = new SessionSigner('other', { keys: [NEW], required: true, maxAge: 0 }, new FakeClock());
    expect(elsewhere.verify(signer().sign(FACTS), FACTS)).toBe(false);
  });

  test('is bound to the whole of every character', () => {
    const [one, other] = ['a', '\u0161'].map((binding) => signer().sign({ ...FACTS, binding }));
    expect(one).not.toBe(other);
  });

  test('is worth nothing with any character of its tag changed', () => {
    const tag = signer().sign(FACTS);
    fc.assert(
      fc.property(fc.nat(tag.length - 1), fc.stringMatching(/^[A-Za-z0-9_~-]$/), (index, character) => {
        fc.pre(tag[index] !== character);
        const forged = tag.slice(0, index) + character + tag.slice(index + 1);
        expect(signer().verify(forged, FACTS)).toBe(false);
      }),
    );
  });

  test('is refused for any made-up tag, and nothing throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (tag) => {
        expect(signer().verify(tag, FACTS)).toBe(false);
      }),
    );
  });

  test('stays good through a rotation of keys', () => {
    const handedOut = signer({ keys: [OLD] }).sign(FACTS);
    expect(signer({ keys: [OLD, NEW] }).verify(handedOut, FACTS)).toBe(true);
    expect(signer({ keys: [NEW, OLD] }).verify(handedOut, FACTS)).toBe(true);
    expect(signer({ keys: [NEW, OLD] }).sign(FACTS)).toMatch(/^new~/);
    expect(signer({ keys: [NEW] }).verify(handedOut, FACTS)).toBe(false);
  });

  test('ends with its age where one is set', () => {
    const clock = new FakeClock();
    const aging = signer({ maxAge: 60_000 }, clock);
    const tag = aging.sign(FACTS);
    clock.advance(59_000);
    expect(aging.verify(tag, FACTS)).toBe(true);
    clock.advance(2_000);
    expect(aging.verify(tag, FACTS)).toBe(false);
    expect(signer({}, clock).verify(tag, FACTS)).toBe(true);
  });
});

test('values without a tag pass only while they are not required to have one', () => {
  expect(signer().verify(undefined, FACTS)).toBe(false);
  expect(signer({ required: false }).verify(undefined, FACTS)).toBe(true);
  expect(signer({ required: false }).verify('', FACTS)).toBe(false);
});
