import { isIPv4, isIPv6 } from 'node:net';
import { isAbsolute } from 'node:path';
import { Refusal } from './refusal.ts';

/** Where a server listens. Port 0 lets the system choose one. */
export type ListenAddress = TcpAddress | SocketAddress;

/** A host name or address without brackets, and a port. */
export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** An absolute path of a Unix domain socket. */
export interface SocketAddress {
  readonly socketPath: string;
}

const HOW_TO_WRITE =
  'must be "host:port", such as "127.0.0.1:8080" or "[::1]:8080", or a socket, such as "unix:/run/balancer.sock"';
const EVERY_ADDRESS = 'for every address of the machine write "0.0.0.0:PORT" or "[::]:PORT"';
/** Host names by RFC 1123, section 2.1; the last label is not all digits, or it would be a broken IPv4 address. */
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*(?!\d+$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;
/** What fits in `sockaddr_un` of Linux beside its final zero byte. */
const LONGEST_SOCKET_PATH = 107;

/**
 * Reads '127.0.0.1:8080', '[::1]:8080', 'localhost:0' or 'unix:/run/x.sock'.
 * A port alone is refused: it would mean every address to some and only this machine to others.
 *
 * @throws {Refusal} when the value is none of these.
 */
export function parseListenAddress(value: unknown): ListenAddress {
  if (typeof value === 'number') throw new Refusal(`${HOW_TO_WRITE}; ${EVERY_ADDRESS}`);
  if (typeof value !== 'string') throw new Refusal(HOW_TO_WRITE);
  if (value.startsWith('unix:')) return parseSocketPath(value.slice('unix:'.length));
  if (/^\*?:?\d*$/.test(value)) throw new Refusal(`${HOW_TO_WRITE}; ${EVERY_ADDRESS}`);
  const { bracketed, plain, port } =
    /^(?:\[(?<bracketed>[^\]]*)\]|(?<plain>[^:]*)):(?<port>\d{1,5})$/.exec(value)?.groups ?? {};
  if (Number(port) > 65_535) throw new Refusal('must have a port from 0 to 65535');
  if (bracketed !== undefined && isIPv6(bracketed)) return { host: bracketed, port: Number(port) };
  if (plain !== undefined && isHost(plain)) return { host: plain, port: Number(port) };
  throw new Refusal(HOW_TO_WRITE);
}

/** Writes an address in the form that `parseListenAddress` reads. */
export function formatListenAddress(address: ListenAddress): string {
  if ('socketPath' in address) return `unix:${address.socketPath}`;
  return isIPv6(address.host) ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

function parseSocketPath(socketPath: string): SocketAddress {
  if (!isAbsolute(socketPath) || socketPath.includes('\0')) {
    throw new Refusal('must name the socket by its absolute path, such as "unix:/run/balancer.sock"');
  }
  if (Buffer.byteLength(socketPath) > LONGEST_SOCKET_PATH) {
    throw new Refusal(`must have a socket path of at most ${LONGEST_SOCKET_PATH} bytes`);
  }
  return { socketPath };
}

function isHost(host: string): boolean {
  return isIPv4(host) || HOST_NAME.test(host);
}
