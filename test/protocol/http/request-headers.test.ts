import { describe, expect, test } from '@jest/globals';
import {
  memberRequestHeaders,
  type RequestHeaderSettings,
} from '../../../lib/protocol/http/request-headers.ts';

const SETTINGS: RequestHeaderSettings = {
  trusted: false,
  encrypted: false,
  forwardedFor: '192.0.2.7',
  memberHost: 'app1.internal:8080',
  preserveHost: false,
};

const CLAIMS = [
  ['Host', 'lb.test'],
  ['X-Forwarded-For', '10.1.1.1'],
  ['X-Forwarded-Host', 'front.test, middle.test'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Port', '443'],
  ['X-Real-IP', '10.1.1.1'],
  ['Forwarded', 'for=10.1.1.1'],
].flat();

/** As pairs, which read better. */
const told = (headers: readonly string[], settings: Partial<RequestHeaderSettings> = {}) => {
  const list = memberRequestHeaders(headers, { ...SETTINGS, ...settings });
  return list.flatMap((text, index) => (index % 2 === 0 ? [`${text}: ${list[index + 1]}`] : []));
};

describe('a member', () => {
  test('is told its own name, what the client says, and how it came', () => {
    expect(
      told(['Host', 'lb.test:8080', 'X-lower_Case', '1', 'x-a', '2', 'X-A', '3', 'Expect', '100-continue']),
    ).toEqual([
      'host: app1.internal:8080',
      'X-lower_Case: 1',
      'x-a: 2',
      'X-A: 3',
      'x-forwarded-for: 192.0.2.7',
      'x-forwarded-host: lb.test:8080',
      'x-forwarded-proto: http',
      'connection: keep-alive',
    ]);
  });

  test('does not hear what a stranger says about the way', () => {
    expect(told(CLAIMS)).toEqual([
      'host: app1.internal:8080',
      'x-forwarded-for: 192.0.2.7',
      'x-forwarded-host: lb.test',
      'x-forwarded-proto: http',
      'connection: keep-alive',
    ]);
  });

  test('hears what a trusted proxy says about it', () => {
    expect(told(CLAIMS, { trusted: true, forwardedFor: '10.1.1.1, 192.0.2.7' })).toEqual([
      'host: app1.internal:8080',
      'X-Forwarded-Port: 443',
      'X-Real-IP: 10.1.1.1',
      'Forwarded: for=10.1.1.1',
      'x-forwarded-for: 10.1.1.1, 192.0.2.7',
      'x-forwarded-host: front.test',
      'x-forwarded-proto: https',
      'connection: keep-alive',
    ]);
  });

  test('hears of an encrypted connection', () => {
    expect(told(['Host', 'lb.test'], { encrypted: true })).toContain('x-forwarded-proto: https');
  });

  test('gets the host that the client asked for where that is wanted', () => {
    expect(told(['Host', 'lb.test'], { preserveHost: true })).toContain('host: lb.test');
    expect(told([], { preserveHost: true })).toContain('host: app1.internal:8080');
  });

  test('gets one line of cookies', () => {
    expect(told(['Cookie', 'a=b', 'X-A', '1', 'cookie', 'c=d; e=f'])).toContain('cookie: a=b; c=d; e=f');
  });

  test('gets no length where there is a transfer coding, so that the transport writes chunks', () => {
    expect(told(['Content-Length', '3'])).toContain('Content-Length: 3');
    const both = told(['Content-Length', '3', 'Transfer-Encoding', 'chunked']);
    expect(both.join()).not.toMatch(/content-length|transfer-encoding/i);
  });

  test.each(['', 'a b', 'a"b', 'evil.test/x'])('is not told the protocol or host %j', (text) => {
    const headers = ['Host', 'lb.test', 'X-Forwarded-Proto', text, 'X-Forwarded-Host', text];
    expect(told(headers, { trusted: true })).toEqual(
      expect.arrayContaining(['x-forwarded-host: lb.test', 'x-forwarded-proto: http']),
    );
  });
});
