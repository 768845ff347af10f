import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { ClientsConfig } from '../config/config.ts';

const SWEEP_EVERY_MS = 500;

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
 * What a connection owes: nothing while it is kept between two requests, the head of a request, or the rest of its body, for which
 * whoever reads it has a time limit.
 */
type Debt = 'nothing' | 'head' | 'body';

/** A reply, as far as its client has not taken it. */
interface Pending {
  readonly writableLength: number;
}

interface Connection {
  socket: Socket;
  /** Requests share it (HTTP/2), and bytes that come on it need not belong to one. */
  shared: boolean;
  /** Replies to requests that are complete. */
  readonly replies: Pending[];
  debt: Debt;
  /** Since when it owes that, or its client takes nothing of a reply. */
  since: number;
  /** Bytes it had sent when its last request was answered. */
  bytes: number;
  /** What its client had not taken when it was last looked at. */
  pending: number;
  /** Bytes that had been written to it by then. */
  written: number;
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
  readonly #connections = new Map<Socket, Connection>();
  /** Those without a complete request, for the longest time first. */
  readonly #waiting = new Set<Connection>();
  /** Those whose clients take nothing of their replies, for the longest time first. */
  readonly #stalled = new Set<Connection>();
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
    const since = this.#clock.monotonic();
    const nothing = { bytes: 0, pending: 0, written: 0 };
    const kind = { socket, shared: false, replies: [] };
    const connection: Connection = { ...kind, debt: 'head', since, ...nothing };
    this.#connections.set(socket, connection);
    this.#most = Math.max(this.#most, this.#connections.size);
    this.#waiting.add(connection);
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

  /** Requests will share this connection: between two of them it owes nothing, whatever comes. */
  share(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (connection !== undefined) connection.shared = true;
  }

  /** The head of a request is there, its body is not. */
  expectBody(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (connection !== undefined) connection.debt = 'body';
  }

  /** The request was answered before its body was there. */
  expectRest(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return;
    connection.debt = connection.shared ? 'nothing' : 'head';
    connection.since = this.#clock.monotonic();
  }

  /** A request on this connection is complete. */
  beginRequest(socket: Socket, reply: Pending): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return;
    connection.replies.push(reply);
    this.#waiting.delete(connection);
  }

  /** A request is answered, to the last byte. */
  endRequest(socket: Socket, reply: Pending): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return;
    remove(reply, connection.replies);
    if (connection.replies.length > 0) return;
    this.#stalled.delete(connection);
    connection.since = this.#clock.monotonic();
    connection.bytes = socket.bytesRead;
    connection.debt = 'nothing';
    this.#waiting.add(connection);
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
    const [waiting, stalled] = [firstOf(this.#waiting), firstOf(this.#stalled)];
    const connection = (waiting?.since ?? Infinity) < (stalled?.since ?? Infinity) ? waiting : stalled;
    if (connection === undefined) return false;
    this.#evicted += 1;
    this.#forget(connection);
    connection.socket.destroy();
    return true;
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection.socket);
    this.#waiting.delete(connection);
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
    this.#endLateHeads();
    for (const connection of this.#connections.values()) {
      if (!isStalled(connection)) this.#stalled.delete(connection);
      else if (!this.#stalled.has(connection)) this.#noteStall(connection);
    }
  }

  #noteStall(connection: Connection): void {
    connection.since = this.#clock.monotonic();
    this.#stalled.add(connection);
  }

  #endLateHeads(): void {
    const now = this.#clock.monotonic();
    for (const connection of this.#waiting) {
      const { socket, debt, since, bytes, shared } = connection;
      if (debt === 'nothing' && !shared && socket.bytesRead !== bytes) {
        connection.debt = 'head';
        connection.since = now;
      }
      if (debt === 'head' && now - since >= this.limits.headersTimeout) this.#expire(socket);
    }
  }
}

/** True when nothing was taken, and nothing could be written, since it was last asked. */
function isStalled(connection: Connection): boolean {
  let pending = 0;
  for (const { writableLength } of connection.replies) pending += writableLength;
  const { bytesWritten } = connection.socket;
  const stalled = pending > 0 && pending === connection.pending && bytesWritten === connection.written;
  connection.pending = pending;
  connection.written = bytesWritten;
  return stalled;
}

function firstOf<T>(items: Iterable<T>): T | undefined {
  for (const item of items) return item;
  return undefined;
}

function remove<T>(item: T, items: T[]): void {
  const index = items.indexOf(item);
  if (index !== -1) items.splice(index, 1);
}
