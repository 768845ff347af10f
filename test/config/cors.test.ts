import { expect, test } from '@jest/globals';
import { parseCors } from '../../lib/config/cors.ts';

test.each([true, false, [], ['https://library.example', 'http://localhost:8080', 'http://[::1]:3000']])(
  '%j says whom to answer',
  (cors) => {
    expect(parseCors(cors)).toEqual(cors);
  },
);

test.each(['https://library.example', '*', null, 1, {}])('%j is refused', (cors) => {
  expect(() => parseCors(cors)).toThrow('must be true, false or a list of origins');
});

test.each([
  'library.example',
  'https://library.example/',
  'https://Library.example',
  'https://library.example:443',
  'https://user@library.example',
  'https://*.example',
  'ftp://library.example',
  'null',
  '*',
  '',
  7,
])('%j in the list is no origin', (origin) => {
  const expected = { index: 1, message: expect.stringContaining('must be an origin') };
  expect(() => parseCors(['https://a.example', origin])).toThrow(expect.objectContaining(expected));
});
