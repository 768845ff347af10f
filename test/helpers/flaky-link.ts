import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { resetSocket } from '../../lib/simulator/reset-socket.ts';

/** A way to a server that breaks when it is told to, as a tunnel or a cable does: connections pass it byte for byte. */
export class FlakyLink {
  /** Of the near end; its path is that of the server. */
  readonly #path: string;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [near: Socket, far: Socket]>();

  private constructor({ port, pathname }: URL) {
    this.#path = pathname === '/' ? '' : pathname;
    this.#server = createServer({ allowHalfOpen: true }, (near) =>
      this.#join(near, connect(Number(port), '127.0.0.1')),
    );
  }

  /** @param url of the server at the far end */
  static async to(url: string): Promise<FlakyLink> {
    const link = new FlakyLink(new URL(url));
    link.#server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
    await once(link.#server, 'listening');
    return link;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#path}`;
  }

  /** Resets every connection, wherever its reply stands. */
  reset(): void {
    for (const [near, far] of this.#pairs) {
      resetSocket(near);
      far.destroy();
    }
  }

  /** Ends every connection in an orderly way, wherever its reply stands. */
  cut(): void {
    for (const [near, far] of this.#pairs) {
      near.end();
      far.destroy();
    }
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.reset();
    await closed;
  }

  #join(near: Socket, far: Socket): void {
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    near.pipe(far);
    far.pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => resetSocket(near));
    near.on('close', () => {
      this.#pairs.delete(pair);
      far.destroy();
    });
    far.on('close', () => near.end());
  }
}
