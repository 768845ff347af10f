import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { EngineSink, type EngineAccess } from '../../../lib/cli/push/figure-sink.ts';
import { useBalancerBench } from '../../helpers/balancer-bench.ts';
import { keyPair, pemFile } from '../../helpers/certificates.ts';

const bench = useBalancerBench();
const clients: EngineSink[] = [];
afterEach(() => Promise.all(clients.splice(0).map((made) => made.close())));

function client(url: string, access: Partial<EngineAccess> = {}): EngineSink {
  const made = new EngineSink(url, { token: access.token, tls: access.tls });
  clients.push(made);
  return made;
}

test.each([
  ['http://gw:8081', 'http://gw:8081/athena'],
  ['http://gw:8081/', 'http://gw:8081/athena'],
  ['http://gw:8081/engine/', 'http://gw:8081/engine'],
  ['https://gw/a/b', 'https://gw/a/b'],
])('%s is the engine at %s', (given, url) => {
  expect(client(given).url).toBe(url);
});

test('a push carries the token and the figures', async () => {
  const heard: unknown[] = [];
  const url = await bench.serve((request, response) => {
    heard.push(request.method, request.url, request.headers.authorization);
    request.resume();
    response.end('{}');
  });
  await client(url, { token: 'secret' }).push('pz1', { load1: 1 });
  expect(heard).toEqual(['POST', '/athena/update/phys', 'Bearer secret']);
});

test('a refusal and a server that is not there are errors of one line', async () => {
  const url = await bench.serve((_, response) => response.writeHead(401).end('needs the token\n'));
  await expect(client(url).push('pz1', {})).rejects.toThrow('401 needs the token');
  await expect(client('http://127.0.0.1:1').push('pz1', {})).rejects.toThrow(/ECONNREFUSED/);
});

test('https is believed by the given authority only', async () => {
  const server = createServer(keyPair('server'), (request, response) => {
    request.resume();
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  bench.also(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  await client(url, { tls: { ca: pemFile('ca.pem') } }).push('pz1', {});
  await expect(client(url).push('pz1', {})).rejects.toThrow(/certificate|issuer/);
});
