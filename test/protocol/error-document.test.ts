import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ERRORS } from '../../lib/errors.ts';
import { DOCUMENT_HEADERS, DOCUMENT_TYPE, errorDocument } from '../../lib/protocol/error-document.ts';
import { byteStrings } from '../helpers/byte-strings.ts';
import { bodyOf, RECORDINGS } from '../helpers/recordings.ts';
import { readFlatDocument } from '../helpers/strict-xml.ts';

const RECORDED_ERRORS = RECORDINGS.filter((recording) => bodyOf(recording).includes('<error code='));

/** What a reader must see of a detail: its first 1000 bytes as UTF-8, without what XML forbids. */
function visible(detail: string): string {
  const text = Buffer.from(detail.slice(0, 1000), 'latin1').toString('utf8');
  // oxlint-disable-next-line no-control-regex -- see above
  return text.replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '');
}

describe('errorDocument', () => {
  test.each(RECORDED_ERRORS.map((recording) => [recording.name, recording] as const))(
    'equals what Pazpar2 answered: %s',
    (_, recording) => {
      const recorded = bodyOf(recording);
      const { attributes, text } = readFlatDocument(recorded);
      expect(errorDocument(Number(attributes['code']), attributes['msg'] ?? '', text)).toEqual(recorded);
    },
  );

  test('escapes what means something in XML, quotes included, as Pazpar2 does', () => {
    expect(errorDocument(3, 'a "b"', `<a>&'"`).toString()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<error code="3" msg="a &quot;b&quot;">&lt;a&gt;&amp;&apos;&quot;</error>',
    );
  });

  test('escapes what looks escaped already', () => {
    expect(readFlatDocument(errorDocument(1, '', '&lt;&amp;lt;&#65;')).text).toBe('&lt;&amp;lt;&#65;');
  });

  test('drops control characters and replaces what is no UTF-8', () => {
    expect(readFlatDocument(errorDocument(1, '', 'a\0\x1b\x08b\xff\xc3\xa4')).text).toBe('ab\ufffdä');
  });

  test('echoes 1000 bytes at most', () => {
    expect(readFlatDocument(errorDocument(1, '', 'x'.repeat(5000))).text).toHaveLength(1000);
  });

  test('is well-formed and says the same, whatever the detail', () => {
    const details = fc.oneof(
      byteStrings,
      fc.string({
        unit: fc.constantFrom('&', '<', '>', ']]>', '"', "'", ';', 'lt', '#', '\r\n', '\t', '\0'),
      }),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text).toString('latin1')),
    );
    fc.assert(
      fc.property(details, fc.constantFrom(...Object.values(ERRORS)), (detail, { document, msg }) => {
        expect(readFlatDocument(errorDocument(document, msg, detail))).toEqual({
          name: 'error',
          attributes: { code: String(document), msg },
          text: visible(detail),
        });
      }),
      { numRuns: 500 },
    );
  });
});

test('our documents carry the headers of recorded ones', () => {
  const [recording] = RECORDED_ERRORS;
  const headers = [...DOCUMENT_HEADERS, ['Content-Type', DOCUMENT_TYPE]];
  for (const [name, value] of headers) expect(recording?.response).toContain(`\r\n${name}: ${value}\r\n`);
});
