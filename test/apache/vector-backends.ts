import { once } from 'node:events';
import { STATUS_CODES } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { RequestReader, type ReadRequest } from './request-reader.ts';
import type { Behaviour, Vector } from './vectors.ts';
import { headerList } from './vectors.ts';

/** A request as a member got it. */
export interface SeenRequest extends ReadRequest {
  readonly member: string;
}

/** Answers once in the place of the usual answer. */
export interface NextReply {
  readonly bytes: string;
  readonly closes: boolean;
}

/** The ports that stand in the recordings: 18100 and the member's number. */
const RECORDED_PORT = /127\.0\.0\.1:181(\d\d)/g;

/** The members of a scenario: bare servers that keep each request as it came, and answer as they are told. */
export class VectorBackends {
  /** The requests since the last call of `take`. */
  #seen: SeenRequest[] = [];
  /** What the next request is answered with. */
  next: NextReply | undefined;
  /** Called when a member got a request that it will never answer. */
  onHang: () => void = () => undefined;
  /** Called when a member holds a request, with what lets it answer. */
  onHeld: (answer: () => void) => void = () => undefined;
  readonly #backends: ReadonlyMap<string, VectorBackend>;

  private constructor(backends: ReadonlyMap<string, VectorBackend>) {
    this.#backends = backends;
  }

  static async start({ config, behaviour }: Pick<Vector, 'config' | 'behaviour'>): Promise<VectorBackends> {
    const backends = new Map<string, VectorBackend>();
    const all = new VectorBackends(backends);
    for (const { id, backend } of config.members) {
      const server = new VectorBackend(id, all);
      server.behaviour = behaviour?.[id] ?? {};
      await server.up();
      if (backend === 'down') await server.down();
      backends.set(id, server);
    }
    return all;
  }

  /** Resolves with what lets the member answer, when a member holds the next request. */
  nextHeld(): Promise<() => void> {
    return new Promise((resolve) => {
      this.onHeld = resolve;
    });
  }

  /** Lets a member answer some of the requests that it holds, first come, first served. @returns what let it answer them */
  release(member: string, most: number): readonly (() => void)[] {
    return this.#of(member).release(most);
  }

  /** The requests that came since the last call. */
  take(): readonly SeenRequest[] {
    return this.#seen.splice(0);
  }

  keep(request: SeenRequest): void {
    this.#seen.push(request);
  }

  portOf(member: string): number {
    return this.#of(member).port;
  }

  up(member: string): Promise<void> {
    return this.#of(member).up();
  }

  down(member: string): Promise<void> {
    return this.#of(member).down();
  }

  behave(member: string, behaviour: Behaviour): void {
    this.#of(member).behaviour = behaviour;
  }

  async stop(): Promise<void> {
    for (const backend of this.#backends.values()) await backend.down();
  }

  /** Text of a recording with the ports that the members have here. */
  withRealPorts(text: string): string {
    return text.replaceAll(RECORDED_PORT, (recorded, number: string) => {
      const backend = this.#backends.get(`m${Number(number)}`);
      return backend === undefined ? recorded : `127.0.0.1:${backend.port}`;
    });
  }

  /** Text from here with the ports of the recording. */
  withRecordedPorts(text: string): string {
    let result = text;
    for (const [id, { port }] of this.#backends) {
      result = result.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${18_100 + Number(id.slice(1))}`);
    }
    return result;
  }

  #of(member: string): VectorBackend {
    const backend = this.#backends.get(member);
    if (backend === undefined) throw new Error(`there is no member ${member}`);
    return backend;
  }
}

class VectorBackend {
  behaviour: Behaviour = {};
  port = 0;
  readonly #id: string;
  readonly #all: VectorBackends;
  readonly #connections = new Set<Socket>();
  #server: Server | undefined;
  /** What answers the requests that are held. */
  readonly #held = new Set<() => void>();

  constructor(id: string, all: VectorBackends) {
    this.#id = id;
    this.#all = all;
  }

  async up(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((socket) => this.#accept(socket));
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async down(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#connections) socket.destroy();
    await closed;
  }

  release(most: number): readonly (() => void)[] {
    const released = [...this.#held].slice(0, most);
    for (const answer of released) answer();
    return released;
  }

  #hold(answer: () => void): void {
    const answerOnce = (): void => {
      if (this.#held.delete(answerOnce)) answer();
    };
    this.#held.add(answerOnce);
    this.#all.onHeld(answerOnce);
  }

  #accept(socket: Socket): void {
    this.#connections.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => this.#connections.delete(socket));
    socket.on('error', () => undefined);
    const reader = new RequestReader();
    reader.onExpectation = () => {
      if (this.behaviour.noContinue !== true) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    };
    socket.on('data', (chunk: Buffer) => {
      for (const request of reader.read(chunk.toString('latin1'))) this.#serve(request, socket);
    });
  }

  #serve(request: ReadRequest, socket: Socket): void {
    this.#all.keep({ member: this.#id, ...request });
    const { next } = this.#all;
    const { mode, hold = false } = this.behaviour;
    this.#all.next = undefined;
    if (next !== undefined) {
      socket.write(next.bytes, 'latin1');
      if (next.closes) socket.end();
    } else if (mode === 'close') socket.end();
    else if (mode === 'reset') socket.resetAndDestroy();
    else if (mode === 'hang') this.#all.onHang();
    else if (hold) this.#hold(() => socket.write(this.#reply(request), 'latin1'));
    else socket.write(this.#reply(request), 'latin1');
  }

  #reply({ requestLine }: ReadRequest): string {
    const { status = 200, size, chunked = false, headers, raw } = this.behaviour;
    if (raw !== undefined) return raw;
    const body = size === undefined ? (this.behaviour.body ?? this.#id) : 'x'.repeat(size);
    const lines = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Status'}`,
      `X-Member: ${this.#id}`,
      'Content-Type: text/plain',
      ...headerList(headers).map(([name, value]) => `${name}: ${value}`),
      chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`,
    ];
    const framed = chunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body;
    return `${lines.join('\r\n')}\r\n\r\n${requestLine.startsWith('HEAD ') ? '' : framed}`;
  }
}
