import { describe, expect, test } from '@jest/globals';
import { bodyType } from '../../lib/protocol/body-type.ts';

describe('bodyType', () => {
  test.each([
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; charset=UTF-8',
    'application/x-www-form-urlencoded;charset=UTF-8',
    'Application/X-WWW-Form-Urlencoded',
    ' application/x-www-form-urlencoded ',
  ])('takes %p for a form', (type) => {
    expect(bodyType(type)).toBe('form');
  });

  test.each(['text/xml', 'text/xml; charset=utf-8', 'TEXT/XML', 'text/xml ; a=b'])(
    'takes %p for XML',
    (type) => {
      expect(bodyType(type)).toBe('xml');
    },
  );

  test.each([
    undefined,
    '',
    ';',
    'application/xml',
    'text/xmlfoo',
    'text/xml, text/plain',
    'text/plain',
    'application/json',
    'multipart/form-data; boundary=x',
    'constructor',
    '__proto__',
  ])('does not know %p', (type) => {
    expect(bodyType(type)).toBeUndefined();
  });
});
