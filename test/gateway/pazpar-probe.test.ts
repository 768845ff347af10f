import { describe, expect, test } from '@jest/globals';
import { Member } from '../../lib/cluster/member.ts';
import { checkMemberOptions } from '../../lib/config/check.ts';
import type { MemberOptions } from '../../lib/config/options.ts';
import { MemberTransport } from '../../lib/forward/member-transport.ts';
import { parseMemberUrl } from '../../lib/forward/member-url.ts';
import { Upstream } from '../../lib/forward/upstream.ts';
import { pazparProbe } from '../../lib/gateway/pazpar-probe.ts';
import type { ProbeResult } from '../../lib/health/probe.ts';
import { systemClock } from '../../lib/clock.ts';
import { createShim } from '../../shim/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { DEFAULT_LIMITS } from '../helpers/forwarding-bench.ts';
import { freePort } from '../helpers/free-port.ts';
import { documentReply, sessionLostReply } from '../helpers/pazpar-bytes.ts';
import { originOf } from '../helpers/started.ts';

const bench = useBalancerBench();

function upstreamOf(options: Partial<MemberOptions>): Upstream {
  const settings = checkMemberOptions({ url: 'http://127.0.0.1:9', route: 'pz1', ...options });
  const { origin, path } = parseMemberUrl(settings.url);
  const transport = new MemberTransport(settings, DEFAULT_LIMITS);
  bench.also(() => transport.close());
  const way = { endpoint: { path, host: origin.host }, transport };
  return new Upstream(new Member(settings), way, { settings: DEFAULT_LIMITS, clock: systemClock });
}

function probeOf(upstream: Upstream): Promise<ProbeResult> {
  return new Promise((resolve) => void pazparProbe(() => upstream)(upstream.member, resolve));
}

function probe(options: Partial<MemberOptions>): Promise<ProbeResult> {
  return probeOf(upstreamOf(options));
}

describe('The probe of a Pazpar2', () => {
  test('passes where it answers that it does not know a session, and leaves nothing behind', async () => {
    const simulator = await bench.simulator();
    expect(await probe({ url: originOf(simulator) })).toEqual({ ok: true });
    expect(simulator.requests.map(({ head }) => head.split('\r\n')[0])).toEqual([
      'GET /search.pz2?command=ping&session=0 HTTP/1.1',
    ]);
    expect(simulator.counters.liveSessions).toBe(0);
  });

  test.each<[string, string, string]>([
    ['another page', documentReply('<html/>'), 'answered with status 200'],
    [
      'an error of another server',
      'HTTP/1.1 417 Expectation Failed\r\nContent-Length: 4\r\n\r\nsorry',
      'answered without an error document; is it a Pazpar2?',
    ],
    ['no HTTP', 'hello\r\n\r\n', 'no valid HTTP'],
    ['two lengths', 'HTTP/1.1 417 x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nsorry', 'no valid HTTP'],
    ['half an answer', 'HTTP/1.1 417 x\r\nContent-Length: 400\r\n\r\n<error code="1"', 'answer broke off'],
    ['nothing', '', 'connection closed without an answer'],
  ])('fails where %s comes', async (_, reply, reason) => {
    const backend = await bench.backend({ script: (connection) => connection.end(reply) });
    expect(await probe({ url: backend.url })).toEqual({ ok: false, reason });
  });

  test('fails where a reset comes, where nobody listens, and where the name has no address', async () => {
    const backend = await bench.backend({ script: (connection) => connection.reset() });
    expect(await probe({ url: backend.url })).toEqual({ ok: false, reason: 'connection reset' });
    const nobody = `http://127.0.0.1:${await freePort()}`;
    expect(await probe({ url: nobody })).toEqual({ ok: false, reason: 'connection refused' });
    expect(await probe({ url: 'http://no-such-host.invalid' })).toMatchObject({
      reason: 'its name has no address',
    });
  });

  test('fails at a server that is at its limit of sockets', async () => {
    const simulator = await bench.simulator({ socketLimit: 0 });
    expect(await probe({ url: originOf(simulator) })).toMatchObject({ ok: false });
  });

  test('reads no more than it needs of an answer without end', async () => {
    const backend = await bench.backend({
      script: (connection) => {
        connection.write('HTTP/1.1 417 x\r\nContent-Length: 9999999\r\n\r\n');
        connection.write('x'.repeat(100_000));
      },
    });
    expect(await probe({ url: backend.url })).toMatchObject({ ok: false });
    await (
      await backend.connection(0)
    ).closed;
  });

  test('asks once more where the reply has a framing that takes another transport', async () => {
    const backend = await bench.backend({
      script: (connection) => {
        const body = '<error code="1" msg="x">0</error>';
        const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
        connection.end(`HTTP/1.1 417 x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`);
      },
    });
    expect(await probe({ url: backend.url })).toEqual({ ok: true });
    expect(backend.connections).toHaveLength(2);
  });

  test('asks once more where a kept connection had been closed', async () => {
    let requests = 0;
    const backend = await bench.backend({
      script: (connection) => {
        requests += 1;
        if (requests === 2) connection.end();
        else connection.write(sessionLostReply('0'));
      },
    });
    const upstream = upstreamOf({ url: backend.url, direct: false });
    expect(await probeOf(upstream)).toEqual({ ok: true });
    expect(await probeOf(upstream)).toEqual({ ok: true });
    expect(backend.connections).toHaveLength(2);
  });

  test('sees through a shim whether a Pazpar2 is behind it', async () => {
    const simulator = await bench.simulator();
    const shim = createShim({ backend: originOf(simulator), serverId: 'pz1', retryPause: 0 });
    bench.also(() => shim.close());
    const url = await bench.serve(shim);
    expect(await probe({ url, direct: false })).toEqual({ ok: true });
    await simulator.stop();
    expect(await probe({ url, direct: false })).toEqual({ ok: false, reason: 'answered with status 503' });
  });

  test('says nothing any more once it is called off', async () => {
    const backend = await bench.backend();
    const upstream = upstreamOf({ url: backend.url });
    let said = false;
    const running = pazparProbe(() => upstream)(upstream.member, () => (said = true));
    const connection = await backend.connection(0);
    await connection.request();
    running.cancel();
    await connection.closed;
    expect(said).toBe(false);
  });

  test('works over a Unix socket as well', async () => {
    const backend = await bench.backend({
      socketPath: `/tmp/pz2-probe-${process.pid}.sock`,
      script: (connection) => connection.end(sessionLostReply('0')),
    });
    expect(await probe({ url: backend.url })).toEqual({ ok: true });
  });
});
