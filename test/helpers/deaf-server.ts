import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** A port that accepts no connection: its queue is full, so that every further attempt hangs. */
export class DeafServer {
  readonly port: number;
  readonly #worker: Worker;
  readonly #fillers: Socket[];

  private constructor(worker: Worker, port: number, fillers: Socket[]) {
    this.#worker = worker;
    this.port = port;
    this.#fillers = fillers;
  }

  static async listen(): Promise<DeafServer> {
    const worker = new Worker(BLOCKED_SERVER, { eval: true });
    const port = await new Promise<number>((resolve) => worker.once('message', resolve));
    const fillers = await fillQueue(port);
    return new DeafServer(worker, port, fillers);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#fillers) socket.destroy();
    await this.#worker.terminate();
  }
}

const BLOCKED_SERVER = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** Connects until an attempt hangs. */
async function fillQueue(port: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (;;) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    const connected = await Promise.race([
      new Promise<boolean>((resolve) => socket.once('connect', () => resolve(true))),
      new Promise<boolean>((resolve) => setTimeout(resolve, 100, false)),
    ]);
    if (!connected) return sockets;
  }
}
