import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_INIT_BYTES, readInitReply } from '../../lib/protocol/init-reply.ts';
import { byteStrings } from '../helpers/byte-strings.ts';
import { bodyOf, recordedBody, RECORDINGS } from '../helpers/recordings.ts';

const REPLY = recordedBody('init, server with id="pz1"').toString('latin1');
const SESSION = '<session>35318792.pz1</session>';

function read(text: string): ReturnType<typeof readInitReply> {
  return readInitReply(Buffer.from(text, 'latin1'));
}

/** The recorded reply with another text in place of a part of it. */
function reply(part: string, replacement: string): string {
  expect(REPLY).toContain(part);
  return REPLY.replace(part, () => replacement);
}

describe('readInitReply', () => {
  test.each(RECORDINGS.filter((recording) => bodyOf(recording).includes('<init>')).map(({ name }) => name))(
    'reads the recorded reply: %s',
    (name) => {
      const found = readInitReply(recordedBody(name));
      expect(found?.number).toMatch(/^353[0-9]{5}$/);
      expect(found?.backendId).toBe(name.includes('legacy') ? undefined : 'pz1');
    },
  );

  test.each(RECORDINGS.filter((recording) => !bodyOf(recording).includes('<init>')).map(({ name }) => name))(
    'takes no other recorded reply for one: %s',
    (name) => {
      expect(readInitReply(recordedBody(name))).toBeUndefined();
    },
  );

  test.each([
    ['white space between elements', reply('<status>', '\n <status>')],
    ['elements that are not known yet', reply('<protocol>', '<new><session>5</session></new><protocol>')],
    ['attributes', reply('<session>', '<session a="x" b=">">')],
    ['comments outside of the session', reply('<status>', '<!-- <session>5</session> --><status>')],
    ['no prolog', reply('<?xml version="1.0" encoding="UTF-8"?>\n', '')],
    ['a blank before the bracket that closes an end tag', reply('</session>', '</session >')],
  ])('reads a reply with %s', (_, text) => {
    const found = read(text);
    expect(found).toMatchObject({ number: '35318792', backendId: 'pz1' });
    expect(found?.withSession('7.a').toString('latin1')).toBe(text.replace('35318792.pz1', '7.a'));
  });

  test.each([
    ['0', '0', undefined],
    ['2147483647', '2147483647', undefined],
    ['5.', '5', ''],
    ['5.a.b', '5', 'a.b'],
    ['5.\xc3\xa4 b', '5', '\xc3\xa4 b'],
  ])('takes the session %p apart', (text, number, backendId) => {
    expect(read(reply(SESSION, `<session>${text}</session>`))).toMatchObject({ number, backendId });
  });

  test.each([
    ['nothing', ''],
    ['an empty document', '<init/>'],
    ['no session', reply(SESSION, '')],
    ['an empty session', reply(SESSION, '<session></session>')],
    ['a session without content', reply(SESSION, '<session/>')],
    ['an unclosed session', reply('</session>', '')],
    ['a session closed by another name', reply('</session>', '</sessions>')],
    ['two sessions', reply(SESSION, SESSION + SESSION)],
    ['a session in a session', reply('35318792.pz1', SESSION)],
    ['a session deeper down', reply(SESSION, `<x>${SESSION}</x>`)],
    ['a comment in the session', reply('35318792', '353<!-- -->18792')],
    ['a comment before the number', reply('35318792', '<!--1-->35318792')],
    ['CDATA in the session', reply('35318792', '<![CDATA[35318792]]>')],
    ['a processing instruction in the session', reply('35318792', '<?x?>35318792')],
    ['a reference in the number', reply('35318792', '3531879&#50;')],
    ['an entity in the session', reply('pz1', '&id;')],
    ['blanks around the number', reply('35318792.pz1', ' 35318792.pz1')],
    ['a leading zero', reply('35318792', '035318792')],
    ['a sign', reply('35318792', '-1')],
    ['a number that Pazpar2 never gives', reply('35318792', '2147483648')],
    ['no number', reply('35318792', 'abc')],
    ['no status', reply('<status>OK</status>', '')],
    ['another status', reply('OK', 'Error')],
    ['two states', reply('<status>OK</status>', '<status>Error</status><status>OK</status>')],
    ['a status after its end', reply('</init>', '</init><status>OK</status>')],
    ['another root', reply('<init>', '<ini>').replace('</init>', '</ini>')],
    ['a second root', `${REPLY}<init/>`],
    ['text behind the root', `${REPLY}x`],
    ['text before the root', `x${REPLY}`],
    ['a document type', reply('<init>', '<!DOCTYPE init [<!ENTITY id "pz1">]><init>')],
    ['a NUL', reply('<status>', '\0<status>')],
    ['a control character', reply('pz1', 'pz\x1b')],
    ['HTML', '<!DOCTYPE html><html><body>init</body></html>'],
    ['a status page', 'OK'],
  ])('takes no reply with %s for one', (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  test('reads 64 kB and no more', () => {
    const comment = `<!--${'x'.repeat(MAX_INIT_BYTES - REPLY.length - '<!---->'.length)}-->`;
    const largest = reply('<status>', `${comment}<status>`);
    expect(read(largest)?.number).toBe('35318792');
    expect(read(`${largest}\n`)).toBeUndefined();
  });

  test('takes no reply that was cut anywhere for one', () => {
    for (let length = 0; length < REPLY.length; length++) {
      expect(read(REPLY.slice(0, length))).toBeUndefined();
    }
  });

  test('changes nothing but the text of the session, whatever became of the reply', () => {
    const change = fc.record({
      at: fc.nat(REPLY.length),
      drop: fc.nat(8),
      insert: fc.oneof(
        fc.constantFrom('<session>', '</session>', '<init>', '</init>', '<!--', '-->', '<![CDATA[', ']]>'),
        fc.constantFrom('&', ';', '<', '>', '/', '"', '<?', '?>', '1', '.', '\0', '\xff', '&#49;', '<a/>'),
        byteStrings,
        fc.constant(''),
      ),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        let text = REPLY;
        for (const { at, drop, insert } of changes) text = text.slice(0, at) + insert + text.slice(at + drop);
        const found = read(text);
        if (found === undefined) return;
        const session = found.backendId === undefined ? found.number : `${found.number}.${found.backendId}`;
        const parts = text.split(`>${session}</session`);
        expect(parts).toHaveLength(2);
        expect(found.withSession('NEW').toString('latin1')).toBe(parts.join('>NEW</session'));
      }),
      { numRuns: 3000 },
    );
  });

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(byteStrings, fc.string({ unit: fc.constantFrom(...'<>/&;?!-[]init session=" '.split('')) })),
        (text) => {
          expect(() => read(text)).not.toThrow();
        },
      ),
      { numRuns: 1000 },
    );
  });
});
