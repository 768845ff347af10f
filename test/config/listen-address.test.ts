import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatListenAddress, parseListenAddress } from '../../lib/config/listen-address.ts';

test.each([
  ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
  ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
  ['[::1]:0', { host: '::1', port: 0 }],
  ['[::]:65535', { host: '::', port: 65_535 }],
  ['localhost:3000', { host: 'localhost', port: 3000 }],
  ['search-1.example.org:80', { host: 'search-1.example.org', port: 80 }],
  ['unix:/run/x.sock', { socketPath: '/run/x.sock' }],
  ['unix:/run/with space:1.sock', { socketPath: '/run/with space:1.sock' }],
])('%j is an address', (written, address) => {
  expect(parseListenAddress(written)).toEqual(address);
});

describe('what would mean every address to some and this machine to others is refused, with the way to write it', () => {
  test.each([':8080', '8080', 8080, '*:8080', '', ':'])('%j', (written) => {
    expect(() => parseListenAddress(written)).toThrow(
      'for every address of the machine write "0.0.0.0:PORT"',
    );
  });
});

test.each([
  ['127.0.0.1:65536', 'a port from 0 to 65535'],
  ['127.0.0.1', 'must be "host:port"'],
  ['127.0.0.1:', 'must be "host:port"'],
  ['127.0.0.256:80', 'must be "host:port"'],
  ['1.2.3:80', 'must be "host:port"'],
  ['::1:80', 'must be "host:port"'],
  ['[127.0.0.1]:80', 'must be "host:port"'],
  ['[::g]:80', 'must be "host:port"'],
  ['http://127.0.0.1:80', 'must be "host:port"'],
  ['-x.example:80', 'must be "host:port"'],
  ['a..b:80', 'must be "host:port"'],
  ['host:80x', 'must be "host:port"'],
  [null, 'must be "host:port"'],
  [{ port: 80 }, 'must be "host:port"'],
  ['unix:run/x.sock', 'by its absolute path'],
  ['unix:', 'by its absolute path'],
  [`unix:/${'x'.repeat(107)}`, 'at most 107 bytes'],
])('%j is refused: %s', (written, reason) => {
  expect(() => parseListenAddress(written)).toThrow(reason);
});

test('an address that was written is read back as the same', () => {
  const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
  fc.assert(
    fc.property(host, fc.nat({ max: 65_535 }), (name, port) => {
      const address = { host: name, port };
      expect(parseListenAddress(formatListenAddress(address))).toEqual(address);
    }),
  );
  expect(formatListenAddress({ socketPath: '/run/x.sock' })).toBe('unix:/run/x.sock');
});
