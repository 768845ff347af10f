import { expect, test } from '@jest/globals';
import { showKind, showValue } from '../../lib/config/show-value.ts';
import { readPem } from '../helpers/certificates.ts';

test.each([
  ['abc', '"abc"'],
  ['', '""'],
  ['a"b', '"a\\"b"'],
  [7, '7'],
  [null, 'null'],
  [undefined, 'undefined'],
  [true, 'true'],
  [[], 'an empty list'],
  [[1], 'a list'],
  [{}, 'an empty object'],
  [{ a: 1 }, 'an object'],
  [() => 1, 'a function'],
  [Symbol('x'), 'a symbol'],
  [10n, '10'],
])('%p is shown as %s', (value, shown) => {
  expect(showValue(value)).toBe(shown);
});

test('a long text is shortened', () => {
  expect(showValue('x'.repeat(61))).toBe(`"${'x'.repeat(60)}…"`);
  expect(showValue('x'.repeat(60))).toBe(`"${'x'.repeat(60)}"`);
});

test.each([
  ['http://admin:hunter2@host:80/', '"http://…@host:80/"'],
  ['http://admin:hun/ter2@host:80/', '"http://…@host:80/"'],
  ['http://admin:hun@ter2@host:80/', '"http://…@host:80/"'],
  ['admin:hunter2@host', '"…@host"'],
  ['https://host/x?password=hunter2', '"https://host/x?…"'],
  ['https://host/x#hunter2', '"https://host/x?…"'],
  ['http://host:80/x', '"http://host:80/x"'],
])('user name, password and query of %s are not shown', (address, shown) => {
  expect(showValue(address)).toBe(shown);
});

test.each([readPem('server.key'), readPem('client.key').split('\n')[1]])('a key is not shown: %#', (key) => {
  expect(showValue(key, ['tls', 'key'])).toBe('a value that is not shown');
});

test('a path is shown, however long', () => {
  const path = '/etc/letsencrypt/live/library.example/privkey.pem';
  expect(showValue(path, ['tls', 'key'])).toBe(`"${path}"`);
});

test.each([
  ['hunter2-hunter2', 'a text'],
  ['of', '"of"'],
  [7, '7'],
])('where an object is meant, %p is shown as %s', (value, shown) => {
  expect(showKind(value)).toBe(shown);
});

test.each(['secret', 'signingSecret', 'PASSWORD', 'accessToken', 'passphrase', 'signing', 'keys'])(
  'what is called %s is not shown',
  (key) => {
    expect(showValue('hunter2', ['clusters', 'main', key])).toBe('a value that is not shown');
  },
);
