import { expect, test } from '@jest/globals';
import type { Member } from '../../lib/cluster/member.ts';
import { StandIns } from '../../lib/gateway/stand-ins.ts';

test('the server of a URL stays the same', () => {
  const standIns = new StandIns(() => undefined);
  const member = standIns.at('http://a.example/x');
  expect(member?.settings.url).toBe('http://a.example/x');
  expect(standIns.at('http://b.example/')).not.toBe(member);
  expect(standIns.at('http://a.example/x')).toBe(member);
});

test('a URL with a query is no server', () => {
  expect(new StandIns(() => undefined).at('http://a.example/?x=y')).toBeUndefined();
});

test('the oldest of too many is forgotten', () => {
  const forgotten: Member[] = [];
  const standIns = new StandIns((member) => forgotten.push(member));
  const first = standIns.at('http://a0.example/');
  for (let index = 1; index < 40; index += 1) standIns.at(`http://a${index}.example/`);
  expect(forgotten).toHaveLength(8);
  expect(forgotten[0]).toBe(first);
  expect(standIns.at('http://a0.example/')).not.toBe(first);
});
