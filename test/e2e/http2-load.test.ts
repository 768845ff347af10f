import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, jest, test } from '@jest/globals';
import { certificateFiles } from '../helpers/certificates.ts';
import { describeWithProgram } from '../helpers/debian-program.ts';
import { CLUSTER_PATH, GatewayBench, ofOneCluster } from '../helpers/gateway-bench.ts';
import { documentReply, pingReply } from '../helpers/pazpar-bytes.ts';
import { until } from '../helpers/until.ts';

const REQUESTS = 1500;
/** Larger than the window of a stream (64 kB), so that the flow control of HTTP/2 has its say. */
const LARGE = documentReply(`<show>${'x'.repeat(200_000)}</show>`);

jest.setTimeout(60_000);

describeWithProgram('load of', { name: 'h2load', debianPackage: 'nghttp2-client' }, (program) => {
  const bench = new GatewayBench();
  afterEach(() => bench.stopAll());

  test.each([
    ['many requests at once on few connections', ['-c', '3', '-m', '100'], 'ping', REQUESTS],
    ['one request at once on many connections', ['-c', '50', '-m', '1'], 'ping', REQUESTS],
    ['large replies', ['-c', '4', '-m', '8'], 'show', 120],
    ['HTTP/1.1 over TLS', ['--h1', '-c', '20'], 'ping', REQUESTS],
  ])('%s: every request is answered', async (_, load, command, count) => {
    const backend = await bench.backend({
      script: (connection, { head }) =>
        void connection.write(head.includes('command=show') ? LARGE : pingReply()),
    });
    const cluster = ofOneCluster({ members: [{ url: backend.url, route: 'pz1' }], limits: 'off' });
    const { gateway, url, lines } = await bench.gateway({
      ...cluster,
      tls: certificateFiles('server'),
      compress: false,
    });
    const target = `${url}${CLUSTER_PATH}?command=${command}&session=7.pz1`;
    const { stdout } = await promisify(execFile)(program, [...load, '-n', String(count), target]);
    expect(stdout).toContain(`${count} succeeded, 0 failed, 0 errored, 0 timeout`);
    expect(stdout).toContain(`status codes: ${count} 2xx, 0 3xx, 0 4xx, 0 5xx`);
    await until(() => lines.length === count);
    expect(new Set(lines.map(({ fields }) => fields['verdict']))).toEqual(new Set(['answered']));
    await until(() => gateway.connections.open === 0);
  });
});
