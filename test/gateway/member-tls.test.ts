import { copyFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import type { MemberTlsOptions } from '../../lib/config/tls-options.ts';
import { certificateFiles, keyPair, readPem } from '../helpers/certificates.ts';
import { CLUSTER_PATH, ofOneCluster, onFreePorts, useGatewayBench } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { pingReply } from '../helpers/pazpar-bytes.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';

const bench = useGatewayBench();
const inTemporaryDirectory = useTemporaryDirectory();
const PING = `${CLUSTER_PATH}?command=ping&session=7.pz1`;
const AUTHORITY = 'test/fixtures/tls/ca.pem';
const FULL = { ca: AUTHORITY, serverName: 'pz.internal', ...certificateFiles('client') };

/** A gateway before a server that is called pz.internal and lets nobody in without a certificate. */
async function beforeStrictMember(tls?: MemberTlsOptions) {
  const strict = { ...keyPair('named'), ca: readPem('ca.pem'), requestCert: true };
  const backend = await bench.backend({
    tls: strict,
    script: (connection) => connection.write(pingReply()),
  });
  const withTls = (changed?: MemberTlsOptions) =>
    ofOneCluster({
      members: [{ url: backend.url, route: 'pz1', ...(changed === undefined ? {} : { tls: changed }) }],
      retryPause: '10ms',
    });
  const started = await bench.gateway(withTls(tls));
  const apply = (changed: MemberTlsOptions) =>
    started.gateway.apply(checkGatewayOptions(onFreePorts(withTls(changed))));
  return { ...started, backend, apply, ping: () => call(`${started.url}${PING}`) };
}

describe('a member with TLS', () => {
  test('is served by its own name, with a certificate of the balancer', async () => {
    const { ping, backend } = await beforeStrictMember(FULL);
    expect((await ping()).status).toBe(200);
    expect(backend.connections[0]?.serverName).toBe('pz.internal');
  });

  test.each([
    ['no authority that is trusted', { serverName: 'pz.internal', ...certificateFiles('client') }],
    ['another name', { ...FULL, serverName: 'localhost' }],
    ['no name of its own', { ca: AUTHORITY, ...certificateFiles('client') }],
    ['no certificate', { ca: AUTHORITY, serverName: 'pz.internal' }],
    ['nothing at all', undefined],
  ])('that is asked with %s is not reached, and clients learn no more than that', async (_, tls) => {
    const { ping, backend, lines } = await beforeStrictMember(tls);
    const { status, text } = await ping();
    expect(status).toBe(503);
    expect(text).toMatch(/<error code="219" msg="Secure connection to the server failed">[^<]*<\/error>/);
    expect(text).not.toMatch(/127\.0\.0\.1|pz\.internal|certificate|\.pem/i);
    expect(lines.map(({ fields }) => fields['error'])).toContain('TLS_FAILED');
    expect(backend.connections.flatMap(({ requests }) => requests)).toEqual([]);
  });

  test('is reached by a new way once its options have changed', async () => {
    const { ping, apply } = await beforeStrictMember({ ca: AUTHORITY });
    expect((await ping()).status).toBe(503);
    apply(FULL);
    expect((await ping()).status).toBe(200);
  });

  test('is shown a certificate that was renewed in its file after the next reload; kept connections stay otherwise', async () => {
    const files = { cert: inTemporaryDirectory('a.pem'), key: inTemporaryDirectory('a.key') };
    const put = async (name: string): Promise<void> => {
      await copyFile(certificateFiles(name).cert, files.cert);
      await copyFile(certificateFiles(name).key, files.key);
    };
    await put('client');
    const { ping, apply, backend } = await beforeStrictMember({ ...FULL, ...files });
    for (let count = 0; count < 2; count++) expect((await ping()).status).toBe(200);
    apply({ ...FULL, ...files });
    expect((await ping()).status).toBe(200);
    expect(backend.connections).toHaveLength(1);
    await put('server');
    apply({ ...FULL, ...files });
    expect((await ping()).status).toBe(200);
    expect(backend.connections).toHaveLength(2);
    expect(backend.connections.map(({ clientName }) => clientName)).toEqual(['balancer', 'localhost']);
  });

  test('keeps its way when something else of it is changed at run time', async () => {
    const tls = { ...keyPair('named'), ca: readPem('ca.pem'), requestCert: true };
    const backend = await bench.backend({ tls, script: (connection) => connection.write(pingReply()) });
    const { balancer, url } = await bench.balancer({
      members: [{ url: backend.url, route: 'pz1', tls: FULL }],
    });
    const ping = () => call(`${url}?command=ping&session=7.pz1`);
    expect((await ping()).status).toBe(200);
    balancer.members.update('pz1', { loadFactor: 2 });
    expect((await ping()).status).toBe(200);
    expect(backend.connections).toHaveLength(1);
    balancer.members.update('pz1', { tls: { ...FULL, serverName: 'localhost' } });
    expect((await ping()).status).toBe(503);
  });
});
