/**
 * A program for a network namespace of its own: a member on an address that is not a loopback address (there the kernel takes up
 * local ports again at once, so that they never run out), a balancer before it, and a client that asks for `show` at a steady rate, over
 * a unix socket, so that the ports are the balancer's alone.
 * Its order comes as JSON in the first argument; it prints what happened as JSON.
 */
import { readFileSync } from 'node:fs';
import { Agent, createServer, request as startRequest, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { checkClusterOptions } from '../../lib/config/check.ts';
import { Balancer } from '../../lib/gateway/balancer.ts';
import { clientOrigin } from '../../lib/gateway/client-origin.ts';
import type { LocalPortsOrder, LocalPortsOutcome } from './local-ports.ts';

const SHOW = Buffer.from(`<show><status>OK</status>${'x'.repeat(14_000)}</show>`);
const PING = Buffer.from('<ping><status>OK</status></ping>');
const TICK_MS = 5;
const WARM_UP = 1000;
const PINGS_AT_ONCE = 10;

async function run({ address, socketPath }: LocalPortsOrder): Promise<LocalPortsOutcome> {
  const member = createServer(answer).listen(0, address);
  await once(member, 'listening');
  const url = `http://${address}:${(member.address() as AddressInfo).port}`;
  // Trusted, because the public's rates are limited.
  const options = checkClusterOptions({ policy: 'trusted', members: [{ url, route: 'pz1' }] });
  const balancer = new Balancer(options);
  const front = createServer((request, response) =>
    balancer.handle(
      request,
      response,
      clientOrigin(request, () => false),
    ),
  ).listen(socketPath);
  await once(front, 'listening');
  const client = new Client(socketPath);
  let mostWaiting = 0;
  const watch = setInterval(() => (mostWaiting = Math.max(mostWaiting, portsInTimeWait())), 100);
  // Compilers take their time; and there are kept connections, as the pings of many users make them.
  for (let count = 0; count < WARM_UP; count += PINGS_AT_ONCE) await client.askAtOnce('ping', PINGS_AT_ONCE);
  await askSteadily(client, order);
  clearInterval(watch);

  const [snapshot] = balancer.snapshot().members;
  const portFallbacks = snapshot?.portFallbacks ?? -1;
  client.close();
  await balancer.close();
  for (const server of [front, member]) {
    server.closeAllConnections();
    server.close();
  }
  return { answers: client.answers, portFallbacks, mostWaiting };
}

/** Whoever closes a connection first holds its port. */
const answer: RequestListener = (request, response) => {
  if (!order.memberCloses) response.shouldKeepAlive = true;
  const body = request.url?.includes('command=ping') ? PING : SHOW;
  response.writeHead(200, { 'Content-Type': 'text/xml', 'Content-Length': body.length });
  response.end(body);
};

class Client {
  readonly answers: Record<string, number> = {};
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: Infinity });
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Resolves when the reply is complete; what it was is counted. */
  async ask(command: string): Promise<void> {
    const outcome = await new Promise<string>((resolve) => {
      const path = `/?command=${command}&session=1.pz1`;
      const request = startRequest({ socketPath: this.#socketPath, path, agent: this.#agent });
      request.on('error', ({ message }) => resolve(message));
      request.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(String(response.statusCode)));
        response.on('error', ({ message }) => resolve(message));
      });
      request.end();
    });
    this.answers[outcome] = (this.answers[outcome] ?? 0) + 1;
  }

  async askAtOnce(command: string, count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.ask(command)));
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Asks at this rate; what the machine was late for is asked at once, but never more than so many at a time. */
async function askSteadily(client: Client, { perSecond, seconds, atOnce }: LocalPortsOrder): Promise<void> {
  const requests = perSecond * seconds;
  const running = new Set<Promise<void>>();
  const began = performance.now();
  let asked = 0;
  while (asked < requests) {
    const due = Math.min(requests, Math.ceil(((performance.now() - began) / 1000) * perSecond));
    for (; asked < due && running.size < atOnce; asked++) {
      const request = client.ask('show').then(() => void running.delete(request));
      running.add(request);
    }
    await (running.size < atOnce ? pause(TICK_MS) : Promise.race(running));
  }
  await Promise.all(running);
}

/** Connections of this namespace that were closed a short time ago and still hold their ports. */
function portsInTimeWait(): number {
  const match = /^TCP:.* tw (\d+)/m.exec(readFileSync('/proc/net/sockstat', 'utf8'));
  return Number(match?.[1] ?? 0);
}

const order = JSON.parse(process.argv[2] ?? '') as LocalPortsOrder;
process.stdout.write(JSON.stringify(await run(order)));
