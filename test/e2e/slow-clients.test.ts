import { execFile } from 'node:child_process';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterEach, expect, jest, test } from '@jest/globals';
import type { GatewayOptions } from '../../lib/config/options.ts';
import { describeWithProgram } from '../helpers/debian-program.ts';
import { clientAt, CLUSTER_PATH, GatewayBench, ofOneCluster } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { documentReply, initReply, pingReply } from '../helpers/pazpar-bytes.ts';

const SECONDS = 6;
const MAX_CONNECTIONS = 80;
/** More than the listener takes, opened within four seconds. */
const ATTACKERS = ['-c', '240', '-r', '60', '-l', String(SECONDS), '-p', '3'];
/** Larger than what the buffers between two sockets of one machine take. */
const LARGE = Buffer.from(documentReply('x'.repeat(8 * 1024 * 1024)), 'latin1');

/** On a machine with more to do than it can, a user may be the slowest for a moment and make room; a browser then asks again. */
const RARELY = 0.05;

const LIMITS: Partial<GatewayOptions> = {
  compress: false,
  clients: { maxConnections: MAX_CONNECTIONS, headersTimeout: '3s', keepAliveTimeout: '3s' },
};

jest.setTimeout(30_000);

/** What the program's own probes found, each time it told. */
function availability(output: string): ReadonlySet<string> {
  const plain = stripVTControlCharacters(output);
  return new Set([...plain.matchAll(/service available: +(\w+)/g)].map(([, found = '']) => found));
}

describeWithProgram('slow clients of', { name: 'slowhttptest', debianPackage: 'slowhttptest' }, (program) => {
  const bench = new GatewayBench();
  afterEach(() => bench.stopAll());

  test.each([
    ['that drip heads', ['-H', '-i', '1'], 'command=init'],
    ['that drip bodies', ['-B', '-i', '1', '-s', '8192'], ''],
    [
      'that drip from large replies',
      ['-X', '-n', '1', '-z', '64', '-w', '512', '-y', '1024'],
      'command=show&session=7.pz1',
    ],
  ])('%s hold nobody else up', async (_, mode, query) => {
    const { gateway, url } = await startGateway();
    const attack = promisify(execFile)(program, [...mode, ...ATTACKERS, '-u', `${url}?${query}`]);
    const [{ stdout }, statuses] = await Promise.all([attack, useUntil(attack, url)]);
    expect(availability(stdout)).toEqual(new Set(['YES']));
    const unanswered = statuses.filter((status) => status !== 200);
    expect(unanswered.length).toBeLessThanOrEqual(statuses.length * RARELY);
    const { evicted, refused, most } = gateway.connections;
    expect({ evicted: evicted > 0, refused, most }).toEqual({
      evicted: true,
      refused: 0,
      most: MAX_CONNECTIONS,
    });
  });

  async function startGateway() {
    const backend = await bench.backend({
      script: (connection, { head }) => {
        if (head.includes('command=show')) connection.write(LARGE);
        else connection.write(head.includes('command=init') ? initReply('7') : pingReply());
      },
    });
    const members = [{ url: backend.url, route: 'pz1' }];
    const cluster = ofOneCluster({ members, limits: 'off', bodyTimeout: '3s', sendTimeout: '3s' });
    const { gateway, url } = await bench.gateway({ ...cluster, ...LIMITS });
    return { gateway, url: `${url}${CLUSTER_PATH}` };
  }
});

/** Five users, each of whom sends one ping after the other, on a new connection each, until the work is over. Gives the statuses, 0 for a connection that was cut. */
async function useUntil(work: Promise<unknown>, url: string): Promise<readonly number[]> {
  const progress = { statuses: [] as number[], isOver: false };
  const use = async (user: number): Promise<void> => {
    while (!progress.isOver) {
      const ping = call(`${url}?command=ping&session=8.pz1`, clientAt(`192.0.2.${user}`));
      const status = await ping.then(
        (reply) => reply.status,
        () => 0,
      );
      progress.statuses.push(status);
    }
  };
  const users = [1, 2, 3, 4, 5].map(use);
  await work.finally(() => (progress.isOver = true));
  await Promise.all(users);
  return progress.statuses;
}
