import { once } from 'node:events';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { TEST_AUTHORITY } from './certificates.ts';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** RFC 9113, section 6. */
const TYPES = {
  data: 0,
  headers: 1,
  resetStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  continuation: 9,
} as const;
const END_HEADERS = 0x4;

/** A TLS connection on which HTTP/2 was begun, for frames that Node's client would not send. */
export async function openHttp2Frames(port: number): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', ca: TEST_AUTHORITY, ALPNProtocols: ['h2'] });
  await once(socket, 'secureConnect');
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(Buffer.concat([PREFACE, frame('settings', 0, Buffer.alloc(0))]));
  return socket;
}

/** A frame without flags but those that are given. */
export function frame(type: keyof typeof TYPES, stream: number, payload: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(TYPES[type], 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** The head of a request whose body is still to come, unless a flag says that there is none. */
export function headersFrame(stream: number, headers: Readonly<Record<string, string>>, flags = 0): Buffer {
  return frame('headers', stream, Buffer.concat(Object.entries(headers).map(literal)), END_HEADERS | flags);
}

/** Names of the frames of one stream, in the order in which they came; what is not whole is left out. */
export function typesOf(received: Buffer, stream: number): string[] {
  const names: string[] = [];
  for (let at = 0; at + 9 <= received.length; at += 9 + received.readUIntBE(at, 3)) {
    const [type] = Object.entries(TYPES).find(([, code]) => code === received[at + 3]) ?? ['other'];
    if (received.readUInt32BE(at + 5) === stream) names.push(type);
  }
  return names;
}

/** Calls a stream off. */
export function resetFrame(stream: number, code: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(code);
  return frame('resetStream', stream, payload);
}

/** A header field that is not indexed (RFC 7541, 6.2.2); name and value of at most 126 bytes. */
function literal([name, value]: [string, string]): Buffer {
  return Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
}
