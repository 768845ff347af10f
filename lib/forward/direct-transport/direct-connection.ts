import type { Socket } from 'node:net';

import { afterWaitingEvents, type Timer } from '../../clock.ts';
import type { ConnectionPool, PooledConnection } from '../connection-pool.ts';
import { connectSocket, type ConnectOptions } from '../connect-socket.ts';
import { readMemory } from '../read-memory.ts';
import type { DirectExchange } from './direct-exchange.ts';
import { ReplyReader } from './reply-reader.ts';

/** How long an idle connection may keep the process alive: under load it is not told twice for each request. */
const UNREF_AFTER_MS = 100;

/** One connection. Carries one exchange at a time: waits until the connection stands, writes the request, reads the reply. */
export class DirectConnection implements PooledConnection {
  readonly #options: ConnectOptions;
  readonly #keepAliveTimeout: number;
  readonly #pool: ConnectionPool<DirectConnection>;
  readonly #reader = new ReplyReader();
  #socket: Socket | undefined;
  #exchange: DirectExchange | undefined;
  #requests = 0;
  /** The present request was handed to the socket. */
  #sent = false;
  #received = false;
  #destroyed = false;
  #idleSince = 0;
  #idleTimer: Timer | undefined;
  /** Keeps the process alive. */
  #isRef = true;

  constructor(options: ConnectOptions, keepAliveTimeout: number, pool: ConnectionPool<DirectConnection>) {
    this.#options = options;
    this.#keepAliveTimeout = keepAliveTimeout;
    this.#pool = pool;
  }

  /** The present request is not the first on this connection. */
  get reused(): boolean {
    return this.#requests > 1;
  }

  carry(exchange: DirectExchange): void {
    this.#exchange = exchange;
    if (this.#socket === undefined) {
      this.#connect();
    } else {
      this.#keepProcess();
      // The end of this connection may be among the events that wait.
      afterWaitingEvents(handOver, this);
    }
  }

  /** Writes the request, unless its exchange went away meanwhile. */
  handOver(): void {
    const exchange = this.#exchange;
    const socket = this.#socket;
    if (exchange === undefined || socket === undefined) return;
    this.#requests += 1;
    this.#sent = true;
    this.#received = false;
    this.#reader.begin(exchange);
    exchange.sent();
    // The listener may have aborted it.
    if (this.#destroyed) return;
    const { body } = exchange.request;
    if (body === undefined || body.length === 0) {
      socket.write(exchange.head, 'latin1');
      return;
    }
    socket.cork();
    socket.write(exchange.head, 'latin1');
    socket.write(body);
    socket.uncork();
  }

  resume(): void {
    this.#socket?.resume();
  }

  release(): void {
    this.#exchange = undefined;
    this.#sent = false;
    this.#idleSince = this.#options.clock.monotonic();
    if (this.#idleTimer === undefined) this.#watchIdleness(0);
  }

  destroy(): void {
    this.#destroyed = true;
    this.#exchange = undefined;
    this.#reader.abandon();
    this.#idleTimer?.cancel();
    this.#socket?.destroy();
  }

  #connect(): void {
    const buffer = readMemory();
    const onread = { buffer, callback: (size: number) => this.#read(buffer.subarray(0, size)) };
    const socket = connectSocket({ ...this.#options, onread }, (failure) => {
      if (this.#destroyed) return;
      if (failure !== undefined) {
        this.#exchange?.unconnected(failure);
        return;
      }
      this.#pool.opened();
      socket.on('error', (error) => this.#lost(error));
      socket.on('end', () => this.#lost(undefined));
      socket.on('close', () => this.#pool.closed());
      this.handOver();
    });
    this.#socket = socket;
  }

  /** Takes bytes; answers false to get no more for now. */
  #read(bytes: Buffer): boolean {
    if (!this.#sent) {
      // Nobody asked: what follows could be taken for the answer to the next request.
      this.#lost(undefined);
      return true;
    }
    this.#received = true;
    this.#reader.read(bytes);
    return this.#exchange === undefined || !this.#exchange.isPaused;
  }

  #lost(error: Error | undefined): void {
    if (this.#destroyed) return;
    const exchange = this.#exchange;
    this.destroy();
    if (exchange === undefined) this.#pool.ended(this);
    else if (this.#sent) exchange.lost({ received: this.#received, reused: this.reused }, error);
    else this.#pool.restart(exchange);
  }

  /** One timer for many rests: when it fires it looks how long the present one lasts. @param rest how long it has lasted, in ms */
  #watchIdleness(rest: number): void {
    const { clock } = this.#options;
    const next = this.#isRef ? Math.min(UNREF_AFTER_MS, this.#keepAliveTimeout) : this.#keepAliveTimeout;
    this.#idleTimer = clock.setTimeout(() => {
      this.#idleTimer = undefined;
      if (this.#exchange === undefined) this.#rested(clock.monotonic() - this.#idleSince);
    }, next - rest);
  }

  #rested(rest: number): void {
    if (rest >= this.#keepAliveTimeout) {
      this.#lost(undefined);
      return;
    }
    if (rest >= UNREF_AFTER_MS) this.#letProcessEnd();
    this.#watchIdleness(rest);
  }

  #keepProcess(): void {
    if (this.#isRef) return;
    this.#isRef = true;
    this.#socket?.ref();
    // It waits for the end of the rest that is over now.
    this.#idleTimer?.cancel();
    this.#idleTimer = undefined;
  }

  #letProcessEnd(): void {
    this.#isRef = false;
    this.#socket?.unref();
  }
}

function handOver(connection: DirectConnection): void {
  connection.handOver();
}
