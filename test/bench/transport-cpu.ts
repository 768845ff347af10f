/**
 * CPU time that each transport takes for a small request, in turns, so that what disturbs one disturbs the other.
 *
 *     npx tsc -p test && node build/test/bench/transport-cpu.js [requests] [in flight] [rounds]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DirectTransport } from '../../lib/forward/direct-transport/direct-transport.ts';
import type { ReplyListener, Transport, UpstreamRequest } from '../../lib/forward/transport.ts';
import { UndiciTransport } from '../../lib/forward/undici-transport.ts';

/** A server in a process of its own, whose CPU time does not count. Answers every request as Pazpar2 answers `ping`. */
const BACKEND = `
  const body = '<?xml version="1.0" encoding="UTF-8"?>\\n<ping><status>OK</status></ping>';
  const head = 'HTTP/1.1 200 OK\\r\\nCache-Control: no-store, no-cache, must-revalidate, post-check=0, pre-check=0\\r\\n'
    + 'Expires: Thu, 19 Nov 1981 08:52:00 GMT\\r\\nContent-Length: ' + body.length + '\\r\\nContent-Type: text/xml\\r\\n\\r\\n';
  const reply = Buffer.from(head + body);
  const server = require('node:net').createServer((socket) => {
    socket.setNoDelay().on('error', () => {}).on('data', (request) => {
      if (/connection: close/i.test(request)) socket.end(reply);
      else socket.write(reply);
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.stdin.on('end', () => process.exit()).resume();
`;

const [requests = 20_000, inFlight = 10, rounds = 5] = process.argv.slice(2).map(Number);

/** Sends one request after another until the given number is reached. */
class Worker implements ReplyListener {
  readonly #transport: Transport;
  readonly #request: UpstreamRequest;
  readonly #whenDone: () => void;
  #left: number;

  constructor(transport: Transport, connection: 'kept' | 'fresh', count: number, whenDone: () => void) {
    this.#transport = transport;
    this.#request = {
      method: 'GET',
      target: '/search.pz2?command=ping&session=34747909',
      headers: [],
      body: undefined,
      connection,
    };
    this.#left = count;
    this.#whenDone = whenDone;
  }

  next(): void {
    if (this.#left === 0) {
      this.#whenDone();
      return;
    }
    this.#left -= 1;
    this.#transport.send(this.#request, this);
  }

  sent(): void {}

  head(): void {}

  data(): boolean {
    return true;
  }

  end(): void {
    this.next();
  }

  failed(failure: Error): void {
    throw failure;
  }
}

/** Microseconds of CPU per request. */
async function measure(transport: Transport, connection: 'kept' | 'fresh', count: number): Promise<number> {
  const before = process.cpuUsage();
  await Promise.all(
    Array.from(
      { length: inFlight },
      () =>
        new Promise<void>((resolve) => new Worker(transport, connection, count / inFlight, resolve).next()),
    ),
  );
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

async function compare(url: string, connection: 'kept' | 'fresh', count: number): Promise<void> {
  const member = { url, direct: true, connections: 'auto' } as const;
  const settings = { connectTimeout: 5000, keepAliveTimeout: 20_000 };
  const transports = {
    undici: new UndiciTransport(member, settings),
    direct: new DirectTransport(member, settings),
  };
  const figures: Record<keyof typeof transports, number[]> = { undici: [], direct: [] };
  // The first round only warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const name of ['undici', 'direct'] as const) {
      const figure = await measure(transports[name], connection, count);
      if (round > 0) figures[name].push(figure);
    }
  }
  for (const name of ['undici', 'direct'] as const) {
    await transports[name].close();
    const sorted = figures[name].toSorted((a, b) => a - b);
    const [least, middle, most] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
    console.log(
      `${connection} ${name}: ${middle?.toFixed(1)} µs (${least?.toFixed(1)} to ${most?.toFixed(1)})`,
    );
  }
}

const backend = spawn(process.execPath, ['--eval', BACKEND], { stdio: ['pipe', 'pipe', 'inherit'] });
const [port] = (await once(backend.stdout, 'data')) as [Buffer];
const url = `http://127.0.0.1:${port.toString().trim()}`;
console.log(`Node ${process.version}, ${requests} requests, ${inFlight} in flight, ${rounds} rounds`);
await compare(url, 'kept', requests);
// New connections use up local ports, so these are fewer.
await compare(url, 'fresh', requests / 10);
backend.stdin.end();
