import { writeFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import { describe, expect, jest, test } from '@jest/globals';
import { run as runCheck } from '../../lib/cli/check.ts';
import { dispatch } from '../../lib/cli/dispatch.ts';
import { run as runGateway } from '../../lib/cli/gateway.ts';
import { parseGatewayFile } from '../../lib/config/file.ts';
import { Gateway } from '../../lib/gateway/gateway.ts';
import { portOf } from '../helpers/balancer-bench.ts';
import { capturedIo } from '../helpers/captured-io.ts';
import { keyPair } from '../helpers/certificates.ts';
import { collectingLogger } from '../helpers/collecting-logger.ts';
import { CLUSTER_PATH, useGatewayBench } from '../helpers/gateway-bench.ts';
import { call, type Call } from '../helpers/http-client.ts';
import { documentReply, initReply } from '../helpers/pazpar-bytes.ts';
import { planted, PLANTED_KEYS, secretsIn } from '../helpers/planted-secrets.ts';
import { REPOSITORY } from '../helpers/repository.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

jest.setTimeout(60_000);

const bench = useGatewayBench();
const inTemporaryDirectory = useTemporaryDirectory();
const FIXTURES = `${REPOSITORY}/test/fixtures/tls`;
const ENVIRONMENT = { TLS_KEY: PLANTED_KEYS.pem, TOKEN: planted('token'), SIGNING: planted('signing') };

/** A configuration with a secret wherever one can stand. */
function configuration(member: string): string {
  return `listen: 127.0.0.1:0
tls: { cert: ${FIXTURES}/server.pem, key: '\${TLS_KEY}' }
admin:
  listen: 127.0.0.1:0
  tls: { cert: ${FIXTURES}/server.pem, key: '\${file:tls.key}' }
statistics:
  token: ${planted('engine')}
  mirror: { token: ${planted('mirror')}, tls: { cert: ${FIXTURES}/server.pem, key: '\${TLS_KEY}' } }
shutdownTimeout: 0s
logLevel: debug
clusters:
  main:
    path: ${CLUSTER_PATH}
    health: off
    retryPause: 0s
    signing: { keys: [{ id: a, secret: '\${SIGNING}' }], required: false }
    entrances:
      - { token: '\${TOKEN}' }
    members:
      - url: ${member}
        route: pz1
        tls: { ca: ${FIXTURES}/ca.pem, cert: ${FIXTURES}/client.pem, key: '\${file:client.key}' }
  app:
    protocol: http
    path: /app
    health: off
    signing: { keys: [{ id: b, secret: '\${SIGNING}' }] }
    decisionCookie: { keys: [{ id: c, secret: '\${SIGNING}' }] }
    members:
      - { url: 'https://127.0.0.1:9', route: a, tls: { cert: ${FIXTURES}/server.pem, key: '\${TLS_KEY}' } }
`;
}

/** Mistakes that people make in such a file: what they write in place of what. */
const MISTAKES: readonly [what: string, written: string | RegExp, mistake: string][] = [
  ['a secret that is too short', /secret: [^}]*/, 'secret: XSECRETX'],
  ['a secret that is a list', /secret: [^}]*/, `secret: [${planted('list')}]`],
  ['a secret for the id', /id: a, secret: [^}]*/, `id: ${planted('id')}, secret: ${planted('a')}`],
  ['a secret for a key', /keys: \[.*?\}\]/, `keys: [${planted('key')}]`],
  ['a secret for all keys', /keys: \[.*?\}\]/, `keys: ${planted('keys')}`],
  ['a secret for the signing', /signing: \{.*\}/, `signing: ${planted('signing')}`],
  ['a secret with a variable that is not set', /secret: [^}]*\}'/, `secret: '${planted('x')}\${NOT_SET}'`],
  ['a secret with half a variable', /secret: [^}]*\}'/, `secret: '${planted('x')}\${'`],
  ['a secret with a variable, too short', /secret: [^}]*\}'/, "secret: 'XSECRETX${EMPTY}'"],
  ['a secret that ends nowhere', /secret: [^}]*/, `secret: "${planted('open')}`],
  ['two secrets', /secret: [^}]*/, `secret: ${planted('one')}, secret: ${planted('two')}`],
  ['a secret that begins like something else', /secret: [^}]*/, `secret: *${planted('alias')}`],
  ['a secret with a mark', /secret: [^}]*/, `secret: @${planted('at')}`],
  ['an unknown option', /token: '\$\{TOKEN\}'/, `tokn: ${planted('tokn')}`],
  ['a token with a blank', /token: '\$\{TOKEN\}'/, `token: 'Bearer ${planted('token')}'`],
  ['a token for an entrance', /- \{ token: '\$\{TOKEN\}' \}/, `- ${planted('entrance')}`],
  ['a token for the statistics', /statistics:\n.*\n.*\n/, `statistics: ${planted('engine')}\n`],
  ['a token for the mirror', /mirror: .*/, `mirror: ${planted('mirror')}`],
  ['a token among the peers', /mirror: \{/, `mirror: { peers: ['http://u:${planted('peer')}@x/y'],`],
  ['a token in a peer', /mirror: \{/, `mirror: { peers: ['ftp://x/y?token=${planted('peer')}'],`],
  ['a password in a URL', /url: .*/, `url: https://user:${planted('password')}@pz1.internal`],
  ['a password with a slash', /url: .*/, `url: https://user:a/${planted('slash')}@pz1.internal`],
  ['a password with an @', /url: .*/, `url: https://user:a@${planted('at')}@pz1.internal`],
  ['a password in a query', /url: .*/, `url: https://pz1.internal/x?password=${planted('query')}`],
  ['a password in a fragment', /url: .*/, `url: 'https://pz1.internal/x#${planted('hash')}'`],
  ['a URL without a scheme', /url: .*/, `url: 'user:${planted('scheme')}@pz1.internal'`],
  ['a key for TLS itself', /^tls: .*$/m, "tls: '${TLS_KEY}'"],
  ['a key for a certificate', /cert: [^,]*, key: '\$\{TLS_KEY\}'/, "cert: '${TLS_KEY}', key: '${TLS_KEY}'"],
  ['the key of another certificate', /'\$\{TLS_KEY\}'/, "'${OTHER_KEY}'"],
  ['a key with a passphrase', /'\$\{TLS_KEY\}'/, "'${ENCRYPTED_KEY}'"],
  ['a key that is cut', /'\$\{TLS_KEY\}'/, "'${CUT_KEY}'"],
  ['a key without its first line', /'\$\{TLS_KEY\}'/, "'${BARE_KEY}'"],
  ['a key without its first line, in the file', /'\$\{TLS_KEY\}'/, PLANTED_KEYS.bare],
  ['a passphrase', /key: '\$\{TLS_KEY\}'/, `key: '\${TLS_KEY}', passphrase: ${planted('passphrase')}`],
  ['a member’s key for its authority', /ca: [^,]*,/, "ca: '${OTHER_KEY}',"],
  ['a member’s key where no TLS is', /url: .*/, 'url: http://pz1.internal'],
  ['a secret for a number', /retryPause: .*/, "retryPause: '${SIGNING}'"],
  ['a secret for an address', /listen: 127.0.0.1:0\ntls/, "listen: '${SIGNING}'\ntls"],
];

const MORE = {
  EMPTY: '',
  OTHER_KEY: PLANTED_KEYS.other,
  ENCRYPTED_KEY: PLANTED_KEYS.encrypted,
  CUT_KEY: PLANTED_KEYS.pem.slice(0, 120),
  BARE_KEY: PLANTED_KEYS.bare,
};

const PASSWORD = `pz:authentication[target]=user/${planted('target')}`;
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const BEARER = { Authorization: `Bearer ${planted('token')}`, Cookie: `c=${planted('cookie')}` };
const WRONG = { Authorization: `Bearer ${planted('wrong')}`, Cookie: `c=${planted('cookie')}` };

/** Requests with secrets in them: those that may pass, and those that are refused for all sorts of reasons. */
const REQUESTS: readonly [query: string, request: Call][] = [
  ['command=init', { headers: BEARER }],
  [`command=init&${PASSWORD}`, { headers: BEARER }],
  [`command=settings&session=7.pz1&${PASSWORD}`, { headers: BEARER }],
  [
    '',
    { method: 'POST', headers: { ...BEARER, ...FORM }, body: `command=settings&session=7.pz1&${PASSWORD}` },
  ],
  [`command=settings&session=7.pz1&${PASSWORD}`, { headers: WRONG }],
  [`command=init&${PASSWORD}`, { headers: WRONG }],
  [`command=init&%70z:authentication%5Btarget=user/${planted('spelled')}`, {}],
  ['', { method: 'POST', headers: FORM, body: `command=settings&session=7.pz1&${PASSWORD}` }],
  [
    'command=init',
    { method: 'POST', headers: { 'Content-Type': 'text/xml' }, body: `<a>${planted('xml')}</a>` },
  ],
  ['command=init', { method: 'POST', headers: { 'Content-Type': planted('type') }, body: planted('body') }],
  [`command=show&session=7.pz1&session=8.pz1&${PASSWORD}`, { headers: BEARER }],
  [`command=show&session=7.pz1&x=%zz${planted('escape')}`, { headers: BEARER }],
  [`command=exit&password=${planted('exit')}`, { headers: BEARER }],
  [`command=show&session=7.gone&password=${planted('gone')}`, { headers: WRONG }],
  [`command=show&session=7.pz1&num=99999&password=${planted('num')}`, { headers: WRONG }],
  [`command=search&session=7.pz1&query=${planted('long').repeat(900)}`, { headers: WRONG }],
];

/** Runs a command with everything that it says, and with the configuration in a file. */
async function prepared(member: string) {
  const file = inTemporaryDirectory('gateway.yaml');
  await writeFile(inTemporaryDirectory('tls.key'), PLANTED_KEYS.pem);
  await writeFile(inTemporaryDirectory('client.key'), PLANTED_KEYS.other);
  const io = capturedIo({ ...ENVIRONMENT, ...MORE });
  const write = (text: string): Promise<void> => writeFile(file, text);
  await write(configuration(member));
  return { file, io, write, said: () => io.out() + io.err() };
}

describe('a planted secret', () => {
  const MEMBER = 'https://127.0.0.1:9';

  test('is in what is looked at', () => {
    expect(secretsIn(configuration(MEMBER)).length).toBeGreaterThan(0);
    expect(secretsIn(`x${PLANTED_KEYS.pem}`).length).toBeGreaterThan(2);
    expect(secretsIn('nothing')).toEqual([]);
  });

  test('is not printed by check', async () => {
    const { file, io, said } = await prepared(MEMBER);
    expect(await runCheck(['--config', file], io)).toBe(0);
    expect(said().match(/\(not shown\)/g)).toHaveLength(11);
    expect(secretsIn(said())).toEqual([]);
  });

  test.each(MISTAKES)('is not printed by check where there is %s', async (_, written, mistake) => {
    const { file, io, write, said } = await prepared(MEMBER);
    const wrong = configuration(MEMBER).replace(written, () => mistake);
    expect(wrong).not.toBe(configuration(MEMBER));
    await write(wrong);
    expect(await runCheck(['--config', file], io)).toBe(2);
    expect(said()).toContain('gateway.yaml:');
    expect(secretsIn(said())).toEqual([]);
  });

  test.each([
    ['push', ['--host', 'a', '--engine', `http://user:${planted('engine')}@x`]],
    ['push', ['--host', 'a', '--engine', `ftp://user:a/${planted('engine')}@x`]],
    ['push', ['--host', 'a', '--engine', `http://x/athena?token=${planted('engine')}`]],
    ['push', ['--host', 'a', '--engine', 'http://x', '--engine-ca', PLANTED_KEYS.pem]],
    ['push', ['--host', 'a', '--engine', 'http://x', '--pazpar2', `http://user:${planted('pz2')}@x`]],
    ['shim', ['--listen', '127.0.0.1:0', '--id', 'a', '--backend', `http://user:${planted('pz2')}@x`]],
    ['check', ['--config', `/none/${planted('path').toLowerCase()}`]],
  ])('is not printed by the command %s with wrong arguments: %#', async (command, argv) => {
    const io = capturedIo({ PZ2_ENGINE_TOKEN: planted('environment') });
    expect(await dispatch([command, ...argv], io)).toBe(2);
    expect(io.err()).not.toBe('');
    expect(secretsIn(io.out() + io.err())).toEqual([]);
  });

  test('is not printed by push whose token is none', async () => {
    const io = capturedIo({ PZ2_ENGINE_TOKEN: `${planted('environment')} with blanks` });
    expect(await dispatch(['push', '--host', 'a', '--engine', 'http://x'], io)).toBe(2);
    expect(io.err()).toContain('PZ2_ENGINE_TOKEN');
    expect(secretsIn(io.out() + io.err())).toEqual([]);
  });

  test('is neither logged nor answered by a gateway, whatever it is asked and however wrong a reload is', async () => {
    const { file, io, write, said } = await prepared(await backendUrl());
    const ended = runGateway(['--config', file], io);
    await until(() => said().includes('"listening"'));
    const [, address, admin] = /"public":"([^"]+)","internal":"([^"]+)"/.exec(said()) ?? [];
    const answers: string[] = [];
    const ask = async (url: string, request: Call): Promise<void> => {
      const { status, text, headers } = await call(url, request);
      answers.push(`${status} ${JSON.stringify(headers)} ${text}`);
    };
    const askAll = async (): Promise<void> => {
      for (const [query, request] of REQUESTS)
        await ask(`https://${address}${CLUSTER_PATH}?${query}`, request);
      await ask(`https://${address}/nowhere?password=${planted('path')}`, { headers: BEARER });
      for (const kind of ['update/phys', 'status/engine', 'status/phys', 'balance']) {
        await ask(`https://${admin}/athena/${kind}?phys=pz1&load=1&password=${planted('figure')}`, {
          headers: WRONG,
        });
      }
    };
    await askAll();
    expect(answers.map((answer) => answer.slice(0, 3))).toEqual(
      expect.arrayContaining(['200', '400', '403', '404', '417']),
    );
    for (const [, written, mistake] of MISTAKES) {
      const reloads = said().split('"configuration refused').length;
      await write(configuration(MEMBER).replace(written, () => mistake));
      io.signals.emit('SIGHUP');
      await until(() => said().split('"configuration refused').length > reloads);
    }
    await askAll();
    await writeBrokenRequest(`https://${address}`);
    io.signals.emit('SIGTERM');
    expect(await ended).toBe(0);
    expect(secretsIn(said())).toEqual([]);
    expect(secretsIn(answers.join('\n'))).toEqual([]);
  });

  test('is neither in a snapshot nor in an event, also when members do not answer', async () => {
    const { file } = await prepared(MEMBER);
    const config = parseGatewayFile(configuration(MEMBER), ENVIRONMENT, file);
    const { logger, lines } = collectingLogger();
    const gateway = new Gateway(config, { logger });
    await gateway.start();
    bench.also(() => gateway.stop());
    const answers: string[] = [];
    for (const [query, request] of REQUESTS) {
      const { text } = await call(`https://${gateway.addresses.public}${CLUSTER_PATH}?${query}`, request);
      answers.push(text);
    }
    expect(answers.join()).toContain('No server available');
    expect(secretsIn(JSON.stringify([gateway.snapshot(), gateway.addresses, lines]))).toEqual([]);
    expect(secretsIn(answers.join())).toEqual([]);
  });
});

/** Something that is no HTTP, with a secret in it, over TLS. */
async function writeBrokenRequest(origin: string): Promise<void> {
  const socket = connect({ port: portOf(origin), host: '127.0.0.1', rejectUnauthorized: false });
  socket.end(`GET / HTTP/1.1\r\nAuthorization ${planted('broken')}\r\n\r\n`);
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
}

/** An https member that answers whatever it is asked. */
async function backendUrl(): Promise<string> {
  const { url } = await bench.backend({
    tls: keyPair('server'),
    script: (connection, { head }) =>
      void connection.write(head.includes('command=init') ? initReply('7') : documentReply('<ok/>')),
  });
  return url;
}
