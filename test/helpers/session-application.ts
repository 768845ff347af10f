import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createHash } from 'node:crypto';
import express, { type Request } from 'express';
import session from 'express-session';

/** What the application answers, whatever it is asked. */
export interface ApplicationAnswer {
  readonly route: string;
  /** Requests of this session so far, this one included. */
  readonly count: number;
  /** Bytes and SHA-256 of the upload. */
  readonly size: number;
  readonly digest: string;
}

interface Counted {
  count?: number;
}

/** An Express application that keeps sessions in memory, takes uploads and echoes on WebSockets: what stands behind a balancer. */
export class SessionApplication {
  readonly route: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(route: string) {
    this.route = route;
    const app = express();
    app.use(session({ secret: 'of the application', resave: false, saveUninitialized: true, name: 'sid' }));
    app.use('/', (request, response, next) => {
      this.#answer(request).then((answer) => response.json(answer), next);
    });
    this.#server = createServer(app);
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('upgrade', (_request, socket: Socket, head) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      socket.write(`${route}:`);
      socket.write(head);
      socket.pipe(socket);
    });
  }

  static async start(route: string): Promise<SessionApplication> {
    const application = new SessionApplication(route);
    application.#server.listen(0, '127.0.0.1');
    await once(application.#server, 'listening');
    return application;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends as a killed process does: every connection is reset, whatever is on it, and none is accepted any more. */
  async kill(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  async #answer(request: Request): Promise<ApplicationAnswer> {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
    }
    const counted = request.session as Counted;
    counted.count = (counted.count ?? 0) + 1;
    return { route: this.route, count: counted.count, size, digest: hash.digest('hex') };
  }
}
