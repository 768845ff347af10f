import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { chunkedBody } from './request-reader.ts';
import type { RecordedHeader, VectorRequest } from './vectors.ts';
import { headerList } from './vectors.ts';

/** A reply as a client got it. */
export interface RawReply {
  readonly status: number;
  readonly headers: readonly RecordedHeader[];
  readonly body: string;
  /** `eof` where the end of the connection was that of the body. */
  readonly end: 'complete' | 'eof';
}

/** A request that a client has sent. */
export interface AskedRequest {
  /** Undefined where the connection ended without a complete reply. */
  readonly reply: Promise<RawReply | undefined>;
  /** The client goes away. */
  abort(): void;
}

/** A client that writes what it likes; its connections are kept by name. */
export class RawClient {
  readonly #port: number;
  readonly #kept = new Map<string, Socket>();

  constructor(port: number) {
    this.#port = port;
  }

  /** Undefined where the connection ended without a complete reply. */
  async ask(request: VectorRequest): Promise<RawReply | undefined> {
    const { reply } = await this.begin(request);
    return reply;
  }

  /** Sends a request and does not wait for its reply. */
  async begin(request: VectorRequest): Promise<AskedRequest> {
    const { conn } = request;
    const socket = this.#kept.get(conn ?? '') ?? (await this.#connect());
    if (conn !== undefined) this.#kept.set(conn, socket);
    const reply = readReply(socket, request.method === 'HEAD').finally(() => {
      if (conn === undefined) socket.destroy();
    });
    socket.write(requestBytes(request), 'latin1');
    return { reply, abort: () => socket.destroy() };
  }

  close(): void {
    for (const socket of this.#kept.values()) socket.destroy();
  }

  async #connect(): Promise<Socket> {
    const socket = connect(this.#port, '127.0.0.1');
    socket.setNoDelay(true);
    await once(socket, 'connect');
    return socket;
  }
}

/** The bytes of a recorded request: Host, Connection: close and Content-Length are added as they were then. */
export function requestBytes(request: VectorRequest): string {
  const { target = '/', method = 'GET', version = '1.1', host = 'lb.test', conn } = request;
  const headers = headerList(request.headers);
  const has = (name: string): boolean => headers.some(([given]) => given.toLowerCase() === name);
  const body = bodyOf(request);
  const isFramed = has('content-length') || has('transfer-encoding');
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...(host === null || has('host') ? [] : [`Host: ${host}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === '' || isFramed ? [] : [`Content-Length: ${body.length}`]),
    ...(conn === undefined && !has('connection') ? ['Connection: close'] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Long bodies stand in the recordings as a description. */
function bodyOf({ body = '' }: VectorRequest): string {
  const [, oneChunk, letter = '', times] = /^(one chunk of )?'(.)' x (\d+)$/.exec(body) ?? [];
  if (times === undefined) return body;
  const text = letter.repeat(Number(times));
  return oneChunk === undefined ? text : `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
}

async function readReply(socket: Socket, isHead: boolean): Promise<RawReply | undefined> {
  let bytes = '';
  return new Promise((resolve) => {
    const settle = (ended: boolean): void => {
      const reply = parseReply(bytes, { isHead, ended });
      if (reply === undefined && !ended) return;
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      resolve(reply);
    };
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.toString('latin1');
      settle(false);
    });
    socket.on('error', () => settle(true));
    socket.on('close', () => settle(true));
  });
}

function parseReply(
  bytes: string,
  state: { readonly isHead: boolean; readonly ended: boolean },
): RawReply | undefined {
  const [, status = '', lines = '', rest = ''] =
    /^HTTP\/1\.[01] (\d{2,3})[^\r]*\r\n((?:[^\r]+\r\n)*)\r\n([^]*)$/.exec(bytes) ?? [];
  if (status === '') return undefined;
  if (status.startsWith('1') && status.length === 3) return parseReply(rest, state);
  const headers = lines.split('\r\n').flatMap((line): RecordedHeader[] => {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*?)\s*$/.exec(line) ?? [];
    return name === '' ? [] : [[name, value]];
  });
  const isEmpty = state.isHead || status === '204' || status === '304';
  const body = isEmpty ? { body: '', end: 'complete' as const } : bodyFrom(rest, headers, state.ended);
  return body === undefined ? undefined : { status: Number(status), headers, ...body };
}

function bodyFrom(
  rest: string,
  headers: readonly RecordedHeader[],
  ended: boolean,
): Pick<RawReply, 'body' | 'end'> | undefined {
  const find = (name: string) => headers.find(([given]) => given.toLowerCase() === name)?.[1];
  if (find('transfer-encoding') !== undefined) {
    const chunked = chunkedBody(rest);
    return chunked && { body: chunked.body, end: 'complete' };
  }
  const length = find('content-length');
  if (length === undefined) return ended ? { body: rest, end: 'eof' } : undefined;
  return rest.length < Number(length) ? undefined : { body: rest.slice(0, Number(length)), end: 'complete' };
}
