import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ERRORS } from '../../lib/errors.ts';
import { errorDocument } from '../../lib/protocol/error-document.ts';
import { MAX_ECHO_BYTES, restoreSessionEcho, saysSessionLost } from '../../lib/protocol/session-echo.ts';
import { byteStrings } from '../helpers/byte-strings.ts';
import { recordedBody } from '../helpers/recordings.ts';

const LOST = recordedBody('ping, unknown session');
const numbers = fc.integer({ min: 0, max: 2_147_483_647 }).map(String);

describe('restoreSessionEcho', () => {
  test('puts the value back that the client sent', () => {
    expect(restoreSessionEcho(LOST, '1', '1.pz1')).toEqual(recordedBody('ping, unknown session with route'));
  });

  test('gives what Pazpar2 would have said to the client itself', () => {
    const { document, msg } = ERRORS.SESSION_LOST;
    fc.assert(
      fc.property(
        numbers,
        fc.stringMatching(/^-[A-Za-z0-9_~-]{1,20}\.[a-z][a-z0-9]{0,31}$/),
        (number, rest) => {
          const answered = errorDocument(document, msg, number);
          expect(restoreSessionEcho(answered, number, number + rest)).toEqual(
            errorDocument(document, msg, number + rest),
          );
        },
      ),
    );
  });

  test.each([
    ['another number', Buffer.from(LOST.toString().replace('>1<', '>2<'))],
    ['a longer number', Buffer.from(LOST.toString().replace('>1<', '>12<'))],
    ['a number with something behind it', Buffer.from(LOST.toString().replace('>1<', '>1.pz1<'))],
    ['no number', recordedBody('ping, empty session')],
    ['another error', recordedBody('record, unknown id')],
    ['something behind the document', Buffer.concat([LOST, Buffer.from('\n')])],
    ['something before the document', Buffer.concat([Buffer.from('\n'), LOST])],
    ['another prolog', Buffer.from(LOST.toString().replace('UTF-8', 'utf-8'))],
    ['a cut document', LOST.subarray(0, -1)],
    ['no document', Buffer.alloc(0)],
  ])('leaves %s byte for byte', (_, body) => {
    expect(restoreSessionEcho(body, '1', '1.pz1')).toBe(body);
  });

  test('leaves any other bytes alone', () => {
    fc.assert(
      fc.property(byteStrings, numbers, (text, number) => {
        const body = Buffer.from(text, 'latin1');
        expect(restoreSessionEcho(body, number, 'x')).toBe(body);
      }),
    );
  });

  test('an echo of the longest number is short enough to be held back', () => {
    const { document, msg } = ERRORS.SESSION_LOST;
    expect(errorDocument(document, msg, '2147483647').length).toBeLessThanOrEqual(MAX_ECHO_BYTES);
  });
});

describe('saysSessionLost', () => {
  test('knows the words of Pazpar2', () => {
    expect(saysSessionLost(LOST)).toBe(true);
    expect(saysSessionLost(recordedBody('ping, empty session'))).toBe(true);
  });

  test.each(['record, unknown id', 'search without query', 'no command', 'ping'])(
    'does not hear it in the answer to: %s',
    (name) => {
      expect(saysSessionLost(recordedBody(name))).toBe(false);
    },
  );
});
