import http from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../clock.ts';
import { DEFAULT_CLIENTS } from '../config/clients-schema.ts';
import type { ClientsConfig, TlsConfig } from '../config/config.ts';
import type { ListenAddress } from '../config/listen-address.ts';
import { BalancerError } from '../errors.ts';
import { noteExpectation } from '../forward/expectation.ts';
import { announcesBody } from '../forward/request-body.ts';
import type { ClientConnection } from './client-connection.ts';
import { ClientConnections } from './client-connections.ts';
import type { ConnectionCounts } from './client-connections.ts';
import { OwnRequest } from './client-request.ts';
import { OwnResponse } from './client-response.ts';
import { endWithClientError } from './client-error.ts';
import { Http2Sessions } from './http2-sessions.ts';
import { TlsListener } from './tls-listener.ts';
import { UpgradeResponse } from './upgrade-response.ts';
import { whenItsTurn } from './upgrade-turn.ts';

// Connections that the system holds until we take them; Linux cuts it to its own limit. Beyond it a client's attempt is not refused
// but lost, and made again after 1, 3, 7 … seconds: with Node's 511 that befalls the rest of a thousand who come at once.
const BACKLOG = 4096;
const LOOK_FOR_IDLE_MS = 50;

/** What may be given to a server, each with a working default. */
export interface HttpServerOptions {
  readonly clients?: ClientsConfig;
  /** Speaks TLS with this certificate, and HTTP/2 with clients that ask for it. */
  readonly tls?: TlsConfig | undefined;
}

/** A listening HTTP server that slow clients cannot hold, and that can be stopped in peace. */
export class HttpServer {
  readonly #handler: RequestListener;
  readonly #clock: Clock;
  readonly #connections: ClientConnections;
  readonly #http1: http.Server;
  readonly #http2: Http2Sessions;
  readonly #tls: TlsListener | undefined;
  /** What clients are told of how long a connection is kept. */
  #keepAlive: string;
  #stopping = false;

  constructor(handler: RequestListener, clock: Clock, options: HttpServerOptions = {}) {
    const { clients = DEFAULT_CLIENTS, tls } = options;
    this.#handler = handler;
    this.#clock = clock;
    this.#connections = new ClientConnections(clients, clock, (socket) => this.#endLate(socket));
    this.#keepAlive = keepAliveOf(clients);
    this.#http1 = this.#makeHttp1();
    this.#http2 = new Http2Sessions(
      (request, response, socket) => this.#serve(request, response, this.#connections.find(socket)),
      clients.keepAliveTimeout,
    );
    this.#tls = tls === undefined ? undefined : this.#makeTls(tls);
    if (tls === undefined) this.#http1.on('connection', (socket) => this.#connections.open(socket));
  }

  /** Where it listens, as one writes it: `127.0.0.1:8080`, `[::1]:8080`, `unix:/path`. Empty before and after. */
  get address(): string {
    const address = this.#listener.address();
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
    this.#keepAlive = keepAliveOf(clients);
    this.#http2.keepAliveTimeout = clients.keepAliveTimeout;
  }

  /** Uses another certificate for new connections. */
  renewCertificate(tls: TlsConfig): void {
    this.#tls?.renew(tls);
  }

  /** @throws the error of `listen`, such as EADDRINUSE or EACCES */
  async listen(address: ListenAddress): Promise<void> {
    const listener = this.#listener;
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.once('listening', resolve);
      if ('socketPath' in address) listener.listen({ path: address.socketPath, backlog: BACKLOG });
      else listener.listen({ port: address.port, host: address.host, backlog: BACKLOG });
    });
    listener.removeAllListeners('error');
  }

  /** Stops accepting, lets running requests end, and cuts what still runs after `timeout` milliseconds. */
  async stop(timeout: number): Promise<void> {
    this.#stopping = true;
    const closed = new Promise<void>((resolve) => this.#listener.close(() => resolve()));
    this.#http2.goAway();
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

  get #listener(): Server {
    return this.#tls?.server ?? this.#http1;
  }

  #makeHttp1(): http.Server {
    // Time limits are ours: those for heads and bodies hold for connections of every kind, and a timer for each rest would be dear.
    const limits = { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 };
    const options = { ...limits, ServerResponse: OwnResponse, IncomingMessage: OwnRequest };
    const serve = (request: IncomingMessage, response: OwnResponse): void => {
      const connection = this.#connections.find(request.socket);
      if (connection !== undefined) connection.latest = response;
      if (this.#stopping) response.setHeader('Connection', 'close');
      else response.keepAlive = this.#keepAlive;
      this.#serve(request, response, connection);
    };
    const server = http.createServer(options, serve);
    // Whoever reads the body says 100 Continue.
    server.on('checkContinue', (request, response) => {
      noteExpectation(request, response);
      serve(request, response);
    });
    server.on('upgrade', (request, socket: Socket, head: Buffer) => {
      whenItsTurn(socket, () =>
        this.#serve(request, new UpgradeResponse(request, socket, head), this.#connections.find(socket)),
      );
    });
    return server.on('clientError', (error, socket: Socket) =>
      endWithClientError(error, socket, this.#connections.find(socket)?.latest),
    );
  }

  #makeTls(tls: TlsConfig): TlsListener {
    return new TlsListener(tls, {
      opened: (socket) => this.#connections.open(socket),
      secured: (before, socket) => this.#connections.replace(before, socket),
      http1: (socket) => this.#http1.emit('connection', socket),
      http2: (socket) => this.#acceptHttp2(socket),
    });
  }

  #acceptHttp2(socket: TLSSocket): void {
    const connection = this.#connections.find(socket);
    if (connection !== undefined) connection.shared = true;
    this.#http2.accept(socket);
    if (this.#stopping) this.#http2.goAway();
  }

  #serve(request: IncomingMessage, response: ServerResponse, connection: ClientConnection | undefined): void {
    if (connection !== undefined) this.#countRequest(request, response, connection);
    this.#handler(request, response);
  }

  #countRequest(request: IncomingMessage, response: ServerResponse, connection: ClientConnection): void {
    const connections = this.#connections;
    let isOver = false;
    let isComplete = !announcesBody(request);
    response.on('close', () => {
      isOver = true;
      if (connection.latest === response) connection.latest = undefined;
      if (isComplete) connections.endRequest(connection, response);
      else connections.expectRest(connection);
    });
    if (isComplete) {
      connections.beginRequest(connection, response);
      return;
    }
    connection.debt = 'body';
    request.once('end', () => {
      if (isOver) return;
      isComplete = true;
      connections.beginRequest(connection, response);
    });
  }

  /** Browsers open connections in advance; those on which nothing came are closed without a word. */
  #endLate(socket: Socket): void {
    if (socket.bytesRead === 0 || !this.#readsHttp1(socket)) {
      socket.destroy();
      return;
    }
    const late = new BalancerError('CLIENT_TIMEOUT', 'the head did not arrive in time');
    endWithClientError(late, socket, this.#connections.find(socket)?.latest);
  }

  /** Not while a handshake is going on, and not where HTTP/2 was chosen. */
  #readsHttp1(socket: Socket): boolean {
    if (this.#tls === undefined) return true;
    return socket instanceof TLSSocket && socket.alpnProtocol !== 'h2';
  }
}

function keepAliveOf({ keepAliveTimeout }: ClientsConfig): string {
  return `timeout=${Math.floor(keepAliveTimeout / 1000)}`;
}
