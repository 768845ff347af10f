import { request as startRequest } from 'node:http';
import type { Socket } from 'node:net';

interface Switched {
  readonly socket: Socket;
  /** What came behind the head. */
  readonly early: Buffer;
}

/** A WebSocket of an application that says in a line whose session it found, and then sends back what it gets. */
export class EchoSocket {
  /** Whose session the application found. */
  user: string = '';
  readonly #socket: Socket;
  readonly #limit: number;
  #received: string;
  #wake: () => void = () => undefined;

  private constructor({ socket, early }: Switched, limit: number) {
    this.#socket = socket;
    this.#limit = limit;
    this.#received = early.toString();
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString();
      this.#wake();
    });
    socket.on('close', () => this.#wake());
  }

  /**
   * Undefined where nobody answered, or with an error.
   *
   * @param limit milliseconds within which each thing must have ended that is waited for; what has not rejects
   */
  static async open(
    url: string,
    headers: Readonly<Record<string, string>>,
    limit: number,
  ): Promise<EchoSocket | undefined> {
    const switched = await shakeHands(`${url}/ws`, headers, limit);
    if (switched === undefined) return undefined;
    const socket = new EchoSocket(switched, limit);
    const isGreeted = await socket.#receives((text) => text.includes('\n'));
    socket.user = socket.#received.split('@')[0] ?? '';
    return isGreeted ? socket : undefined;
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && !this.#socket.readableEnded;
  }

  /** True when the text comes back, false when the connection ends before. */
  echo(text: string): Promise<boolean> {
    this.#received = '';
    this.#socket.write(text);
    return this.#receives((received) => received === text);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #receives(isThere: (text: string) => boolean): Promise<boolean> {
    const giveUpAt = performance.now() + this.#limit;
    while (!isThere(this.#received)) {
      if (!this.isOpen) return false;
      if (performance.now() > giveUpAt) throw new Error(`nothing within ${this.#limit} ms`);
      await this.#news();
    }
    return true;
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#limit);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function shakeHands(
  url: string,
  headers: Readonly<Record<string, string>>,
  limit: number,
): Promise<Switched | undefined> {
  return new Promise((resolve, reject) => {
    const handshake = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
    const request = startRequest(url, { agent: false, headers: { ...headers, ...handshake } });
    const finish = (switched: Switched | undefined): void => {
      clearTimeout(hang);
      resolve(switched);
    };
    const hang = setTimeout(() => {
      reject(new Error(`no end of a handshake within ${limit} ms`));
      request.destroy();
    }, limit);
    request.on('error', () => finish(undefined));
    request.on('response', (response) => response.resume().once('close', () => finish(undefined)));
    request.on('upgrade', (_response, socket: Socket, early) => finish({ socket, early }));
    request.end();
  });
}
