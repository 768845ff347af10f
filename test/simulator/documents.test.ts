import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { failure, writeDocument, writeElement } from '../../lib/simulator/documents.ts';
import { readTags } from '../../lib/simulator/xml-elements.ts';

describe('A document', () => {
  test('has white space only where it was put', () => {
    expect(writeDocument(['a', ['\n ', ['b', '1'], ['c', ''], '\n']])).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<a>\n <b>1</b><c></c>\n</a>',
    );
  });

  test('escapes five characters in texts and attributes', () => {
    expect(writeElement(['a', `&<>"'`, { b: `&<>"'` }])).toBe(
      '<a b="&amp;&lt;&gt;&quot;&apos;">&amp;&lt;&gt;&quot;&apos;</a>',
    );
  });

  test('escapes what is escaped already', () => {
    expect(writeElement(['a', '&lt;&amp;#65;', { b: '&quot;' }])).toBe(
      '<a b="&amp;quot;">&amp;lt;&amp;amp;#65;</a>',
    );
  });

  test('leaves out control characters, but not white space', () => {
    expect(writeElement(['a', 'x\x01\x1f\t\n\ry'])).toBe('<a>x\t\n\ry</a>');
  });

  test('writes empty elements in three forms', () => {
    const element = ['a', [['b', '', { c: 'd' }]]] as const;
    expect([writeElement(element), writeElement(element, 'tight'), writeElement(element, 'spaced')]).toEqual([
      '<a><b c="d"></b></a>',
      '<a><b c="d"/></a>',
      '<a><b c="d" /></a>',
    ]);
  });

  test('is well-formed and says what was put in, whatever that is', () => {
    const text = fc.string({
      unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(text, text, (content, attribute) => {
        const written = writeElement(['a', content, { b: attribute }]);
        expect(readTags(written)?.map(({ attributes }) => unescape(attributes['b'] ?? ''))).toEqual([
          attribute,
          '',
        ]);
        expect(unescape(written.slice(written.indexOf('>') + 1, -'</a>'.length))).toBe(content);
      }),
    );
  });
});

test('An error has the message as reason phrase', () => {
  expect(failure('NO_SERVICE', 'x')).toMatchObject({ status: 417, reason: 'No service' });
});

function unescape(text: string): string {
  const characters: Readonly<Record<string, string>> = {
    '&amp;': '&',
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&apos;': "'",
  };
  return text.replaceAll(/&\w+;/g, (entity) => characters[entity] ?? entity);
}
