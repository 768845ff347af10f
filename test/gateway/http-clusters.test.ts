import { describe, expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import type { GatewayOptions } from '../../lib/config/options.ts';
import { onFreePorts, useGatewayBench } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { initSession } from '../helpers/started.ts';

const bench = useGatewayBench();

type Clusters = GatewayOptions['clusters'];

/** An application that answers with its name and what it was asked, in a large reply that could be compressed. */
async function application(name: string): Promise<string> {
  return bench.serve((request, response) => {
    response.setHeader('Content-Type', 'text/plain');
    response.end(`${name} ${request.method} ${request.url}\n${' '.repeat(5000)}`);
  });
}

const firstLine = async (url: string, headers = {}): Promise<string> =>
  (await call(url, { headers })).text.split('\n')[0] ?? '';

const ask = async (url: string, head: string): Promise<string> => {
  const client = await bench.connect(url);
  client.send(`${head}\r\n\r\n`);
  return (await client.reply()).body.split('\n')[0] ?? '';
};

describe('a gateway', () => {
  test('serves clusters of both protocols on one listener, each by its own rules', async () => {
    const { members } = await bench.farm(1);
    const clusters: Clusters = {
      pazpar: { path: '/search.pz2', members },
      app: {
        path: '/app',
        protocol: 'http',
        members: [{ url: `${await application('one')}/ctx`, route: 'a' }],
      },
      rest: { path: '/', protocol: 'http', members: [{ url: await application('two'), route: 'a' }] },
    };
    const { url, lines } = await bench.gateway({ clusters });
    expect(await initSession(`${url}/search.pz2`)).toMatch(/\.pz1$/);
    expect(await firstLine(`${url}/app/x?y=1`)).toBe('one GET /ctx/x?y=1');
    expect(await firstLine(`${url}/apple`)).toBe('two GET /apple');
    const fields = lines.filter(({ message }) => message === 'request').map((line) => line.fields);
    expect(fields).toMatchObject([
      { cluster: 'pazpar' },
      { cluster: 'app', route: 'a', method: 'GET' },
      { cluster: 'rest' },
    ]);
  });

  test('passes on what an application sends as it is, compressed or not', async () => {
    const app = {
      path: '/',
      protocol: 'http',
      members: [{ url: await application('one'), route: 'a' }],
    } as const;
    const { url } = await bench.gateway({ compress: true, clusters: { app } });
    const reply = await call(url, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(reply.headers).not.toHaveProperty('content-encoding');
    expect(reply.text).toMatch(/^one GET \/\n/);
  });

  test('keeps strangers out where access says so', async () => {
    const members = [{ url: await application('one'), route: 'a' }];
    const app = { path: '/', protocol: 'http', members, access: { deny: ['all'] } } as const;
    const { url } = await bench.gateway({ clusters: { app } });
    expect((await call(url)).status).toBe(403);
  });

  test.each([
    ['/app/../secret', 400],
    ['/app/%2e%2e/secret', 400],
    ['/app/%zz', 400],
    ['/nothing', 404],
  ])('refuses %s with %i', async (path, status) => {
    const members = [{ url: `${await application('one')}/ctx`, route: 'a' }];
    const { url } = await bench.gateway({ clusters: { app: { path: '/app', protocol: 'http', members } } });
    const client = await bench.connect(url);
    client.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect((await client.reply()).statusLine).toContain(` ${status} `);
  });
});

describe('a cluster may be chosen by the host that an earlier rewrite produced', () => {
  test.each([
    [true, 'GET /reports/x HTTP/1.1\r\nHost: farm_one', 'one GET /reports/x'],
    [true, 'GET http://farm_one/reports/x HTTP/1.1\r\nHost: lb', 'one GET /reports/x'],
    [true, 'GET /reports/x HTTP/1.1\r\nHost: lb', 'two GET /reports/x'],
    [false, 'GET /reports/x HTTP/1.1\r\nHost: farm_one', 'two GET /reports/x'],
  ])('farmHosts: %s, %s', async (farmHosts, head, answer) => {
    const clusters: Clusters = {
      farm_one: { path: '/one', protocol: 'http', members: [{ url: await application('one'), route: 'a' }] },
      rest: { path: '/', protocol: 'http', members: [{ url: await application('two'), route: 'a' }] },
    };
    const { url } = await bench.gateway({ farmHosts, clusters });
    expect(await ask(url, head)).toBe(answer);
  });
});

describe('a reload', () => {
  test('takes other options and members while requests go on', async () => {
    const [one, two] = [await application('one'), await application('two')];
    const app = { path: '/app', protocol: 'http' } as const;
    const { gateway, url } = await bench.gateway({
      clusters: { app: { ...app, members: [{ url: one, route: 'a' }] } },
    });
    const changed = {
      ...app,
      path: '/moved',
      members: [{ url: two, route: 'a' }],
      preserveHost: true,
    } as const;
    expect(gateway.apply(checkGatewayOptions(onFreePorts({ clusters: { app: changed } })))).toEqual([]);
    expect(await firstLine(`${url}/moved/x`)).toBe('two GET /x');
    expect((await call(`${url}/app/x`)).status).toBe(404);
  });

  test('may give a cluster the other protocol', async () => {
    const { members } = await bench.farm(1);
    const main = { path: '/search.pz2', members };
    const { gateway, url } = await bench.gateway({ clusters: { main } });
    await initSession(`${url}/search.pz2`);
    const app = {
      path: '/search.pz2',
      protocol: 'http',
      members: [{ url: await application('one'), route: 'pz1' }],
    } as const;
    gateway.apply(checkGatewayOptions(onFreePorts({ clusters: { main: app } })));
    expect(await firstLine(`${url}/search.pz2/x`)).toBe('one GET /x');
    gateway.apply(checkGatewayOptions(onFreePorts({ clusters: { main } })));
    expect(await initSession(`${url}/search.pz2`)).toMatch(/\.pz1$/);
  });
});
