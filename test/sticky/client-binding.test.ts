import { describe, expect, test } from '@jest/globals';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { clientBinding } from '../../lib/sticky/client-binding.ts';

function request(headers: IncomingMessage['headers'] = {}): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { headers });
}

describe('the binding of a session value', () => {
  test('is empty where nothing is bound', () => {
    expect(clientBinding(request(), '192.0.2.7', 'none')).toBe('');
  });

  test.each([
    ['192.0.2.7', '192.0.2.250', true],
    ['192.0.2.7', '192.0.3.7', false],
    ['::ffff:192.0.2.7', '192.0.2.9', true],
    ['2001:db8:0:100::1', '2001:db8:0:1ff::2', true],
    ['2001:db8:0:100::1', '2001:db8:0:200::1', false],
    ['', '', true],
    ['', '192.0.2.7', false],
  ])('by address takes %s and %s for the same client: %s', (one, other, same) => {
    const [first, second] = [one, other].map((address) => clientBinding(request(), address, 'address'));
    expect(first === second).toBe(same);
  });

  test('by header is its value, empty when it is missing', () => {
    expect(clientBinding(request({ 'x-user': 'ada' }), '', { header: 'x-user' })).toBe('ada');
    expect(clientBinding(request(), '', { header: 'x-user' })).toBe('');
  });

  test('by cookie is the value of the cookie with exactly that name', () => {
    const cookies = request({ cookie: 'other=JSESSIONID=no; JSESSIONID=a%20b' });
    expect(clientBinding(cookies, '', { cookie: 'JSESSIONID' })).toBe('a b');
    expect(clientBinding(cookies, '', { cookie: 'SESSIONID' })).toBe('');
    expect(clientBinding(request(), '', { cookie: 'JSESSIONID' })).toBe('');
  });
});
