import { describe, expect, test } from '@jest/globals';
import { run as runMirror } from '../../lib/cli/mirror.ts';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import type { GatewayOptions } from '../../lib/config/options.ts';
import { Gateway } from '../../lib/gateway/gateway.ts';
import { certificateFiles, TEST_AUTHORITY } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { capturedIo } from '../helpers/captured-io.ts';
import { onFreePorts, useGatewayBench, type StartedGateway } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { until } from '../helpers/until.ts';

const bench = useGatewayBench();
const TOKEN = 'q2Jv7mXz0aB4cD6eF8gH1iK3';

type Options = Omit<GatewayOptions, 'listen' | 'admin'>;

function optionsOf(peers: readonly string[], routes: readonly string[] = ['pz1', 'pz2']): Options {
  const members = routes.map((route) => ({ url: `http://${route}.internal:9763`, route }));
  return {
    clusters: { main: { path: '/search.pz2', members } },
    statistics: { mirror: { token: TOKEN, peers, interval: '1s' } },
  };
}

const engine = ({ internal }: StartedGateway): string => `${internal}/athena`;
const ask = async (gateway: StartedGateway, path: string): Promise<string> =>
  (await call(`${engine(gateway)}/${path}`)).text.trimEnd();
const statusOf = (gateway: StartedGateway, host: string, format: string): Promise<string> =>
  ask(gateway, `status/phys?Eh%3D${host}%2Cf%3D${encodeURIComponent(format)}`);

/** Two gateways, each of which is told by the other. */
async function two(): Promise<[StartedGateway, StartedGateway]> {
  const a = await bench.gateway(optionsOf([]));
  const b = await bench.gateway(optionsOf([engine(a)]));
  a.gateway.apply(checkGatewayOptions(onFreePorts(optionsOf([engine(b)]))));
  return [a, b];
}

const authorized = { Authorization: `Bearer ${TOKEN}` };

describe('two gateways that mirror each other', () => {
  test('know of both what either is told, and the later word counts', async () => {
    const [a, b] = await two();
    await ask(a, 'update/phys?h=pz1,s=off,u=down,load1:0.5');
    await until(async () => (await statusOf(b, 'pz1', '%s %u %{load1}')) === 'off down 0.5');
    await ask(b, 'update/phys?h=pz1,s=on,u=auto,load1:2');
    await until(async () => (await statusOf(a, 'pz1', '%s %u %{load1}')) === 'on up 2');
    await ask(b, 'update/farm?n=main,s=off,forward=https://elsewhere.example/');
    await until(async () => (await ask(a, 'balance?main')) === 'https://elsewhere.example/');
    expect(await ask(b, 'balance?main')).toBe('https://elsewhere.example/');
  });

  test('tell how far the other is behind', async () => {
    const [a, b] = await two();
    await ask(a, 'update/phys?h=pz1,s=off');
    await until(async () => (await ask(a, 'status/engine')).endsWith('peers=1 behind=0'));
    await b.gateway.stop();
    await ask(a, 'update/phys?h=pz1,s=on');
    await until(async () => (await ask(a, 'status/engine')).endsWith('peers=1 behind=1'));
    const { text } = await call(`${engine(a)}/status/engine`, { headers: { Accept: 'application/json' } });
    expect(JSON.parse(text)).toMatchObject({
      peers: [{ behind: 1, pulled: expect.any(Number), problem: expect.any(String) }],
    });
    expect(a.gateway.mirrorPeers).toMatchObject([{ url: engine(b), behind: 1 }]);
    expect(a.lines).toContainEqual(
      expect.objectContaining({ message: expect.stringMatching(/^mirror peer cannot be reached: /) }),
    );
  });
});

