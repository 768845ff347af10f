import { TransportFailure } from '../../../lib/forward/transport.ts';
import type { Exchange, ReplyListener, Transport, UpstreamRequest } from '../../../lib/forward/transport.ts';

/** How a server of the world behaves: answers, is not there, or resets every connection that it accepted. */
export type ServerMood = 'up' | 'dead' | 'resets';

/** A request that reached a server, or found none. */
export interface Attempted {
  readonly url: string;
  readonly command: string;
  readonly number: string | undefined;
}

/** A server: every one counts its sessions from 1, so that numbers alone say nothing. */
class Server {
  mood: ServerMood = 'up';
  readonly sessions = new Set<string>();
  #begun = 0;

  begin(): string {
    this.#begun += 1;
    const number = String(this.#begun);
    this.sessions.add(number);
    return number;
  }
}

/** The servers behind the members, by url, and everything that was tried on them. */
export class World {
  readonly attempts: Attempted[] = [];
  readonly #servers = new Map<string, Server>();

  server(url: string): Server {
    const known = this.#servers.get(url);
    if (known !== undefined) return known;
    const server = new Server();
    this.#servers.set(url, server);
    return server;
  }

  transport(url: string): Transport {
    return {
      connections: 0,
      portFallbacks: 0,
      close: () => Promise.resolve(),
      send: (request, listener) => this.#send(url, request, listener),
    };
  }

  #send(url: string, request: UpstreamRequest, listener: ReplyListener): Exchange {
    const args = new URLSearchParams(request.target.slice(request.target.indexOf('?') + 1));
    const timer = setImmediate(() => this.#meet(url, args, listener));
    return { abort: () => clearImmediate(timer), resume: () => undefined };
  }

  #meet(url: string, args: URLSearchParams, listener: ReplyListener): void {
    const command = args.get('command') ?? '';
    const number = args.get('session') ?? undefined;
    this.attempts.push({ url, command, number });
    const server = this.server(url);
    if (server.mood === 'dead') {
      listener.failed(new TransportFailure('refused', { sent: false, received: false, reused: false }));
      return;
    }
    listener.sent();
    if (server.mood === 'resets') {
      listener.failed(new TransportFailure('reset', { sent: true, received: false, reused: false }));
    } else if (command === 'init') {
      reply(listener, '200 OK', `<init><status>OK</status><session>${server.begin()}</session></init>`);
    } else if (number !== undefined && server.sessions.has(number)) {
      reply(listener, '200 OK', `<served by="${url}" session="${number}"/>`);
    } else {
      const reason = 'Session does not exist or it has expired';
      reply(listener, `417 ${reason}`, `<error code="1" msg="${reason}">${number}</error>`);
    }
  }
}

function reply(listener: ReplyListener, statusLine: string, document: string): void {
  const [status, ...reason] = statusLine.split(' ');
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${document}`, 'latin1');
  const headers = ['Content-Type', 'text/xml', 'Content-Length', String(body.length)];
  listener.head({ status: Number(status), reason: reason.join(' '), headers });
  listener.data(body);
  listener.end();
}
