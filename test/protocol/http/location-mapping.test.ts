import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { publicLocation } from '../../../lib/protocol/http/location-mapping.ts';
import { memberPathFor } from '../../../lib/protocol/http/member-target.ts';
import { APP, BELOW, FIRST } from '../../helpers/public-places.ts';

const location = (value: string, place = APP) => publicLocation(value, place);

describe('Location', () => {
  test.each([
    ['http://127.0.0.1:18101/foo', 'http://lb.test/app/foo'],
    ['http://127.0.0.1:18102/foo?a=b#c', 'http://lb.test/app/foo?a=b#c'],
    ['HTTP://127.0.0.1:18101/Foo', 'http://lb.test/app/Foo'],
    ['http://127.0.0.1:18101', 'http://lb.test/app'],
    ['http://127.0.0.1:18101/', 'http://lb.test/app/'],
    ['http://127.0.0.1:18101?a', 'http://lb.test/app?a'],
    ['//127.0.0.1:18101/foo', 'http://lb.test/app/foo'],
    ['/foo', '/app/foo'],
    ['/', '/app/'],
  ])('%s of a member becomes %s', (inside, outside) => {
    expect(location(inside)).toBe(outside);
  });

  test.each(
    [
      'http://127.0.0.1:18103/foo',
      'http://127.0.0.1/foo',
      'https://127.0.0.1:18101/foo',
      'http://127.0.0.1:181012/x',
      'http://user@127.0.0.1:18101/x',
      'http://elsewhere.test/foo',
      'http://lb.test/login',
      'balancer://c/foo',
      'mailto:a@b.test',
      'foo',
      '../foo',
      '?a',
      '#b',
      '',
      '/app/foo',
      '/app',
      '/\\evil.test',
    ].filter((value) => value !== '/\\evil.test'),
  )('%s stays', (value) => {
    expect(location(value)).toBe(value);
  });

  test.each([
    ['http://127.0.0.1:18101/back/foo', 'http://lb.test/app/foo'],
    ['http://127.0.0.1:18101/back', 'http://lb.test/app'],
    ['http://127.0.0.1:18101/backwards', 'http://127.0.0.1:18101/backwards'],
    ['http://127.0.0.1:18101/other/foo', 'http://127.0.0.1:18101/other/foo'],
    ['/back/foo', '/app/foo'],
    ['/back?a', '/app?a'],
    ['/backwards', '/backwards'],
    ['/other/foo', '/other/foo'],
  ])('%s of a member below /back becomes %s', (inside, outside) => {
    expect(location(inside, BELOW)).toBe(outside);
  });

  test('goes to the root where the cluster is served there', () => {
    const root = { ...BELOW, path: '' };
    expect(location('/back', root)).toBe('/');
    expect(location('/back?a', root)).toBe('/?a');
    expect(location('http://127.0.0.1:18101/back/x', root)).toBe('http://lb.test/x');
  });

  test('never begins to name a host because a part of the path went', () => {
    const root = { ...BELOW, path: '' };
    expect(location('/back//evil.test', root)).toBe('/.//evil.test');
    expect(location('/back/\\evil.test', root)).toBe('/./\\evil.test');
    expect(location('http://127.0.0.1:18101/back//evil.test', root)).toBe('http://lb.test//evil.test');
  });

  test('is a path for a client that named no host', () => {
    const nameless = { ...APP, origin: { protocol: 'http', host: undefined } as const };
    expect(location('http://127.0.0.1:18101/foo', nameless)).toBe('/app/foo');
    expect(location('http://127.0.0.1:18101', { ...nameless, path: '' })).toBe('/');
  });

  test('with the public name is mapped where members get to know no other', () => {
    const preserved = { ...APP, preserveHost: true };
    expect(location('http://lb.test/foo', preserved)).toBe('http://lb.test/app/foo');
    expect(location('http://LB.test:80/app/foo', preserved)).toBe('http://LB.test:80/app/foo');
  });

  test('of two members on one origin is that of the longer path', () => {
    const inner = { origin: FIRST.origin, path: '/a/b' };
    const outer = { origin: FIRST.origin, path: '/a' };
    const place = { ...APP, member: outer, members: [outer, inner] };
    expect(location('http://127.0.0.1:18101/a/b/c', place)).toBe('http://lb.test/app/c');
    expect(location('http://127.0.0.1:18101/a/bc', place)).toBe('http://lb.test/app/bc');
  });

  test('of what a client asked for leads the client back there', () => {
    const segments = fc.array(fc.stringMatching(/^[a-z%20.~-]{0,3}[a-z]$/), { maxLength: 3 });
    const paths = segments.map((parts) => parts.map((part) => `/${part.replaceAll('%', '')}`).join(''));
    fc.assert(
      fc.property(paths, paths, paths, (served, own, asked) => {
        const member = { origin: FIRST.origin, path: own };
        const place = { ...APP, path: served, member, members: [member] };
        const inside = memberPathFor(served + asked, { clusterPath: served, memberPath: own });
        expect(location(`${member.origin}${inside}`, place)).toBe(
          `http://lb.test${served}${asked === '' && own === '' ? '/' : asked}`,
        );
      }),
    );
  });
});
