import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { seenHeaders } from '../../lib/gateway/seen-headers.ts';

const RAW = ['Host', 'x', 'X-User', 'forged', 'Accept', 'a', 'accept', 'b', 'X-Secret', '1'];
const HEADERS = { host: 'x', 'x-user': 'forged', accept: 'a, b', 'x-secret': '1' };

function seen(headers: Record<string, string | string[] | undefined>): readonly string[] {
  return seenHeaders({ rawHeaders: RAW, headers } as unknown as IncomingMessage);
}

test('headers that nobody touched keep their order and spelling, lines of one name included', () => {
  expect(seen(HEADERS)).toEqual(RAW);
});

test('what the application set, took away or added is seen like that', () => {
  const { 'x-secret': _, ...others } = HEADERS;
  const result = seen({ ...others, 'x-user': 'ada', 'x-new': ['1', '2'] });
  expect(result).toEqual([
    'Host',
    'x',
    'Accept',
    'a',
    'accept',
    'b',
    'x-user',
    'ada',
    'x-new',
    '1',
    'x-new',
    '2',
  ]);
});

test('a name of several lines goes with all of them', () => {
  const { accept: _, ...others } = HEADERS;
  expect(seen(others)).not.toContain('a');
});
