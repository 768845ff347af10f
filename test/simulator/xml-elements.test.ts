import { describe, expect, test } from '@jest/globals';
import { readSettingsDocument } from '../../lib/simulator/settings-document.ts';
import { readTags } from '../../lib/simulator/xml-elements.ts';

describe('XML is well-formed:', () => {
  test.each([
    '<a/>',
    '<a></a>\n',
    '<?xml version="1.0"?>\n<!-- c --><a b="1" c=\'2\'>t<b.c:d/><![CDATA[<x>]]></a><!-- d -->',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  ])('%s', (xml) => {
    expect(readTags(xml)).toBeDefined();
  });

  test.each([
    '',
    ' ',
    'text',
    '<a',
    '<a>',
    '</a>',
    '<a></b>',
    '<a/><b/>',
    '<a/>text',
    'text<a/>',
    '<service><',
    '<a b=c/>',
    '<a b="<"/>',
    '<a b="1"c="2"/>',
    '<!-- -- --><a/>',
  ])('not %j', (xml) => {
    expect(readTags(xml)).toBeUndefined();
  });
});

describe('A settings document', () => {
  test('has values for targets, the target from the set or the settings around it', () => {
    const xml =
      '<settings target="t" name="n"><set value="1"/><set target="u" name="m" value="2"></set></settings>';
    expect(readSettingsDocument(xml)).toEqual({
      root: 'settings',
      settings: [
        { name: 'n', target: 't', value: '1' },
        { name: 'm', target: 'u', value: '2' },
      ],
      files: [],
    });
  });

  test('may name files instead', () => {
    const xml = '<service><settings src="a.xml"/><settings src="b.xml"></settings></service>';
    expect(readSettingsDocument(xml)?.files).toEqual(['a.xml', 'b.xml']);
  });

  test('may have markup in its values, written as entities', () => {
    const xml = `<settings><set name="n" value='&lt;a b=&quot;&apos;&amp;lt;&quot;/&gt; &other;'/></settings>`;
    expect(readSettingsDocument(xml)?.settings[0]?.value).toBe(`<a b="'&lt;"/> &other;`);
  });

  test('is for every target when it names none', () => {
    expect(readSettingsDocument('<service><settings/><set name="n" value="1"/></service>')?.settings).toEqual(
      [{ name: 'n', target: '*', value: '1' }],
    );
  });

  test('is none when it is not well-formed', () => {
    expect(readSettingsDocument('<settings')).toBeUndefined();
  });
});
