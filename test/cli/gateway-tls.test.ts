import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import { portOf, useBalancerBench } from '../helpers/balancer-bench.ts';
import { certificateFiles } from '../helpers/certificates.ts';
import { CLUSTER_PATH } from '../helpers/gateway-bench.ts';
import { Http2Client } from '../helpers/http2-client.ts';
import { PROGRAM } from '../helpers/program.ts';
import { spawnOneCluster } from '../helpers/spawned-gateway.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { shakeHands } from '../helpers/tls-handshake.ts';
import { until } from '../helpers/until.ts';

// Each starts a program or two.
jest.setTimeout(60_000);

const bench = useBalancerBench();
const inTemporaryDirectory = useTemporaryDirectory();
const INIT = `${CLUSTER_PATH}?command=init`;

/** A gateway program with a certificate whose files the test changes. */
async function running() {
  const files = { cert: inTemporaryDirectory('a.pem'), key: inTemporaryDirectory('a.key') };
  const put = async (name: string): Promise<void> => {
    await copyFile(certificateFiles(name).cert, files.cert);
    await copyFile(certificateFiles(name).key, files.key);
  };
  await put('server');
  const started = await spawnOneCluster(bench, inTemporaryDirectory('gateway.json'), {
    tls: files,
    admin: { tls: files },
  });
  const client = await Http2Client.open(started.gateway.url);
  bench.also(() => Promise.resolve(client.close()));
  const names = async () => [
    (await shakeHands(portOf(started.gateway.url))).commonName,
    (await shakeHands(portOf(started.gateway.internal))).commonName,
  ];
  return { ...started, files, put, client, names };
}

describe('the gateway program with TLS', () => {
  test('takes renewed certificates of both listeners with SIGHUP, while connections go on', async () => {
    const { gateway, options, put, client, names } = await running();
    expect(await names()).toEqual(['localhost', 'localhost']);
    expect((await client.call(INIT)).status).toBe(200);
    await put('renewed');
    expect(await gateway.reload(options)).toMatchObject({ msg: 'configuration read again' });
    expect(await names()).toEqual(['localhost, renewed', 'localhost, renewed']);
    expect((await client.call(INIT)).status).toBe(200);
  });

  test('keeps what it has when the new ones are wrong, and says why', async () => {
    const { gateway, options, files, put, client, names } = await running();
    const refused = { level: 50, msg: 'configuration refused; the one before stays in force' };
    await writeFile(files.key, 'nothing');
    const line = await gateway.reload(options);
    expect(line).toMatchObject(refused);
    expect(line['problems']).toEqual([
      expect.stringMatching(/gateway\.json:1:\d+: tls\.key: holds no private key in PEM form/),
      expect.stringMatching(/gateway\.json:1:\d+: admin\.tls\.key: holds no private key/),
    ]);
    await put('expired');
    expect(JSON.stringify(await gateway.reload(options))).toMatch(/tls\.cert: .* that expired at 20/);
    expect(await names()).toEqual(['localhost', 'localhost']);
    expect((await client.call(INIT)).status).toBe(200);
  });

  test('says goodbye (GOAWAY) with SIGTERM and ends in peace', async () => {
    const { gateway, client } = await running();
    expect((await client.call(INIT)).status).toBe(200);
    const goneAway = once(client.session, 'goaway');
    expect(await gateway.stop()).toBe(0);
    await goneAway;
    await until(() => client.isClosed);
  });
});

test.each([
  ['gateway', 'expired', /^FILE:1:\d+: tls\.cert: holds a certificate that expired at 20/],
  ['check', 'expired', /^FILE:1:\d+: tls\.cert: holds a certificate that expired at 20/],
  ['gateway', 'nowhere', /^FILE:1:\d+: tls\.cert: names a file that cannot be read: there is no such file/],
  ['check', 'encrypted', /tls\.key: holds a key that is protected by a passphrase/],
])('%s refuses to start with a certificate that is %s', async (command, name, message) => {
  const file = inTemporaryDirectory('gateway.json');
  const main = { path: '/', members: [{ url: 'http://127.0.0.1:9', route: 'pz1' }] };
  const { cert, key } = certificateFiles(name);
  const tls = { cert: `${process.cwd()}/${cert}`, key: `${process.cwd()}/${key}` };
  await writeFile(file, JSON.stringify({ listen: '127.0.0.1:0', tls, clusters: { main } }));
  const ended = promisify(execFile)(process.execPath, [PROGRAM, command, '--config', file]);
  const failure = await ended.catch((error: { code: number; stderr: string }) => error);
  expect(failure).toMatchObject({ code: 2 });
  expect(failure.stderr.replaceAll(file, 'FILE')).toMatch(message);
});
