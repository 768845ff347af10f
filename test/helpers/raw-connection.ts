import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One HTTP reply, as bytes, one a character. */
export interface RawReply {
  /** Status line and headers with the empty line. */
  readonly head: string;
  readonly statusLine: string;
  readonly body: string;
}

/** A client's connection on which a test writes what it likes. */
export class RawConnection {
  /** Sizes of the chunks in which bytes came. */
  readonly chunkSizes: number[] = [];
  readonly #socket: Socket;
  #received = '';
  #end: 'end' | 'reset' | undefined;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.chunkSizes.push(chunk.length);
      this.#received += chunk.toString('latin1');
      this.#wake();
    });
    socket.on('error', () => (this.#end ??= 'reset'));
    socket.on('close', () => {
      this.#end ??= 'end';
      this.#wake();
    });
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** Bytes that came and were not read as a reply yet. */
  get unread(): string {
    return this.#received;
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** Writes bytes, one a character. */
  send(bytes: string): void {
    this.#socket.write(bytes, 'latin1');
  }

  /** Asks for a command, with the rest of the head as one likes. */
  get(query: string, headers = ''): void {
    this.send(`GET /search.pz2?${query} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
  }

  /** The next complete reply. Rejects when the connection ends before. */
  async reply(): Promise<RawReply> {
    let length = replyLength(this.#received);
    while (length === undefined) {
      if (this.#end !== undefined)
        throw new Error(`The connection ended (${this.#end}) after: ${this.#received}`);
      await this.#news();
      length = replyLength(this.#received);
    }
    const bytes = this.#received.slice(0, length);
    this.#received = this.#received.slice(length);
    return toReply(bytes);
  }

  /** Waits until what came and was not read matches, and gives it. Rejects when the connection ends before. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) {
      if (this.#end !== undefined)
        throw new Error(`The connection ended (${this.#end}) after: ${this.#received}`);
      await this.#news();
    }
    return this.#received;
  }

  /** Takes nothing more from the network until `resume`. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** How the connection ended, as soon as it has. */
  async end(): Promise<'end' | 'reset'> {
    while (this.#end === undefined) await this.#news();
    return this.#end;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Says that nothing more will be sent, but goes on reading. */
  halfClose(): void {
    this.#socket.end();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** One request on a connection of its own. */
export async function exchange(port: number, request: string): Promise<RawReply> {
  const connection = await RawConnection.open(port);
  connection.send(request);
  const reply = await connection.reply();
  connection.close();
  return reply;
}

/** Sends bytes on a connection of its own, waits until the server closes it, and gives all that came. */
export async function exchangeToEnd(port: number, bytes: string): Promise<string> {
  const connection = await RawConnection.open(port);
  connection.send(bytes);
  await connection.end();
  return connection.unread;
}

/** One command on a connection of its own. */
export async function ask(port: number, query: string): Promise<RawReply> {
  return exchange(port, `GET /search.pz2?${query} HTTP/1.1\r\nHost: x\r\n\r\n`);
}

/** Begins a session and returns its value as the server gave it. */
export async function begin(port: number, settings = ''): Promise<string> {
  const { body } = await ask(port, `command=init${settings}`);
  const session = /<session>(.*)<\/session>/.exec(body)?.[1];
  if (session === undefined) throw new Error(`No session in: ${body}`);
  return session;
}

/** Text of the first element of that name. */
export function textOf(reply: RawReply, element: string): string | undefined {
  return new RegExp(`<${element}(?: [^>]*)?>([^<]*)</${element}>`).exec(reply.body)?.[1];
}

/** Texts of all elements of that name. */
export function allTexts(reply: RawReply, element: string): readonly string[] {
  const elements = reply.body.matchAll(new RegExp(`<${element}(?: [^>]*)?>([^<]*)</${element}>`, 'g'));
  return Array.from(elements, ([, text = '']) => text);
}

function replyLength(bytes: string): number | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const length = end + 4 + Number(/\r\ncontent-length: *(\d+)/i.exec(bytes.slice(0, end))?.[1] ?? 0);
  return bytes.length >= length ? length : undefined;
}

function toReply(bytes: string): RawReply {
  const end = bytes.indexOf('\r\n\r\n') + 4;
  return {
    head: bytes.slice(0, end),
    statusLine: bytes.slice(0, bytes.indexOf('\r\n')),
    body: bytes.slice(end),
  };
}
