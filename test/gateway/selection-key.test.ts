import { describe, expect, test } from '@jest/globals';
import type { GatewayOptions, LbMethod } from '../../lib/config/options.ts';
import { clientAt, useGatewayBench } from '../helpers/gateway-bench.ts';
import { call, type Call } from '../helpers/http-client.ts';
import { initSession } from '../helpers/started.ts';

const bench = useGatewayBench();

const KEYS = Array.from({ length: 24 }, (_, index) => `192.0.2.${index}`);

/** How a request says its key, by what `hash` goes. */
const WAYS: readonly [name: string, method: LbMethod, ask: (key: string) => { query: string; with: Call }][] =
  [
    [
      'a header',
      { method: 'hash', key: { header: 'X-User' } },
      (key) => ({ query: '', with: { headers: { 'X-User': key } } }),
    ],
    [
      'a parameter',
      { method: 'hash', key: { parameter: 'user' } },
      (key) => ({ query: `&user=${key}`, with: {} }),
    ],
    [
      "the client's address",
      { method: 'hash', key: 'address' },
      (key) => ({ query: '', with: clientAt(key) }),
    ],
  ];

/** A gateway that believes proxies on this machine, before three members of each protocol. */
async function gatewayBy(lbMethod: LbMethod) {
  const members = await Promise.all(
    ['a', 'b', 'c'].map(async (route) => {
      const url = await bench.serve((_request, response) => response.end(route));
      return { url, route };
    }),
  );
  const { members: pazpars } = await bench.farm(3);
  const clusters: GatewayOptions['clusters'] = {
    app: { protocol: 'http', path: '/app', members, lbMethod },
    pz2: { path: '/search.pz2', members: pazpars, lbMethod },
  };
  return (await bench.gateway({ trustProxy: 'loopback', clusters })).url;
}

describe.each(WAYS)('hash by %s', (_, method, ask) => {
  test('sends requests of one key to one member of an application, and other keys to others', async () => {
    const url = await gatewayBy(method);
    const memberOf = async (key: string): Promise<string> => {
      const asked = ask(key);
      return (await call(`${url}/app/?x=1${asked.query}`, asked.with)).text;
    };
    const first = await Promise.all(KEYS.map(memberOf));
    expect(await Promise.all(KEYS.map(memberOf))).toEqual(first);
    expect(new Set(first)).toEqual(new Set(['a', 'b', 'c']));
  });

  test('sends new sessions of one key to one Pazpar2, and other keys to others', async () => {
    const url = await gatewayBy(method);
    const memberOf = async (key: string): Promise<string> => {
      const asked = ask(key);
      const { text } = await call(`${url}/search.pz2?command=init${asked.query}`, asked.with);
      return /\.(pz\d)<\/session>/.exec(text)?.[1] ?? text;
    };
    const first = await Promise.all(KEYS.map(memberOf));
    expect(await Promise.all(KEYS.map(memberOf))).toEqual(first);
    expect(new Set(first)).toEqual(new Set(['pz1', 'pz2', 'pz3']));
  });
});

test('requests without the key take turns', async () => {
  const url = await gatewayBy({ method: 'hash', key: { header: 'X-User' } });
  const texts = [];
  for (let request = 0; request < 3; request += 1) texts.push((await call(`${url}/app/`)).text);
  expect(new Set(texts)).toEqual(new Set(['a', 'b', 'c']));
  const sessions = [];
  for (let init = 0; init < 3; init += 1) sessions.push(await initSession(`${url}/search.pz2`));
  const routes = sessions.map((value) => value.split('.')[1]);
  expect(new Set(routes)).toEqual(new Set(['pz1', 'pz2', 'pz3']));
});
