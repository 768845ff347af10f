import http from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { DEFAULT_CLIENTS } from '../config/clients-schema.ts';
import type { ClientsConfig } from '../config/config.ts';
import type { ListenAddress } from '../config/listen-address.ts';
import { BalancerError } from '../errors.ts';
import { announcesBody } from '../forward/request-body.ts';
import { ClientConnections } from './client-connections.ts';
import type { ConnectionCounts } from './client-connections.ts';
import { endWithClientError } from './client-error.ts';
import { OwnResponse } from './client-response.ts';

// Connections that the system holds until we take them; Linux cuts it to its own limit. Beyond it a client's attempt is not refused
// but lost, and made again after 1, 3, 7 … seconds: with Node's 511 that befalls the rest of a thousand who come at once.
const BACKLOG = 4096;
const LOOK_FOR_IDLE_MS = 50;

/** A listening HTTP server that slow clients cannot hold, and that can be stopped in peace. */
export class HttpServer {
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #connections: ClientConnections;
  /** The latest response of each connection. */
  readonly #latest = new WeakMap<Socket, ServerResponse>();
  #stopping = false;

  constructor(handler: RequestListener, clock: Clock, clients: ClientsConfig = DEFAULT_CLIENTS) {
    this.#clock = clock;
    this.#connections = new ClientConnections(clients, clock, (socket) => this.#endLate(socket));
    // Time limits for heads and bodies are ours, so that they hold for connections of every kind.
    const options = {
      keepAliveTimeout: clients.keepAliveTimeout,
      headersTimeout: 0,
      requestTimeout: 0,
      ServerResponse: OwnResponse,
    };
    this.#server = http.createServer(options, (request, response) => {
      this.#latest.set(request.socket, response);
      this.#countRequest(request, response);
      if (this.#stopping) response.setHeader('Connection', 'close');
      handler(request, response);
    });
    this.#server.on('connection', (socket) => this.#connections.open(socket));
    this.#server.on('clientError', (error, socket: Socket) =>
      endWithClientError(error, socket, this.#latest.get(socket)),
    );
  }

  /** Where it listens, as one writes it: `127.0.0.1:8080`, `[::1]:8080`, `unix:/path`. Empty before and after. */
  get address(): string {
    const address = this.#server.address();
    if (address === null) return '';
    if (typeof address === 'string') return `unix:${address}`;
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return `${host}:${address.port}`;
  }

  get connections(): ConnectionCounts {
    return this.#connections.counts;
  }

  /** Takes other limits, for connections that are open as well. */
  limit(clients: ClientsConfig): void {
    this.#connections.limits = clients;
    this.#server.keepAliveTimeout = clients.keepAliveTimeout;
  }

  /** @throws the error of `listen`, such as EADDRINUSE or EACCES */
  async listen(address: ListenAddress): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.once('listening', resolve);
      if ('socketPath' in address) this.#server.listen({ path: address.socketPath, backlog: BACKLOG });
      else this.#server.listen({ port: address.port, host: address.host, backlog: BACKLOG });
    });
    this.#server.removeAllListeners('error');
  }

  /** Stops accepting, lets running requests end, and cuts what still runs after `timeout` milliseconds. */
  async stop(timeout: number): Promise<void> {
    this.#stopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const deadline = this.#clock.setTimeout(() => this.#connections.closeAll(), timeout);
    let looking = true;
    const closeIdle = (): void => {
      if (!looking) return;
      this.#connections.closeIdle();
      this.#clock.setTimeout(closeIdle, LOOK_FOR_IDLE_MS);
    };
    closeIdle();
    await closed;
    looking = false;
    deadline.cancel();
  }

  #countRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const connections = this.#connections;
    let isComplete = false;
    const complete = (): void => {
      if (response.closed) return;
      isComplete = true;
      connections.beginRequest(socket, response);
    };
    response.once('close', () => {
      if (isComplete) connections.endRequest(socket, response);
      else connections.expectRest(socket);
    });
    if (!announcesBody(request)) {
      complete();
      return;
    }
    connections.expectBody(socket);
    request.once('end', complete);
  }

  /** Browsers open connections in advance; those on which nothing came are closed without a word. */
  #endLate(socket: Socket): void {
    if (socket.bytesRead === 0) {
      socket.destroy();
      return;
    }
    const late = new BalancerError('CLIENT_TIMEOUT', 'the head did not arrive in time');
    endWithClientError(late, socket, this.#latest.get(socket));
  }
}
