import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { Clock } from '../../clock.ts';
import type { RequestUpload } from '../request-upload.ts';
import { TransportFailure } from '../transport.ts';
import type { Exchange, ReplyListener, UpstreamRequest } from '../transport.ts';
import { askToContinue } from './ask-to-continue.ts';
import { asIncomingMessage, ProxiedResponse } from './proxied-message.ts';
import type { ProxyListener } from './proxied-message.ts';
import { readAsTunnel } from './reply-reading.ts';
import { replyFailure } from './reply-failure.ts';
import { frameChunked, isChunked, proxiedHeaders } from './request-framing.ts';
import { joinConnections } from './tunnel.ts';

// Switching Protocols (RFC 9110, 15.2.2).
const SWITCHED = 101;

/** Node reads such a reason phrase, but writes none (RFC 9112, section 4). */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNWRITABLE = /[^\t\x20-\x7e\x80-\xff]/;

/** What an exchange needs of the transport. */
export interface ExchangeOwner {
  /** Value of the Host header, unless the request has one of its own. */
  readonly host: string;
  /** Called once, when nothing of the exchange is left. */
  readonly ended: () => void;
  readonly clock: Clock;
}

/** One request under way: turns what http-proxy-middleware and Node's client report into a listener's calls. */
export class ProxiedExchange implements Exchange, ProxyListener {
  /** In the places of the client's own. */
  readonly request: IncomingMessage;
  readonly response: ProxiedResponse = new ProxiedResponse();
  readonly #upstreamRequest: UpstreamRequest;
  readonly #listener: ReplyListener;
  readonly #owner: ExchangeOwner;
  #proxyRequest: ClientRequest | undefined;
  #reply: IncomingMessage | undefined;
  #tunnel: Socket | undefined;
  /** What the connection had read before this exchange. */
  #readBefore = 0;
  #paused = false;
  /** The body went out though the member did not ask for it, as it was to. */
  #isUnasked = false;
  /** The reply is complete, which the listener hears when it goes on. */
  #isEnding = false;
  #over = false;

  constructor(request: UpstreamRequest, listener: ReplyListener, owner: ExchangeOwner) {
    this.#upstreamRequest = request;
    this.#listener = listener;
    this.#owner = owner;
    this.request = asIncomingMessage({
      listener: this,
      method: request.method,
      url: request.target,
      headers: proxiedHeaders(request, owner.host),
      pipe: (destination) => this.#send(destination),
    });
  }

  get isOver(): boolean {
    return this.#over;
  }

  connected(proxyRequest: ClientRequest): void {
    this.#proxyRequest = proxyRequest;
    if (this.#over) {
      proxyRequest.destroy();
      return;
    }
    if (isChunked(this.#upstreamRequest)) frameChunked(proxyRequest);
    this.#readBefore = proxyRequest.socket?.bytesRead ?? 0;
    proxyRequest.on('information', ({ statusCode, statusMessage, rawHeaders }) => {
      this.#listener.interim?.({ status: statusCode, reason: statusMessage, headers: rawHeaders });
    });
    proxyRequest.on('upgrade', (reply, socket, head) => this.#switched(reply, socket, head));
    this.#listener.sent();
  }

  replied(reply: IncomingMessage): void {
    if (this.#over) return;
    reply.on('error', (error) => this.failed(error));
    if (!isReply(reply)) {
      this.#refuse(reply.socket);
      return;
    }
    this.#reply = reply;
    const { socket } = reply;
    this.#listener.head(headOf(reply));
    // The listener may have given up.
    if (this.isOver) return;
    reply.on('data', (chunk: Buffer) => {
      if (this.#over || this.#listener.data(chunk)) return;
      this.#paused = true;
      reply.pause();
    });
    reply.on('end', () => {
      // A member that answered before the body came may take it for the next request.
      if (this.#isUnasked) socket.destroy();
      // Node ends a reply whose last piece was taken, paused or not.
      if (this.#paused) this.#isEnding = true;
      else this.#finished(reply.rawTrailers);
    });
  }

  failed(error: unknown): void {
    if (this.#over) return;
    const { socket, reusedSocket } = this.#proxyRequest ?? {};
    const facts = {
      sent: this.#proxyRequest !== undefined,
      received: (socket?.bytesRead ?? 0) > this.#readBefore,
      hasHead: this.#reply !== undefined,
      reused: reusedSocket ?? false,
    };
    this.#end(false);
    this.#listener.failed(replyFailure(error, facts));
  }

  abort(): void {
    if (this.#over) return;
    this.#end(false);
    this.#proxyRequest?.destroy();
    this.#tunnel?.destroy();
  }

  resume(): void {
    this.#paused = false;
    if (this.#isEnding) this.#finished(this.#reply?.rawTrailers ?? []);
    else this.#reply?.resume();
  }

  #send(destination: Writable): void {
    const { body, upload } = this.#upstreamRequest;
    if (this.#over) return;
    if (upload === undefined) destination.end(body);
    else if (upload.isWithheld && this.#proxyRequest !== undefined)
      askToContinue(this.#proxyRequest, this.#owner.clock, (isAsked) => {
        this.#isUnasked = !isAsked;
        this.#startUpload(upload, destination);
      });
    else this.#startUpload(upload, destination);
  }

  #startUpload(upload: RequestUpload, destination: Writable): void {
    if (this.#over) return;
    upload.start(destination, (bytes, waitsFor) => this.#listener.uploaded?.(bytes, waitsFor));
  }

  #switched(reply: IncomingMessage, socket: Socket, head: Buffer): void {
    const { tunnel } = this.#upstreamRequest;
    socket.on('error', () => undefined);
    if (this.#over || tunnel === undefined) {
      this.#refuse(socket);
      return;
    }
    this.#tunnel = socket;
    this.#listener.head(headOf(reply));
    if (this.isOver) return;
    readAsTunnel(socket);
    if (head.length > 0) socket.unshift(Buffer.from(head));
    const early = tunnel.takeEarly();
    if (early.length > 0) socket.write(early);
    joinConnections(tunnel.stream, socket, () => this.#finished([]));
  }

  /** What came is no reply that could be passed on. */
  #refuse(socket: Socket): void {
    socket.destroy();
    if (this.#over) return;
    const reused = this.#proxyRequest?.reusedSocket ?? false;
    this.#end(false);
    this.#listener.failed(new TransportFailure('malformed', { sent: true, received: true, reused }));
  }

  #finished(trailers: readonly string[]): void {
    if (this.#over) return;
    this.#end(true);
    if (trailers.length > 0) this.#listener.end(trailers);
    else this.#listener.end();
  }

  #end(isComplete: boolean): void {
    this.#over = true;
    this.#upstreamRequest.upload?.stop();
    this.response.close(isComplete);
    this.#owner.ended();
  }
}

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): {
  status: number;
  reason: string;
  headers: readonly string[];
} {
  return { status: statusCode ?? SWITCHED, reason: statusMessage ?? '', headers: rawHeaders };
}

/** Node reads replies of versions that do not exist, and of a status that is none. */
function isReply({ httpVersionMajor, statusCode = 0, statusMessage = '' }: IncomingMessage): boolean {
  return httpVersionMajor === 1 && statusCode >= 200 && !UNWRITABLE.test(statusMessage);
}
