import http2 from 'node:http2';
import type {
  Http2Server,
  Http2Session,
  Http2ServerRequest,
  Http2ServerResponse,
  ServerHttp2Session,
} from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { noteExpectation } from '../forward/expectation.ts';

/** Requests at once on one connection, as most servers have it. */
const MAX_STREAMS = 100;
/** As Node has it for HTTP/1. */
const MAX_HEADER_BYTES = 16 * 1024;

/** Answers a request that came on a connection. */
export type ServeRequest = (request: IncomingMessage, response: ServerResponse, socket: TLSSocket) => void;

/** Speaks HTTP/2 on TLS connections that somebody else accepts. */
export class Http2Sessions {
  #keepAliveTimeout: number;
  readonly #server: Http2Server;
  readonly #serve: ServeRequest;
  readonly #sockets = new Map<Http2Session, TLSSocket>();

  /** @param keepAliveTimeout how long a connection without a request is kept, in milliseconds */
  constructor(serve: ServeRequest, keepAliveTimeout: number) {
    this.#serve = serve;
    this.#keepAliveTimeout = keepAliveTimeout;
    const settings = { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEADER_BYTES };
    this.#server = http2.createServer({ settings }, (request, response) => this.#request(request, response));
    // Whoever reads the body says 100 Continue.
    this.#server.on('checkContinue', (request: Http2ServerRequest, response: Http2ServerResponse) =>
      this.#request(request, response, true),
    );
  }

  /** Takes another one, for connections that are open as well. */
  set keepAliveTimeout(milliseconds: number) {
    this.#keepAliveTimeout = milliseconds;
    for (const session of this.#sockets.keys()) session.setTimeout(milliseconds);
  }

  /** Takes over a connection whose client chose HTTP/2. */
  accept(socket: TLSSocket): void {
    const watch = (session: ServerHttp2Session): void => this.#watch(session, socket);
    this.#server.once('session', watch);
    this.#server.emit('connection', socket);
    this.#server.off('session', watch);
  }

  /** Tells every client to send nothing more here (GOAWAY; RFC 9113, 6.8); each connection ends with its last reply. */
  goAway(): void {
    for (const session of this.#sockets.keys()) session.close();
  }

  #watch(session: ServerHttp2Session, socket: TLSSocket): void {
    this.#sockets.set(session, socket);
    session.once('close', () => this.#sockets.delete(session));
    let streams = 0;
    session.on('stream', (stream) => {
      streams += 1;
      stream.once('close', () => (streams -= 1));
    });
    // Whatever happens on the connection starts the time anew, the end of a reply too.
    session.setTimeout(this.#keepAliveTimeout, () => {
      if (streams === 0) session.close();
    });
  }

  #request(request: Http2ServerRequest, response: Http2ServerResponse, isExpecting = false): void {
    const { session } = request.stream;
    const socket = session === undefined ? undefined : this.#sockets.get(session);
    if (socket === undefined) return;
    // Node gives both versions the same shape but for what `http2Stream` is there for.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
    const pair = [request, response] as unknown as [IncomingMessage, ServerResponse];
    if (isExpecting) noteExpectation(...pair);
    this.#serve(...pair, socket);
  }
}
