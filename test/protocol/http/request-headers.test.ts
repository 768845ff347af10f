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

const spoofed = {
  host: 'lb.test',
  'x-forwarded-for': '10.1.1.1',
  'x-forwarded-host': 'front.test, middle.test',
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '443',
  'x-real-ip': '10.1.1.1',
  forwarded: 'for=10.1.1.1',
};

describe('a member', () => {
  test('is told its own name, the client and how it came', () => {
    expect(memberRequestHeaders({ host: 'lb.test:8080', accept: '*/*' }, SETTINGS)).toEqual({
      host: 'app1.internal:8080',
      accept: '*/*',
      connection: 'keep-alive',
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-host': 'lb.test:8080',
      'x-forwarded-proto': 'http',
    });
  });

  test('does not hear what a stranger says about the way', () => {
    expect(memberRequestHeaders(spoofed, SETTINGS)).toEqual({
      host: 'app1.internal:8080',
      connection: 'keep-alive',
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-host': 'lb.test',
      'x-forwarded-proto': 'http',
    });
  });

  test('hears what a trusted proxy says about it', () => {
    const settings = { ...SETTINGS, trusted: true, forwardedFor: '10.1.1.1, 192.0.2.7' };
    expect(memberRequestHeaders(spoofed, settings)).toMatchObject({
      'x-forwarded-for': '10.1.1.1, 192.0.2.7',
      'x-forwarded-host': 'front.test',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
      'x-real-ip': '10.1.1.1',
      forwarded: 'for=10.1.1.1',
    });
  });

  test('hears of an encrypted connection', () => {
    const headers = memberRequestHeaders({ host: 'lb.test' }, { ...SETTINGS, encrypted: true });
    expect(headers).toMatchObject({ 'x-forwarded-proto': 'https' });
  });

  test('gets the host that the client asked for where that is wanted', () => {
    const settings = { ...SETTINGS, preserveHost: true };
    expect(memberRequestHeaders({ host: 'lb.test' }, settings)).toMatchObject({ host: 'lb.test' });
    expect(memberRequestHeaders({}, settings)).toMatchObject({ host: 'app1.internal:8080' });
  });

  test.each(['', 'a b', 'a"b', 'evil.test/x', 'javascript'])(
    'is not told the protocol or host %j',
    (text) => {
      const headers = { host: 'lb.test', 'x-forwarded-proto': text, 'x-forwarded-host': `${text} ` };
      const told = memberRequestHeaders(headers, { ...SETTINGS, trusted: true });
      expect(told['x-forwarded-proto']).toBe('http');
      expect(told['x-forwarded-host']).toBe(text === 'javascript' ? 'javascript' : 'lb.test');
    },
  );
});
