import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client that speaks raw bytes under a test's control. */
export class RawClient {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #waiting: (() => void)[] = [];
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1');
      this.#wake();
    });
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.once('close', () => this.#wake());
  }

  /** Connects to the server of a URL. */
  static async connect(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const client = new RawClient(socket);
    await once(socket, 'connect');
    return client;
  }

  /** Sends bytes, waits until the server closes, and gives all that it sent. */
  static async exchange(url: string, bytes: string): Promise<string> {
    const client = await RawClient.connect(url);
    client.write(bytes);
    await client.closed;
    return client.received;
  }

  /** All that has arrived so far, latin1. */
  get received(): string {
    return this.#received;
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  /** Writes bytes (latin1). */
  write(bytes: string): void {
    this.#socket.write(bytes, 'latin1');
  }

  /** Resolves with all that has arrived once it matches. Rejects when the connection ends before. */
  async until(pattern: RegExp | string): Promise<string> {
    while (!this.#matches(pattern)) {
      if (this.isClosed) throw new Error(`connection ended after ${JSON.stringify(this.#received)}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#received;
  }

  /** Takes nothing more from the network until `resume`. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #matches(pattern: RegExp | string): boolean {
    return typeof pattern === 'string' ? this.#received.includes(pattern) : pattern.test(this.#received);
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
