import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';
/** Of those that open one connection after another: the ports of 127.0.0.1 are left to the candidates. */
const ADDRESS_OF_FRESH = '127.0.0.2';

/** Asks the same again and again on one connection. A client of its own, because it must cost less than what it times. */
export class LoadConnection {
  readonly #port: number;
  readonly #request: Buffer;
  readonly #fresh: boolean;
  #socket: Socket | undefined;
  #chunks: Buffer[] = [];
  #received = 0;
  /** Length of the whole reply, as soon as its head is known. */
  #expected = Infinity;
  #bodyStart = 0;
  #done: ((body: Buffer, status: number) => void) | undefined;

  /** @param fresh every request on a connection of its own */
  constructor(port: number, target: string, fresh: boolean) {
    this.#port = port;
    this.#fresh = fresh;
    this.#request = Buffer.from(
      `GET ${target} HTTP/1.1\r\nHost: bench.example\r\nUser-Agent: bench\r\nAccept: */*\r\n${fresh ? 'Connection: close\r\n' : ''}\r\n`,
      'latin1',
    );
  }

  /** Calls back once the reply is complete; status 0 and what there was when the connection ends before. */
  ask(done: (body: Buffer, status: number) => void): void {
    this.#done = done;
    this.#chunks = [];
    this.#received = 0;
    this.#expected = Infinity;
    this.#socket ??= this.#connect();
    this.#socket.write(this.#request);
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #connect(): Socket {
    const from = this.#fresh ? { localAddress: ADDRESS_OF_FRESH } : {};
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true, ...from });
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#answered(0);
    });
    return socket;
  }

  #read(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    if (this.#expected === Infinity) this.#readHead();
    if (this.#received < this.#expected) return;
    if (this.#fresh) this.close();
    this.#answered(Number(this.#whole().toString('latin1', 9, 12)));
  }

  #readHead(): void {
    const bytes = this.#whole();
    const end = bytes.indexOf(HEAD_END, 0, 'latin1');
    if (end < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1];
    this.#bodyStart = end + HEAD_END.length;
    // What is framed otherwise is not waited for: no candidate has a reason to do it.
    this.#expected = this.#bodyStart + Number(length ?? 0);
  }

  #whole(): Buffer {
    const [first, ...more] = this.#chunks;
    if (first !== undefined && more.length === 0) return first;
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }

  #answered(status: number): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(this.#whole().subarray(this.#bodyStart), status);
  }
}
