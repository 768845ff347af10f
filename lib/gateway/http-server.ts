import http from 'node:http';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { ListenAddress } from '../config/listen-address.ts';
import { BalancerError, errorReply } from '../errors.ts';
import { DOCUMENT_HEADERS, DOCUMENT_TYPE, errorDocument } from '../protocol/error-document.ts';

// Longer than the proxies in front usually keep theirs, so that not we are the one who closes under a request.
const KEEP_ALIVE_MS = 75_000;
const LOOK_FOR_IDLE_MS = 50;

/** A listening HTTP server that can be stopped in peace. */
export class HttpServer {
  readonly #server: Server;
  readonly #clock: Clock;
  /** The latest response of each connection. */
  readonly #latest = new WeakMap<Socket, ServerResponse>();
  readonly #open = new Set<Socket>();
  #stopping = false;

  constructor(handler: RequestListener, clock: Clock) {
    this.#clock = clock;
    this.#server = http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      this.#latest.set(request.socket, response);
      if (this.#stopping) response.setHeader('Connection', 'close');
      handler(request, response);
    });
    this.#server.on('connection', (socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      if (error.code === 'ECONNRESET') socket.destroy();
      else if (socket.writable && mayBeAnswered(this.#latest.get(socket))) answerClientError(error, socket);
      else socket.destroySoon();
    });
  }

  /** Where it listens, as one writes it: `127.0.0.1:8080`, `[::1]:8080`, `unix:/path`. Empty before and after. */
  get address(): string {
    const address = this.#server.address();
    if (address === null) return '';
    if (typeof address === 'string') return `unix:${address}`;
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return `${host}:${address.port}`;
  }

  /** @throws the error of `listen`, such as EADDRINUSE or EACCES */
  async listen(address: ListenAddress): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.once('listening', resolve);
      if ('socketPath' in address) this.#server.listen(address.socketPath);
      else this.#server.listen(address.port, address.host);
    });
    this.#server.removeAllListeners('error');
  }

  /** Stops accepting, lets running requests end, and cuts what still runs after `timeout` milliseconds. */
  async stop(timeout: number): Promise<void> {
    this.#stopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const deadline = this.#clock.setTimeout(() => this.#server.closeAllConnections(), timeout);
    let looking = true;
    const closeIdle = (): void => {
      if (!looking) return;
      this.#closeIdle();
      this.#clock.setTimeout(closeIdle, LOOK_FOR_IDLE_MS);
    };
    closeIdle();
    await closed;
    looking = false;
    deadline.cancel();
  }

  /** Browsers open connections in advance; Node takes those that have sent nothing yet for busy. */
  #closeIdle(): void {
    this.#server.closeIdleConnections();
    for (const socket of this.#open) {
      if (socket.bytesRead === 0) socket.destroy();
    }
  }
}

/**
 * Whether what cannot be read gets an answer of its own: not while a request before it waits for one, because the client would
 * take ours for that, or find it in the middle of that. Bytes that damage the very request that waits are what it is answered for.
 */
function mayBeAnswered(latest: ServerResponse | undefined): boolean {
  if (latest === undefined || latest.writableFinished) return true;
  if (latest.socket === null) return false;
  return latest.writableEnded || (!latest.req.complete && !latest.headersSent);
}

/** Answers what Node could not read as a request. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  const overflow = error.code === 'HPE_HEADER_OVERFLOW';
  const known = overflow
    ? new BalancerError('HEADERS_TOO_LARGE', 'send long queries as a form POST')
    : new BalancerError('REQUEST_MALFORMED', '');
  const reply = errorReply(known);
  const body = errorDocument(reply.document.code, reply.document.msg, reply.document.detail);
  const headers = DOCUMENT_HEADERS.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(
    `HTTP/1.1 ${reply.status} ${reply.reason}\r\n${headers}Content-Type: ${DOCUMENT_TYPE}\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body.toString('utf8')}`,
  );
}
