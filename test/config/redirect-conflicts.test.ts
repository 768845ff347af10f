import { describe, expect, test } from '@jest/globals';
import { checkGatewayOptions, checkHttpClusterOptions } from '../../lib/config/check.ts';
import { optionProblems } from '../helpers/option-problems.ts';

const member = (route: string, redirect?: string) => ({
  url: `http://${route}.internal`,
  route,
  ...(redirect === undefined ? {} : { redirect }),
});

const problems = (...members: ReturnType<typeof member>[]): string[] =>
  optionProblems(() => checkHttpClusterOptions({ members }));

describe('redirect', () => {
  test('names another member, declared before or behind, and members may name each other', () => {
    expect(problems(member('a', 'b'), member('b', 'c'), member('c', 'a'))).toEqual([]);
  });

  test.each([
    ['shop22', 'must be the route of another member of the cluster: shop2, b; did you mean "shop2"?'],
    ['elsewhere', 'must be the route of another member of the cluster: shop2, b'],
    ['a', 'must be the route of another member of the cluster: shop2, b; did you mean "b"?'],
  ])('to %s is refused', (redirect, message) => {
    expect(problems(member('a', redirect), member('shop2'), member('b'))).toEqual([
      `members[0].redirect: ${message}`,
    ]);
  });

  test('of the only member has nowhere to lead', () => {
    expect(problems(member('a', 'b'))).toEqual([
      'members[0].redirect: must be the route of another member of the cluster',
    ]);
  });

  test('among many members lists none of them', () => {
    const many = Array.from({ length: 9 }, (_, index) => member(`server-${index}`));
    expect(problems(member('a', 'server-88'), ...many)).toEqual([
      'members[0].redirect: must be the route of another member of the cluster; did you mean "server-8"?',
    ]);
  });

  test('that is no route at all is told once', () => {
    expect(problems(member('a', 'no route'), member('b'))).toHaveLength(1);
  });

  test('is refused in the gateway too, and is none of a cluster of Pazpar2', () => {
    const clusters = {
      app: { path: '/app', protocol: 'http' as const, members: [member('a', 'c'), member('b')] },
      pz2: { path: '/pz2', members: [member('a', 'c')] },
    };
    expect(optionProblems(() => checkGatewayOptions({ listen: '127.0.0.1:0', clusters }))).toEqual([
      'clusters.pz2.members[0].redirect: is for clusters of protocol "http" only',
      'clusters.app.members[0].redirect: must be the route of another member of the cluster: b; did you mean "b"?',
    ]);
  });
});