test('by TLS, with a certificate that the other asks for', async () => {
  const { listen: _, ...options } = onFreePorts(optionsOf([]));
  const tls = { ...certificateFiles('server'), ca: TEST_AUTHORITY };
  const admin = { listen: '127.0.0.1:0', tls };
  const a = new Gateway(checkGatewayOptions({ ...options, listen: '127.0.0.1:0', admin }));
  await a.start();
  bench.also(() => a.stop());
  const url = `https://${a.addresses.internal}/athena`;
  const mirrored = (tlsOfPeer: object): Options => {
    const mirror = { token: TOKEN, peers: [url], interval: '1s', tls: tlsOfPeer } as const;
    return { ...optionsOf([]), statistics: { mirror } };
  };
  const trusting = { ca: TEST_AUTHORITY, serverName: 'localhost' };
  const stranger = await bench.gateway(mirrored(trusting));
  const known = await bench.gateway(mirrored({ ...trusting, ...certificateFiles('client') }));
  for (const gateway of [stranger, known]) await ask(gateway, 'update/phys?h=pz1,s=off');
  await until(async () => (await ask(known, 'status/engine')).endsWith('peers=1 behind=0'));
  expect(await ask(stranger, 'status/engine')).toMatch(/peers=1 behind=1$/);
});

test('an engine that was away learns everything by one pull', async () => {
  const a = await bench.gateway(optionsOf([]));
  await ask(a, 'update/phys?h=pz2,s=off,sessions:17');
  await ask(a, 'update/farm?n=main,u=down');
  const b = await bench.gateway(optionsOf([engine(a)]));
  await until(async () => (await statusOf(b, 'pz2', '%s %{sessions}')) === 'off 17');
  expect(await ask(b, 'status/farm')).toBe('main on down in');
});

test('where the layouts differ each fact that does not fit is told, and the others are taken', async () => {
  const a = await bench.gateway(optionsOf([]));
  await ask(a, 'update/phys?h=pz1,s=off');
  await ask(a, 'update/phys?h=pz2,s=off');
  const b = await bench.gateway(optionsOf([engine(a)], ['pz1', 'pz9']));
  await until(async () => (await statusOf(b, 'pz1', '%s')) === 'off');
  const { text } = await call(`${engine(b)}/status/engine`, { headers: { Accept: 'application/json' } });
  expect(JSON.parse(text)).toMatchObject({
    peers: [{ differing: ['phys pz2 s: there is no physical "pz2"'] }],
  });
  expect(b.lines).toContainEqual(
    expect.objectContaining({ message: 'mirror peer differs: phys pz2 s: there is no physical "pz2"' }),
  );
});

test('a server that pushes to the one engine is fresh at the other, with the age of its push', async () => {
  const [a, b] = await two();
  for (const { gateway } of [a, b]) {
    const { clusters, statistics = {} } = optionsOf([engine(gateway === a.gateway ? b : a)]);
    const main = {
      ...clusters['main'],
      expectUpdate: '60s',
      beforeFirstUpdate: 'out',
    } as GatewayOptions['clusters'][string];
    gateway.apply(checkGatewayOptions(onFreePorts({ statistics, clusters: { main } })));
  }
  await ask(a, 'update/phys?h=pz1');
  await until(async () => (await statusOf(b, 'pz1', '%i')) === 'in');
  expect(Number(await statusOf(b, 'pz1', '%t'))).toBeLessThan(30);
});

describe('mirroring', () => {
  test('is closed where it is not enabled', async () => {
    const { statistics: _, ...alone } = optionsOf([]);
    const gateway = await bench.gateway(alone);
    for (const headers of [{}, authorized]) {
      expect(await call(`${engine(gateway)}/mirror/phys`, { headers })).toMatchObject({
        status: 403,
        text: 'mirroring is not enabled\n',
      });
    }
  });

  test('wants the token that both sides share, for reading too', async () => {
    const gateway = await bench.gateway(optionsOf([]));
    for (const headers of [{}, { Authorization: 'Bearer q2Jv7mXz0aB4cD6eF8gH1iK4' }]) {
      expect(await call(`${engine(gateway)}/mirror/farm`, { headers })).toMatchObject({ status: 401 });
    }
    expect(await call(`${engine(gateway)}/mirror/farm`, { headers: authorized })).toMatchObject({
      status: 200,
    });
  });

  test.each([
    ['nothing at all', /JSON/],
    ['{}', /^not a report of an engine: engine /],
    ['{"engine":"x","facts":[{}]}', /^not a report of an engine: facts\.0\.kind /],
    [
      '{"engine":"x","facts":[{"kind":"phys","name":"pz1","field":"s","value":"off","counter":1e300,"origin":"x","age":0}]}',
      /facts\.0\.counter/,
    ],
  ])('refuses %s, and changes nothing', async (body, reason) => {
    const gateway = await bench.gateway(optionsOf([]));
    const headers = { ...authorized, 'Content-Type': 'application/json' };
    const reply = await call(`${engine(gateway)}/mirror/phys`, { headers, body });
    expect(reply.status).toBe(400);
    expect(reply.text).toMatch(reason);
    expect(await statusOf(gateway, 'pz1', '%s')).toBe('on');
  });

  test('takes nothing that the field cannot be', async () => {
    const gateway = await bench.gateway(optionsOf([]));
    const fact = { kind: 'phys', name: 'pz1', field: 's', value: 'maybe', counter: 1, origin: 'x', age: 0 };
    const reply = await call(`${engine(gateway)}/mirror/phys`, {
      headers: { ...authorized, Accept: 'application/json' },
      body: JSON.stringify({ engine: 'x', facts: [fact] }),
    });
    expect(JSON.parse(reply.text)).toEqual({
      taken: 0,
      differing: ['phys pz1 s: s of phys cannot be "maybe"'],
    });
  });
});

