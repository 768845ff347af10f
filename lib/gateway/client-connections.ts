import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { ClientsConfig } from '../config/config.ts';
import { LinkedList } from '../linked-list.ts';
import { ClientConnection, type Pending } from './client-connection.ts';

const SWEEP_EVERY_MS = 500;
/** Connections are kept for so much longer than clients are told, so that no request meets the end of its connection. */
const GRACE_MS = 1000;

/** What became of a listener's connections. */
export interface ConnectionCounts {
  readonly open: number;
  /** Most that were open at once, since the start. */
  readonly most: number;
  /** Those that were closed to make room for new ones, since the start. */
  readonly evicted: number;
  /** New ones that were closed because there was no room, since the start. */
  readonly refused: number;
}

/**
 * The open connections of one listener. There are never more than may be: for a new one that goes which has owed a request for the
 * longest time, or whose client takes nothing of its reply for longer. So whoever opens many connections and sends or reads little on them
 * drives out himself, and who sends a request at once is served. One that waits for the balancer is never driven out.
 */
export class ClientConnections {
  limits: ClientsConfig;
  readonly #clock: Clock;
  readonly #expire: (socket: Socket) => void;
  readonly #connections = new Map<Socket, ClientConnection>();
  /** Those without a complete request, for the longest time first. */
  readonly #waiting = new LinkedList<ClientConnection>();
  /** Those whose clients take nothing of their replies, for the longest time first. */
  readonly #stalled = new Set<ClientConnection>();
  #sweeping = false;
  #most = 0;
  #evicted = 0;
  #refused = 0;

  /** @param expire closes a connection on which the head of a request takes too long */
  constructor(limits: ClientsConfig, clock: Clock, expire: (socket: Socket) => void) {
    this.limits = limits;
    this.#clock = clock;
    this.#expire = expire;
  }

  get counts(): ConnectionCounts {
    return {
      open: this.#connections.size,
      most: this.#most,
      evicted: this.#evicted,
      refused: this.#refused,
    };
  }

  /** Takes a new connection, if there is or can be made room; closes it otherwise. */
  open(socket: Socket): void {
    if (this.#connections.size >= this.limits.maxConnections && !this.#evict()) {
      this.#refused += 1;
      socket.destroy();
      return;
    }
    const connection = new ClientConnection(socket, this.#clock.monotonic());
    this.#connections.set(socket, connection);
    this.#most = Math.max(this.#most, this.#connections.size);
    this.#waiting.append(connection);
    socket.once('close', () => this.#forget(connection));
    this.#sweepLater();
  }

  /** A connection goes on as another one: TLS is spoken on it now. */
  replace(before: Socket, socket: Socket): void {
    const connection = this.#connections.get(before);
    if (connection === undefined) return;
    this.#connections.delete(before);
    this.#connections.set(socket, connection);
    connection.socket = socket;
  }

  /** The connection that a request came on; undefined when it was given up. */
  find(socket: Socket): ClientConnection | undefined {
    return this.#connections.get(socket);
  }

  /** The request was answered before its body was there. */
  expectRest(connection: ClientConnection): void {
    connection.debt = connection.shared ? 'nothing' : 'head';
    connection.since = this.#clock.monotonic();
  }

  /** A request on this connection is complete. */
  beginRequest(connection: ClientConnection, reply: Pending): void {
    connection.replies.push(reply);
    this.#waiting.remove(connection);
  }

  /** A request is answered, to the last byte. */
  endRequest(connection: ClientConnection, reply: Pending): void {
    connection.settle(reply);
    if (connection.replies.length > 0 || connection.isGivenUp) return;
    if (this.#stalled.size > 0) this.#stalled.delete(connection);
    connection.rest(this.#clock.monotonic());
    this.#waiting.append(connection);
  }

  /** Closes those that have sent nothing since they were opened or since their last reply; not shared ones, which end in peace by themselves. */
  closeIdle(): void {
    for (const { socket, bytes, shared } of this.#waiting) {
      if (!shared && socket.bytesRead === bytes) socket.destroy();
    }
  }

  closeAll(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }

  #evict(): boolean {
    const [waiting, stalled] = [this.#waiting.first, firstOf(this.#stalled)];
    const connection = (waiting?.since ?? Infinity) < (stalled?.since ?? Infinity) ? waiting : stalled;
    if (connection === undefined) return false;
    this.#evicted += 1;
    this.#forget(connection);
    connection.socket.destroy();
    return true;
  }

  #forget(connection: ClientConnection): void {
    connection.isGivenUp = true;
    this.#connections.delete(connection.socket);
    this.#waiting.remove(connection);
    this.#stalled.delete(connection);
  }

  #sweepLater(): void {
    if (this.#sweeping || this.#connections.size === 0) return;
    this.#sweeping = true;
    this.#clock.setTimeout(() => {
      this.#sweeping = false;
      this.#sweep();
      this.#sweepLater();
    }, SWEEP_EVERY_MS);
  }

  #sweep(): void {
    this.#endLate();
    for (const connection of this.#connections.values()) {
      if (!connection.isStalled()) this.#stalled.delete(connection);
      else if (!this.#stalled.has(connection)) this.#noteStall(connection);
    }
  }

  #noteStall(connection: ClientConnection): void {
    connection.since = this.#clock.monotonic();
    this.#stalled.add(connection);
  }

  #endLate(): void {
    const now = this.#clock.monotonic();
    for (const connection of this.#waiting) {
      connection.noticeHead(now);
      const { socket, debt, since, shared } = connection;
      if (debt === 'head' && now - since >= this.limits.headersTimeout) this.#expire(socket);
      if (debt === 'nothing' && !shared && now - since >= this.limits.keepAliveTimeout + GRACE_MS)
        socket.destroy();
    }
  }
}

function firstOf<T>(items: Iterable<T>): T | undefined {
  for (const item of items) return item;
  return undefined;
}
