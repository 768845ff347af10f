import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EngineError } from '../../lib/statistics/engine-error.ts';
import { REQUEST_KINDS } from '../../lib/statistics/engine-request.ts';
import { parseQuery } from '../../lib/statistics/query-parser.ts';

const SEVERAL = { maxRequests: 16, mixedKinds: false };
const kind = fc.constantFrom(...REQUEST_KINDS);
/** Texts made of what means something here, which random ones seldom have. */
const query = fc.oneof(
  fc.string(),
  fc
    .array(
      fc.constantFrom(
        'E',
        'h',
        '=',
        'pz1',
        ':',
        '0.4',
        ',',
        ';',
        '"',
        '%',
        '{',
        '}',
        's',
        'off',
        '?',
        'balance',
      ),
    )
    .map((pieces) => pieces.join('')),
);

test('any text is either read or refused with one line and status 400', () => {
  fc.assert(
    fc.property(kind, query, (path, text) => {
      expect(outcome(() => parseQuery(path, text, SEVERAL).length <= 16)).toMatch(/^(?:true|400: [^\n\r]+)$/);
    }),
  );
});

function outcome(action: () => boolean): string {
  try {
    return String(action());
  } catch (error) {
    if (error instanceof EngineError) return `${error.status}: ${error.message}`;
    throw error;
  }
}

test('what is pushed arrives as it was written', () => {
  const name = fc.stringMatching(/^[a-z0-9_.-]{1,32}$/);
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([text]) => text }), (figures) => {
      const text = ['h=pz1', ...figures.map(([figure, number]) => `${figure}:${number}`)].join(',');
      const plain = parseQuery('update/phys', text, SEVERAL);
      expect(plain).toMatchObject([{ kind: 'update/phys', host: 'pz1' }]);
      expect(plain[0]).toHaveProperty(
        'figures',
        figures.map(([figure, number]) => [figure, Number(String(number))]),
      );
      expect(parseQuery('update/phys', `E${encodeURIComponent(text)}`, SEVERAL)).toEqual(plain);
    }),
  );
});
