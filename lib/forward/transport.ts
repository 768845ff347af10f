/** One canonical request for one member, complete in memory. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'POST';
  /** Origin-form target: path and query, ASCII, no blank. */
  readonly target: string;
  /** Name, value, name, value … without Host, Connection, Content-Length and Transfer-Encoding: those are the transport's. */
  readonly headers: readonly string[];
  readonly body: Buffer | undefined;
  /** Use a kept connection, or a new one that ends with the reply. */
  readonly connection: 'kept' | 'fresh';
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

/**
 * Hears of one exchange. Calls come in this order: `sent` at most once, `head` at most once, `data` any number of
 * times, then exactly one of `end` and `failed`. None is made before `send` returned; none after `abort`.
 */
export interface ReplyListener {
  /** The request is being handed to a connection: from here on the member may have seen it. */
  sent(): void;
  /** The final head; 1xx heads are swallowed. */
  head(head: ReplyHead): void;
  /** A piece of the body, as soon as it arrives. Answer false to get no more until `resume`. The chunk is the listener's to keep. */
  data(chunk: Buffer): boolean;
  /** The reply is complete. */
  end(): void;
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
