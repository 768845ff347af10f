import { expect, test } from '@jest/globals';
import { parseMountPath } from '../../lib/config/mount-path.ts';

test.each(['/', '/pz2', '/pazpar2/search.pz2', '/a~b/c_d-e/.well-known'])('%s is a path', (path) => {
  expect(parseMountPath(path)).toBe(path);
});

test.each([
  ['pz2', 'must be a path such as'],
  ['', 'must be a path such as'],
  ['/pz2?x=1', 'must be a path such as'],
  ['/pz2#x', 'must be a path such as'],
  ['/a b', 'must be a path such as'],
  ['/:name', 'must be a path such as'],
  ['/a*', 'must be a path such as'],
  ['/a%2fb', 'must be a path such as'],
  ['/é', 'must be a path such as'],
  ['//pz2', 'must be a path such as'],
  [null, 'must be a path such as'],
  [7, 'must be a path such as'],
  ['/pz2/', 'must not end with "/"'],
  ['/a/../b', 'must not have "." or ".."'],
  ['/.', 'must not have "." or ".."'],
])('%j is refused: %s', (path, reason) => {
  expect(() => parseMountPath(path)).toThrow(reason);
});
