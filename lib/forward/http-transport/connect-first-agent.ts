import { Agent } from 'node:http';
import type { ClientRequest, ClientRequestArgs } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock.ts';
import { connectSocket } from '../connect-socket.ts';
import type { MemberAddress } from '../member-url.ts';
import type { SecureConnection } from '../secure-connection.ts';
import { replyReading } from './reply-reading.ts';

/** How connections to one member are made and kept. */
export interface AgentSettings {
  readonly address: MemberAddress;
  /** Milliseconds for name, TCP and TLS together. */
  readonly connectTimeout: number;
  /** Milliseconds for which an idle connection is kept; 0 keeps none. */
  readonly keepAliveTimeout: number;
  readonly clock: Clock;
  /** For a member where TLS is spoken. */
  readonly secure: SecureConnection | undefined;
}

type CreateCallback = (error: Error | null, socket: Duplex) => void;

const MOST_IDLE = 256;

/**
 * Node's agent for one member, which hands a connection to a request only when it stands, TLS included. So a request whose connection fails
 * has sent nothing, and nothing of its body was read: with any other agent the proxy pipes the body away while it still connects.
 */
export class ConnectFirstAgent extends Agent {
  readonly #settings: AgentSettings;
  #open = 0;
  /** Connections that do not stand yet. */
  readonly #connecting = new Set<Duplex>();
  #requests = 0;
  #closing = false;
  #whenClosed: () => void = () => undefined;

  constructor(settings: AgentSettings) {
    const keepAlive = settings.keepAliveTimeout > 0;
    super({
      keepAlive,
      maxFreeSockets: MOST_IDLE,
      scheduling: 'lifo',
      ...(keepAlive ? { timeout: settings.keepAliveTimeout } : {}),
    });
    this.#settings = settings;
  }

  /** Open connections, idle ones included. */
  get open(): number {
    return this.#open;
  }

  /** True when a kept connection would be used for the next request. */
  get hasIdle(): boolean {
    return Object.keys(this.freeSockets).length > 0;
  }

  override createConnection(_options: ClientRequestArgs, callback?: CreateCallback): undefined {
    // The proxy comes here later than its request began, which may have been given up since.
    if (this.#isDone) callback?.(new Error('nobody waits for it'), new Socket());
    else this.#connect(callback);
  }

  #connect(callback: CreateCallback | undefined): void {
    const { address, connectTimeout, clock, secure } = this.#settings;
    const onread = secure === undefined ? replyReading(() => socket) : undefined;
    const socket: Socket = connectSocket({ address, connectTimeout, clock, secure, onread }, (failure) => {
      this.#connecting.delete(socket);
      if (failure === undefined) {
        this.#open += 1;
        socket.once('close', () => {
          this.#open -= 1;
          this.#settleClose();
        });
      }
      callback?.(failure ?? null, socket);
    });
    this.#connecting.add(socket);
  }

  /** An idle connection on which something comes is of no use: the next request would take it for its reply. */
  override keepSocketAlive(socket: Duplex): boolean {
    const isKept: unknown = super.keepSocketAlive(socket);
    socket.on('data', destroyThis);
    return isKept !== false;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    socket.off('data', destroyThis);
    super.reuseSocket(socket, request);
  }

  /** A request begins; whoever calls this calls `ended` once. */
  begun(): void {
    this.#requests += 1;
  }

  ended(): void {
    this.#requests -= 1;
    this.#settleClose();
  }

  /** Closes idle connections now and the others after their requests. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => (this.#whenClosed = resolve));
    this.#closing = true;
    // Node's agent looks at this whenever a request has ended, and so keeps no connection any more.
    Object.assign(this, { keepAlive: false });
    for (const socket of Object.values(this.freeSockets).flatMap((sockets) => sockets ?? []))
      socket.destroy();
    this.#settleClose();
    await closed;
  }

  /** Closed, and no request is under way. */
  get #isDone(): boolean {
    return this.#closing && this.#requests === 0;
  }

  #settleClose(): void {
    if (!this.#isDone) return;
    // Those for whom they were to stand have given up.
    for (const socket of this.#connecting) socket.destroy();
    this.#connecting.clear();
    if (this.#open === 0) this.#whenClosed();
  }
}

function destroyThis(this: Duplex): void {
  this.destroy();
}
