import type { Duplex } from 'node:stream';
import type { RequestUpload } from './request-upload.ts';

/** One request for one member. That of protocol pazpar2 is canonical and complete in memory. */
export interface UpstreamRequest {
  /** GET or POST for protocol pazpar2. */
  readonly method: string;
  /** Origin-form target: path and query, ASCII, no blank. */
  readonly target: string;
  /** Name, value, name, value … without Host, Connection, Content-Length and Transfer-Encoding: those are the transport's. */
  readonly headers: readonly string[];
  readonly body: Buffer | undefined;
  /** Use a kept connection, or a new one that ends with the reply. */
  readonly connection: 'kept' | 'fresh';
  /** A body that is passed on as it comes, in the place of `body`. Protocol http only. */
  readonly upload?: RequestUpload | undefined;
  /** Whom to join with the member's connection when the member switches protocols (101). Protocol http only. */
  readonly tunnel?: TunnelEnd | undefined;
}

/** The client's side of a tunnel. */
export interface TunnelEnd {
  readonly stream: Duplex;
  /** What the client has sent behind its request; called once, when its connection is joined with the member's. */
  takeEarly(): Buffer;
}

export interface ReplyHead {
  readonly status: number;
  /** The reason phrase, byte for byte (latin1). */
  readonly reason: string;
  /** Name, value, name, value … as received (latin1), hop-by-hop headers included. */
  readonly headers: readonly string[];
}

/** Why an exchange ended without a complete reply. */
export type FailureKind =
  /** Nobody listens there. */
  | 'refused'
  /** No TCP or TLS connection within the connect limit. */
  | 'connect-timeout'
  /** The name has no address. */
  | 'name'
  /** No way to the address: no route, network down, permission denied. */
  | 'route'
  /** No free local port for a new connection. */
  | 'ports'
  /** Certificate or handshake. */
  | 'tls'
  /** The connection ended orderly before any byte of the reply. */
  | 'empty'
  /** The connection was reset before any byte of the reply. */
  | 'reset'
  /** The connection ended or was reset after the first byte of the reply and before its end. */
  | 'truncated'
  /** Not a valid HTTP reply. */
  | 'malformed'
  /** A reply framed in a way that this transport does not read; another one may. */
  | 'framing'
  /** No reply head within the limit; set by the attempt, not by a transport. */
  | 'head-timeout'
  /** No byte of the body within the limit; set by the attempt, not by a transport. */
  | 'idle-timeout'
  /** A proxy before the member answered in its place that it cannot serve; set by the forwarding, not by a transport. */
  | 'turned-away';

/** Ends an exchange without a complete reply; says what is certain about it. */
export class TransportFailure extends Error {
  readonly kind: FailureKind;
  /** False only if it is certain that no byte of the request was handed to a connection. */
  readonly sent: boolean;
  /** At least one byte of the reply arrived. */
  readonly received: boolean;
  /** The request went out on a connection that had carried an earlier request. */
  readonly reused: boolean;

  constructor(
    kind: FailureKind,
    facts: { sent: boolean; received: boolean; reused: boolean },
    cause?: unknown,
  ) {
    super(`${kind}${cause instanceof Error ? `: ${cause.message}` : ''}`, { cause });
    this.name = 'TransportFailure';
    this.kind = kind;
    this.sent = facts.sent;
    this.received = facts.received;
    this.reused = facts.reused;
  }
}

/** `client`: for the next piece; `member`: that it takes the last piece, or that it answers, when the body is complete. */
export type UploadWait = 'client' | 'member';

/**
 * Hears of one exchange. Calls come in this order: `sent` at most once, `head` at most once, `data` any number of
 * times, then exactly one of `end` and `failed`. None is made before `send` returned; none after `abort`.
 */
export interface ReplyListener {
  /** The request is being handed to a connection: from here on the member may have seen it. */
  sent(): void;
  /** A piece of an upload was passed on, and who has to do something for it to go on. */
  uploaded?(bytes: number, waitsFor: UploadWait): void;
  /** An interim head (102, 103). Protocol http only; others swallow them. */
  interim?(head: ReplyHead): void;
  /** The final head. After 101 come no `data`: the member's bytes go to the client past the listener. */
  head(head: ReplyHead): void;
  /** A piece of the body, as soon as it arrives. Answer false to get no more until `resume`. The chunk is the listener's to keep. */
  data(chunk: Buffer): boolean;
  /**
   * The reply is complete, or the tunnel is closed.
   *
   * @param trailers name, value, … as received; none unless the reply had any
   */
  end(trailers?: readonly string[]): void;
  failed(failure: TransportFailure): void;
}

/** One request under way. */
export interface Exchange {
  /** Closes the connection at once; the listener hears nothing more. Harmless when the exchange has ended. */
  abort(): void;
  /** Goes on after `data` answered false. */
  resume(): void;
}

/**
 * Carries requests to one member. It never queues, never sends a request twice, and knows for certain whether anything
 * was sent. Time limits other than connecting are the caller's. test/contracts/transport.ts holds what every transport must do.
 */
export interface Transport {
  /** @throws {TypeError} if the request's target or headers would break the message. */
  send(request: UpstreamRequest, listener: ReplyListener): Exchange;
  /** Closes idle connections and, after running exchanges have ended, all others. What is sent later goes out, but no connection is kept. */
  close(): Promise<void>;
  /** Open connections, idle ones included. */
  readonly connections: number;
  /** Requests for a new connection that went out on a kept one, because no local port was free. */
  readonly portFallbacks: number;
}
