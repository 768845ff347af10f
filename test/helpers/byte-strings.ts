import fc from 'fast-check';
import type { Argument } from '../../lib/protocol/arguments.ts';

const anyByte = fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte));
const anyByteButNul = fc.integer({ min: 1, max: 255 }).map((byte) => String.fromCharCode(byte));

/** Byte strings, one character a byte. */
export const byteStrings: fc.Arbitrary<string> = fc.string({ unit: anyByte, maxLength: 60 });

/** Byte strings that a C string can hold. */
export const cStrings: fc.Arbitrary<string> = fc.string({ unit: anyByteButNul, maxLength: 60 });

/** Arguments of any name and value, well-known names among them. */
export const argumentLists: fc.Arbitrary<Argument[]> = fc.array(
  fc.record({
    name: fc.oneof(cStrings, fc.constantFrom('query', 'sort', 'block', 'pz:name[x]', '')),
    value: cStrings,
  }),
  { maxLength: 12 },
);

/** Query strings made of what parsers disagree about. */
export const oddQueries: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('&', '=', 'command', 'session', '=init&', '=ping&', '=1') },
      {
        weight: 2,
        arbitrary: fc.constantFrom('%00', '%', '%4', '%zz', '%5B', '%3d', '+', ';', '#', '[', '\0', '\xff'),
      },
      { weight: 1, arbitrary: anyByte },
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));
