import { writeFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { secretFileReader } from '../../lib/config/secret-file.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';

const pathOf = useTemporaryDirectory();

test.each([
  ['hunter2\n', 'hunter2'],
  ['hunter2\r\n', 'hunter2'],
  ['hunter2', 'hunter2'],
  ['two\nlines\n\n', 'two\nlines\n'],
  [' blanks stay \n', ' blanks stay '],
  ['\n', ''],
  ['', ''],
  ['\uFEFFmark', 'mark'],
])('of %j it gives %j', async (content, value) => {
  await writeFile(pathOf('secret'), content);
  expect(secretFileReader('/')(pathOf('secret'))).toBe(value);
});

test('a relative path is looked for in the directory', async () => {
  await writeFile(pathOf('beside'), 'here');
  expect(secretFileReader(pathOf('.'))('beside')).toBe('here');
  expect(secretFileReader(pathOf('below'))('../beside')).toBe('here');
});

test('what cannot be read is told in words, with the path as it was written', async () => {
  const read = secretFileReader(pathOf('.'));
  await writeFile(pathOf('bytes'), Uint8Array.from([0xff, 0xfe]));
  expect(() => read('none')).toThrow('needs the file none, which cannot be read: there is no such file');
  expect(() => read('.')).toThrow('needs the file ., which cannot be read: this is a directory, not a file');
  expect(() => read('bytes')).toThrow('needs the file bytes, which cannot be read: it is not UTF-8 text');
});
