import type { Socket } from 'node:net';
import type { Clock, Timer } from '../clock.ts';
import { Call } from './call.ts';
import {
  HEAD_LIMIT,
  readRequest,
  requestLength,
  type HttpRequest,
  type MalformedRequest,
} from './http-reader.ts';
import { pieces, serialiseBadRequest, serialiseReply, type Reply } from './http-reply.ts';
import { InputQueue } from './input-queue.ts';
import { resetSocket } from './reset-socket.ts';

/** What a connection needs from the server it belongs to. */
export interface ConnectionHost {
  readonly clock: Clock;
  /** Milliseconds without a byte in or out until the connection is closed. */
  readonly idleTimeout: number;
  /** Takes a request; answers through the call. */
  serve(call: Call): void;
  /** Milliseconds to hold an answer back. */
  delay(call: Call): number;
  /** Hears of bytes that were no request. */
  refused(request: MalformedRequest): void;
  /** Hears of the connection's end. */
  closed(): void;
}

/** One client's connection: reads as Pazpar2 reads, one request at a time, and writes in pieces. */
export class Connection {
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  readonly #input = new InputQueue();
  readonly #idle: Timer;
  #output: Buffer[] = [];
  #writing = false;
  #current: Call | undefined;
  /** As the latest request said. */
  #keepAlive = true;
  #version = '1.0';

  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket;
    this.#host = host;
    this.#idle = host.clock.setTimeout(() => socket.destroy(), host.idleTimeout);
    socket.setNoDelay(false);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => this.#close());
  }

  /** Closes; a client that waits for an answer sees the end of the connection. */
  close(): void {
    this.#socket.destroy();
  }

  /** Ends with a reset, as the connections of a killed process do. */
  reset(): void {
    resetSocket(this.#socket);
  }

  /** Pazpar2 reads at most 4095 bytes at a time and looks for requests after each read: a head too long is refused twice or more. */
  #receive(chunk: Buffer): void {
    this.#idle.refresh();
    for (let start = 0; start < chunk.length; start += HEAD_LIMIT) {
      this.#input.push(chunk.subarray(start, start + HEAD_LIMIT));
      this.#process();
    }
  }

  /** Takes requests until one is not answered at once. An empty line before a request is never got over. */
  #process(): void {
    while (this.#current === undefined && !this.#socket.destroyed) {
      const length = requestLength(this.#input);
      if (length <= 2) return;
      const request = readRequest(this.#input.take(length));
      this.#version = request.version ?? this.#version;
      if ('malformed' in request) return this.#refuse(request);
      this.#serve(request);
    }
  }

  #serve(request: HttpRequest): void {
    this.#keepAlive = request.keepAlive;
    const call = new Call(request, (reply) => this.#answerLater(call, reply));
    this.#current = call;
    this.#host.serve(call);
  }

  #refuse(request: MalformedRequest): void {
    this.#keepAlive = false;
    this.#host.refused(request);
    this.#write(serialiseBadRequest(this.#version));
  }

  #answerLater(call: Call, reply: Reply): void {
    const delay = this.#host.delay(call);
    if (delay <= 0) this.#answer(call, reply);
    else this.#host.clock.setTimeout(() => this.#answer(call, reply), delay);
  }

  #answer(call: Call, reply: Reply): void {
    if (this.#current !== call || this.#socket.destroyed) return;
    this.#current = undefined;
    this.#write(serialiseReply(reply, this.#version));
  }

  #write(bytes: Buffer): void {
    this.#output.push(...pieces(bytes));
    if (!this.#writing) this.#writeNext();
  }

  /** Each piece waits for the one before, so that Nagle's algorithm delays the second one as it does with Pazpar2. */
  #writeNext(): void {
    const piece = this.#output.shift();
    this.#writing = piece !== undefined;
    if (piece === undefined) return this.#drained();
    this.#socket.write(piece, (error) => {
      if (error) return;
      this.#idle.refresh();
      this.#writeNext();
    });
  }

  #drained(): void {
    if (this.#keepAlive) this.#process();
    else this.#socket.destroy();
  }

  #close(): void {
    this.#idle.cancel();
    this.#current?.abandon();
    this.#current = undefined;
    this.#host.closed();
  }
}
