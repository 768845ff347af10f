import { EventEmitter } from 'node:events';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';

/** Hears what the proxy reports of one request. */
export interface ProxyListener {
  /** The request has a connection: from here on the member may see it. */
  connected(proxyRequest: ClientRequest): void;
  replied(reply: IncomingMessage): void;
  failed(error: unknown): void;
}

/** A request as the proxy gets it: what goes to the member and nothing else of the client's. */
export interface ProxiedRequest {
  readonly listener: ProxyListener;
  readonly method: string;
  readonly url: string;
  readonly headers: OutgoingHttpHeaders;
  /** Writes the body. */
  readonly pipe: (destination: Writable) => void;
}

/**
 * Puts a request into the place of the client's. So its headers are as they must be before the proxy sees them, each attempt has its
 * own, and the client's request and response gather no listeners.
 */
export function asIncomingMessage(request: ProxiedRequest): IncomingMessage {
  const stand = {
    ...request,
    httpVersion: '1.1',
    httpVersionMajor: 1,
    // A connection of no server: the proxy looks for one to listen to, and asks whether the client is still there.
    socket: { writable: true },
    on: () => stand,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that http-proxy-middleware uses, which test/forward/http-transport shows
  return stand as unknown as IncomingMessage;
}

/** Who hears of a request that `asIncomingMessage` made. */
export function listenerOf(request: IncomingMessage): ProxyListener {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return (request as unknown as ProxiedRequest).listener;
}

/** Stands in the place of the client's response. The reply is relayed by us; the proxy only hears when it is over. */
export class ProxiedResponse extends EventEmitter {
  /** Tells the proxy that there is nothing to write. */
  readonly finished = true;
  readonly headersSent = false;
  /** What the proxy takes for the end of a reply, when it hears `close`. */
  writableFinished = false;
  destroyed = false;

  /** @param isComplete the reply came to its end; otherwise the proxy closes the connection to the member */
  close(isComplete: boolean): void {
    this.writableFinished = isComplete;
    this.destroyed = true;
    this.emit('close');
  }

  asServerResponse(): ServerResponse {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see `asIncomingMessage`
    return this as unknown as ServerResponse;
  }
}
