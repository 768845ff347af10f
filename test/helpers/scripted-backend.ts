import { once } from 'node:events';
import { createServer as createPlainServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls';
import { chunkedBody } from '../apache/request-reader.ts';
import { resetSocket } from '../../lib/simulator/reset-socket.ts';

/** One request as it arrived. */
export interface RawRequest {
  /** Request line and headers, latin1, without the blank line. */
  readonly head: string;
  readonly body: Buffer;
  /** Lines behind a chunked body. */
  readonly trailers?: string;
}

export interface BackendOptions {
  /** Called for every complete request; without it the test answers itself. */
  readonly script?: (connection: BackendConnection, request: RawRequest) => void;
  /** Listens on this Unix socket instead of a port. */
  readonly socketPath?: string;
  /** Speaks TLS. */
  readonly tls?: TlsOptions;
}

/** A server that speaks raw bytes under a test's control. Listens on 127.0.0.1 and a free port unless told otherwise. */
export class ScriptedBackend {
  /** All connections so far, in the order in which they were accepted. */
  readonly connections: BackendConnection[] = [];
  readonly #server: Server;
  readonly #options: BackendOptions;
  readonly #waiting: (() => void)[] = [];

  private constructor(options: BackendOptions) {
    const accept = (socket: Socket): void => this.#accept(socket);
    this.#options = options;
    this.#server =
      options.tls === undefined ? createPlainServer(accept) : createTlsServer(options.tls, accept);
    // Failed handshakes are what some tests are about.
    this.#server.on('tlsClientError', () => undefined);
  }

  static async listen(options: BackendOptions = {}): Promise<ScriptedBackend> {
    const backend = new ScriptedBackend(options);
    if (options.socketPath === undefined) backend.#server.listen(0, '127.0.0.1');
    else backend.#server.listen(options.socketPath);
    await once(backend.#server, 'listening');
    return backend;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What a member's `url` would be. */
  get url(): string {
    if (this.#options.socketPath !== undefined) return `unix:${this.#options.socketPath}`;
    return `${this.#options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.port}`;
  }

  /** Connection number `index`, from 0, as soon as it is accepted. */
  async connection(index: number): Promise<BackendConnection> {
    for (;;) {
      const connection = this.connections[index];
      if (connection !== undefined) return connection;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Connections that are open now. */
  get open(): number {
    return this.connections.filter((connection) => !connection.isClosed).length;
  }

  /** Refuses new connections, leaves open ones alone. */
  refuse(): void {
    this.#server.close();
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.connections) connection.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    this.connections.push(new BackendConnection(socket, this.#options.script));
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** One accepted connection. */
export class BackendConnection {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  /** Resolves when the other side ended its half or reset the connection. */
  readonly left: Promise<void>;
  /** Resolves when the first bytes have arrived. */
  readonly touched: Promise<void>;
  /** Requests so far. */
  readonly requests: RawRequest[] = [];
  /** The name that its client asked for by TLS (SNI), and the common name of its certificate; empty where there is none. */
  readonly serverName: string;
  readonly clientName: string;
  readonly #socket: Socket;
  readonly #waiting: (() => void)[] = [];
  #unread: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, script: BackendOptions['script']) {
    this.#socket = socket;
    const tls = socket instanceof TLSSocket ? socket : undefined;
    this.serverName = tls?.servername || '';
    this.clientName = [tls?.getPeerCertificate()?.subject?.CN ?? ''].flat().join();
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    this.left = new Promise((resolve) => socket.once('end', resolve).once('close', () => resolve()));
    this.touched = new Promise((resolve) => socket.once('data', () => resolve()));
    socket.on('data', (chunk) => {
      this.#unread = Buffer.concat([this.#unread, chunk]);
      for (let request = this.#takeRequest(); request !== undefined; request = this.#takeRequest()) {
        this.requests.push(request);
        script?.(this, request);
      }
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  /** What came and is no complete request yet, latin1. */
  get unread(): string {
    return this.#unread.toString('latin1');
  }

  /** Waits until what came and is no complete request yet matches. */
  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.unread)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Bytes that were written and that the kernel has not taken: the other side does not read. */
  get unsent(): number {
    return this.#socket.writableLength;
  }

  /** Request number `index` of this connection, from 0, as soon as it is complete. */
  async request(index = 0): Promise<RawRequest> {
    for (;;) {
      const request = this.requests[index];
      if (request !== undefined) return request;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Writes bytes (a string is latin1). Answers false when the kernel takes no more for now. */
  write(bytes: string | Buffer): boolean {
    return typeof bytes === 'string' ? this.#socket.write(bytes, 'latin1') : this.#socket.write(bytes);
  }

  /** Reads nothing more, so that the other side cannot write for ever. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** Orderly end, after the given bytes. */
  end(bytes: string | Buffer = ''): void {
    if (typeof bytes === 'string') this.#socket.end(bytes, 'latin1');
    else this.#socket.end(bytes);
  }

  /** Resets the connection (RST). */
  reset(): void {
    resetSocket(this.#socket);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #takeRequest(): RawRequest | undefined {
    const end = this.#unread.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const head = this.#unread.toString('latin1', 0, end);
    if (/^transfer-encoding: *chunked/im.test(head)) return this.#takeChunked(head, end + 4);
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    const bodyStart = end + 4;
    if (this.#unread.length < bodyStart + length) return undefined;
    const body = this.#unread.subarray(bodyStart, bodyStart + length);
    this.#unread = this.#unread.subarray(bodyStart + length);
    return { head, body };
  }

  #takeChunked(head: string, bodyStart: number): RawRequest | undefined {
    const chunked = chunkedBody(this.#unread.toString('latin1', bodyStart));
    if (chunked === undefined) return undefined;
    this.#unread = this.#unread.subarray(bodyStart + chunked.length);
    return { head, body: Buffer.from(chunked.body, 'latin1'), trailers: chunked.trailers };
  }
}