describe('the mirror command', () => {
  const environment = { MIRROR_TOKEN: TOKEN };

  test('copies once what one engine knows to another', async () => {
    const [a, b] = [await bench.gateway(optionsOf([])), await bench.gateway(optionsOf([]))];
    await ask(a, 'update/phys?h=pz1,s=off,load1:3');
    const io = capturedIo(environment);
    expect(await runMirror(['--from', engine(a), '--to', engine(b), '--once'], io)).toBe(0);
    expect(io.out()).toBe('2 facts copied\n');
    expect(await statusOf(b, 'pz1', '%s %{load1}')).toBe('off 3');
  });

  test('copies again and again until it is told to stop', async () => {
    const [a, b] = [await bench.gateway(optionsOf([])), await bench.gateway(optionsOf([]))];
    const io = capturedIo(environment);
    const ended = runMirror(['--from', engine(a), '--to', engine(b), '--interval', '1s'], io);
    await ask(a, 'update/phys?h=pz1,s=off');
    await until(async () => (await statusOf(b, 'pz1', '%s')) === 'off');
    io.signals.emit('SIGTERM');
    expect(await ended).toBe(0);
  });

  test('says what could not be copied, with exit status 1', async () => {
    const a = await bench.gateway(optionsOf([]));
    const b = await bench.gateway(optionsOf([], ['pz9']));
    await ask(a, 'update/phys?h=pz1,s=off');
    const io = capturedIo(environment);
    expect(await runMirror(['--from', engine(a), '--to', engine(b), '--once'], io)).toBe(1);
    expect(io.err()).toBe('not copied: phys pz1 s: there is no physical "pz1"\n');
    const nobody = `http://127.0.0.1:${await freePort()}/athena`;
    const other = capturedIo(environment);
    expect(await runMirror(['--from', nobody, '--to', engine(b), '--once'], other)).toBe(1);
    expect(other.err()).toMatch(/^pazpar2-balancer mirror: .*ECONNREFUSED/);
  });

  test.each([
    [['--to', 'http://b/athena'], {}, 'the option --from URL is missing'],
    [['--from', 'b', '--to', 'http://b/athena'], {}, '--from: must be the URL of an engine'],
    [['--from', 'http://a/x', '--to', 'http://b/x'], {}, 'the environment variable MIRROR_TOKEN is missing'],
    [['--from', 'http://a/x', '--to', 'http://b/x'], { MIRROR_TOKEN: 'short' }, 'MIRROR_TOKEN: must be'],
    [['--from', 'http://a/x', '--to', 'http://b/x', '--interval', '9'], environment, '--interval: '],
    [
      ['--from', 'http://a/x', '--to', 'http://b/x', '--interval', '10ms'],
      environment,
      '--interval: must be 1s at least',
    ],
    [
      ['--from', 'http://a/x', '--to', 'http://b/x', '--interval', '9s', '--once'],
      environment,
      '--once and --interval exclude each other',
    ],
  ])('refuses %j', async (argv, variables, message) => {
    await expect(runMirror(argv, capturedIo(variables))).rejects.toThrow(message);
  });
});
