import type { Server, Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { SecureContextOptions, Server as TlsServer, TLSSocket } from 'node:tls';
import type { PemFile } from '../cluster/member-tls.ts';
import type { TlsConfig } from '../config/config.ts';

/** Who gets the connections of a TLS listener. */
export interface TlsConnections {
  /** A connection was accepted; its handshake begins. */
  readonly opened: (socket: Socket) => void;
  /** Its handshake is done: from now on it is the other one. */
  readonly secured: (before: Socket, socket: TLSSocket) => void;
  readonly http1: (socket: TLSSocket) => void;
  readonly http2: (socket: TLSSocket) => void;
}

/** Accepts TLS connections and hands each to the server of the protocol that its client chose (ALPN, RFC 7301). */
export class TlsListener {
  readonly #server: TlsServer;
  readonly #connections: TlsConnections;
  /** Those who vouch for clients, where clients need a certificate; that stays as it was at the start. */
  #ca: PemFile | undefined;
  /** Connections whose handshake is not done, by address and port of both ends. */
  readonly #shaking = new Map<string, Socket>();

  constructor(tls: TlsConfig, connections: TlsConnections) {
    this.#connections = connections;
    this.#ca = tls.ca;
    const asksClients = tls.ca !== undefined;
    const options = {
      ...secureContext(tls),
      requestCert: asksClients,
      rejectUnauthorized: asksClients,
      ALPNProtocols: ['h2', 'http/1.1'],
      noDelay: true,
    };
    this.#server = createServer(options, (socket) => this.#secured(socket));
    this.#server.on('connection', (socket) => this.#opened(socket));
  }

  /** What listens. */
  get server(): Server {
    return this.#server;
  }

  /** Uses another certificate for handshakes from now on. */
  renew(tls: TlsConfig): void {
    if (this.#ca !== undefined) this.#ca = tls.ca ?? this.#ca;
    this.#server.setSecureContext(secureContext({ ...tls, ca: this.#ca }));
  }

  #opened(socket: Socket): void {
    const ends = endsOf(socket);
    this.#shaking.set(ends, socket);
    socket.once('close', () => {
      if (this.#shaking.get(ends) === socket) this.#shaking.delete(ends);
    });
    this.#connections.opened(socket);
  }

  #secured(socket: TLSSocket): void {
    const ends = endsOf(socket);
    const before = this.#shaking.get(ends);
    if (before === undefined) {
      socket.destroy();
      return;
    }
    this.#shaking.delete(ends);
    this.#connections.secured(before, socket);
    // Errors of a connection end it, and its end is what everybody listens to.
    socket.on('error', () => undefined);
    if (socket.alpnProtocol === 'h2') this.#connections.http2(socket);
    else this.#connections.http1(socket);
  }
}

function secureContext({ cert, key, ca, minVersion }: TlsConfig): SecureContextOptions {
  return { cert: cert.text, key: key.text, ca: ca?.text, minVersion };
}

function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
