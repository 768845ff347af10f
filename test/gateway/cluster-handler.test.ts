import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pathOf } from '../../lib/gateway/cluster-handler.ts';

describe('the path of a target', () => {
  test.each([
    ['/pazpar2/search.pz2', '/pazpar2/search.pz2'],
    ['/pazpar2/search.pz2?command=init', '/pazpar2/search.pz2'],
    ['/a?b?c/d', '/a'],
    ['/?x', '/'],
    ['/a%2Fb', '/a%2Fb'],
    ['//host/a', '//host/a'],
    ['http://host/a?b', '/a'],
    ['HTTPS://host:8443/a', '/a'],
    ['http://user@host/a', '/a'],
    ['http://host?a/b', ''],
    ['http://host', ''],
    ['/redirect?to=http://host/b', '/redirect'],
    ['*', '*'],
    ['', ''],
  ])('%p is %p', (target, path) => {
    expect(pathOf(target)).toBe(path);
  });

  test('does not depend on the query, nor on the form of the target', () => {
    const paths = fc.stringMatching(/^(\/[a-z0-9.%]{0,8}){1,4}$/).filter((path) => !path.startsWith('//'));
    fc.assert(
      fc.property(paths, fc.stringMatching(/^[ -~]{0,20}$/), (path, query) => {
        for (const origin of ['', 'http://host.example:8080', 'https://[::1]']) {
          expect(pathOf(origin + path)).toBe(path);
          expect(pathOf(`${origin}${path}?${query}`)).toBe(path);
        }
      }),
    );
  });
});
