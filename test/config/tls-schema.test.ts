import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { checkGatewayOptions, checkMemberOptions } from '../../lib/config/check.ts';
import type { GatewayOptions } from '../../lib/config/options.ts';
import type { MemberTlsOptions, TlsOptions } from '../../lib/config/tls-options.ts';
import { describeProblem, OptionsError } from '../../lib/errors.ts';
import { certificateFiles, readPem } from '../helpers/certificates.ts';
import { optionProblems } from '../helpers/option-problems.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';

const inTemporaryDirectory = useTemporaryDirectory();
const SERVER = certificateFiles('server');
const GATEWAY: GatewayOptions = {
  listen: '127.0.0.1:8443',
  clusters: { main: { path: '/', members: [{ url: 'http://127.0.0.1:9763', route: 'pz1' }] } },
};

const listenerProblems = (tls: object) =>
  optionProblems(() => checkGatewayOptions({ ...GATEWAY, tls: { ...SERVER, ...tls } }));
const memberProblems = (tls: MemberTlsOptions, url = 'https://pz1.internal') =>
  optionProblems(() => checkMemberOptions({ url, route: 'pz1', tls }));

async function fileOf(text: string): Promise<string> {
  const file = inTemporaryDirectory('file.pem');
  await writeFile(file, text);
  return file;
}

describe('TLS of a listener', () => {
  test('is read from its files', () => {
    const { tls, admin } = checkGatewayOptions({
      ...GATEWAY,
      tls: SERVER,
      admin: { listen: '127.0.0.1:8444', tls: { ...certificateFiles('renewed'), minVersion: 'TLSv1.3' } },
    });
    expect(tls).toEqual({
      cert: { source: SERVER.cert, text: readPem('server.pem') },
      key: { source: SERVER.key, text: readPem('server.key') },
      minVersion: 'TLSv1.2',
    });
    expect(admin?.tls?.minVersion).toBe('TLSv1.3');
  });

  test('may stand in the options themselves', () => {
    const given: TlsOptions = { cert: readPem('server.pem'), key: readPem('server.key') };
    expect(checkGatewayOptions({ ...GATEWAY, tls: given }).tls?.key.text).toBe(given.key);
  });

  test('takes the certificate together with those that lead to its authority', async () => {
    const chain = await fileOf(`Bag Attributes\n${readPem('server.pem')}${readPem('ca.pem')}`);
    expect(listenerProblems({ cert: chain })).toEqual([]);
  });

  test.each([
    ['a missing file', { cert: '/nowhere.pem' }, /^tls\.cert: names a file that cannot be read: there is no/],
    ['a directory', { key: '/' }, /^tls\.key: names a file that cannot be read: this is a directory/],
    ['a key for a certificate', { cert: SERVER.key }, /^tls\.cert: holds no certificate in PEM form/],
    ['a certificate for a key', { key: SERVER.cert }, /^tls\.key: holds no private key in PEM form/],
    [
      'a key with a passphrase',
      { key: 'test/fixtures/tls/encrypted.key' },
      /^tls\.key: holds a key that is protected by a passphrase; store it without/,
    ],
    ['the key of another certificate', { key: certificateFiles('client').key }, /^tls\.key: .* of another c/],
    [
      'a certificate that expired',
      certificateFiles('expired'),
      /^tls\.cert: holds a certificate that expired at 20\d\d-\d\d-.*; renew it$/,
    ],
    ['authorities that are none', { ca: SERVER.key }, /^tls\.ca: holds no certificate in PEM form/],
    ['something else than a text', { cert: 7 }, /^tls\.cert: must be the path of a PEM file/],
    ['nothing', { cert: '' }, /^tls\.cert: must be the path of a PEM file/],
    ['several lines that are no PEM', { key: 'a\nb' }, /^tls\.key: holds no PEM text .* and is no path/],
    ['an old version', { minVersion: 'TLSv1.1' }, /^tls\.minVersion: must be "TLSv1.2" or "TLSv1.3"/],
    ['an unknown option', { passphrase: 'x' }, /^tls\.passphrase: unknown option/],
  ])('is refused with %s', (_, tls, message) => {
    expect(listenerProblems(tls)).toEqual([expect.stringMatching(message)]);
  });

  test('is refused with a damaged certificate', async () => {
    const damaged = await fileOf(readPem('server.pem').replace(/M/g, 'N'));
    expect(listenerProblems({ cert: damaged })).toEqual([
      expect.stringMatching(/^tls\.cert: holds a damaged certificate/),
    ]);
  });

  test('tells of cert and key at once', () => {
    expect(listenerProblems({ cert: '/nowhere.pem', key: '/nowhere.key' })).toHaveLength(2);
  });

  test('is refused on a Unix socket', () => {
    const message = /TLS is for connections over a network/;
    const options: GatewayOptions = {
      ...GATEWAY,
      tls: SERVER,
      listen: 'unix:/run/a',
      admin: { listen: 'unix:/run/b', tls: SERVER },
    };
    expect(optionProblems(() => checkGatewayOptions(options))).toEqual([
      expect.stringMatching(message),
      expect.stringMatching(message),
    ]);
  });

  test.each([
    ['damaged', readPem('server.key').replace(/[Mm]/g, 'N')],
    ['of another certificate', readPem('client.key')],
  ])('never shows a key that stands in the options and is %s', (_, key) => {
    const [problem = ''] = shown({ key });
    expect(problem).toMatch(/^tls\.key: /);
    for (const line of key.split('\n').slice(1, -2)) expect(problem).not.toContain(line);
  });
});

describe('TLS with a member', () => {
  const given = { ca: 'test/fixtures/tls/ca.pem', serverName: 'pz.internal', ...certificateFiles('client') };

  test('is read from its files', () => {
    const { tls } = checkMemberOptions({ url: 'https://127.0.0.1', route: 'pz1', tls: given });
    expect(tls).toMatchObject({ serverName: 'pz.internal', ca: { text: readPem('ca.pem') } });
    expect(tls?.key).toEqual({ source: given.key, text: readPem('client.key') });
  });

  test.each([
    ['cert', { cert: given.cert }, 'tls.cert: needs `key` beside it'],
    ['key', { key: given.key }, 'tls.key: needs `cert` beside it'],
  ])('is refused with %s alone', (_, tls, message) => {
    expect(memberProblems(tls)).toEqual([message]);
  });

  test.each(['', '127.0.0.1', '::1', 'a b', '-a.example', 'a..b', 'a'.repeat(64)])(
    'is refused with the name %j',
    (serverName) => {
      expect(memberProblems({ serverName })).toEqual([
        'tls.serverName: must be a host name, such as "pz1.internal"',
      ]);
    },
  );

  test.each(['http://pz1.internal:9763', 'unix:/run/pz.sock'])('is refused for %s', (url) => {
    expect(memberProblems(given, url)).toEqual(['tls: is for members whose `url` begins with https://']);
  });
});

function shown(tls: Partial<TlsOptions>): string[] {
  try {
    checkGatewayOptions({ ...GATEWAY, tls: { ...SERVER, ...tls } });
  } catch (error) {
    if (error instanceof OptionsError) return error.problems.map(describeProblem);
    throw error;
  }
  return [];
}
