import { BalancerError } from '../errors.ts';
import { formatArguments } from './arguments.ts';
import type { Argument } from './arguments.ts';
import type { PazparCommand } from './pazpar-command.ts';

/** The one form in which a request reaches Pazpar2, whatever form the client chose. */
export interface CanonicalRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query, ASCII. */
  readonly target: string;
  /** Name, value, …; Host, Connection and Content-Length are added by the transport. */
  readonly headers: readonly string[];
  readonly body: Buffer | undefined;
}

/** Where a request goes and what goes with it. */
export interface Destination {
  /** Path of the member's endpoint. */
  readonly path: string;
  /** The member's Host header. */
  readonly host: string;
  /** The session's number; undefined for commands without one. */
  readonly number: string | undefined;
  /** Value of X-Forwarded-For, or empty. */
  readonly forwardedFor: string;
}

/** Pazpar2 answers 400 and closes when request line, headers and blank line take 4096 bytes or more. */
export const MAX_HEAD_BYTES = 4095;

const FORM_TYPE = 'application/x-www-form-urlencoded';
// What a transport adds at most: `connection: keep-alive`, `content-length: ` with ten digits, and the blank line.
const TRANSPORT_BYTES = 'connection: keep-alive\r\ncontent-length: 1234567890\r\n\r\n'.length;

/**
 * Writes the request that a member gets: the arguments in order, each of `command` and `session` once, the session as its
 * number alone. A query that would not fit into Pazpar2's head goes out as a form POST; X-Forwarded-For is given up before that.
 *
 * @throws BalancerError URI_TOO_LONG when the query does not fit and the place of the form is taken by a text/xml body.
 */
export function canonicalRequest(command: PazparCommand, destination: Destination): CanonicalRequest {
  const query = formatArguments(outgoingArguments(command, destination.number));
  const target = `${destination.path}?${query}`;
  const type = command.xml === undefined ? [] : ['content-type', 'text/xml'];
  const forwarded = destination.forwardedFor === '' ? [] : ['x-forwarded-for', destination.forwardedFor];
  const method = command.xml === undefined ? 'GET' : 'POST';
  for (const headers of [[...type, ...forwarded], type]) {
    if (headBytes(target, headers, destination.host) <= MAX_HEAD_BYTES) {
      return { method, target, headers, body: command.xml };
    }
  }
  if (command.xml !== undefined) {
    throw new BalancerError('URI_TOO_LONG', 'the query beside a text/xml body must fit into 4 kB');
  }
  const headers = ['content-type', FORM_TYPE, ...forwarded];
  return { method: 'POST', target: destination.path, headers, body: Buffer.from(query, 'latin1') };
}

function outgoingArguments(command: PazparCommand, number: string | undefined): Argument[] {
  const result: Argument[] = [];
  let commandSeen = false;
  let sessionSeen = number === undefined;
  for (const argument of command.args) {
    if (argument.name === 'command') {
      if (!commandSeen) result.push(argument);
      commandSeen = true;
    } else if (argument.name === 'session') {
      if (!sessionSeen) result.push({ name: 'session', value: number ?? '' });
      sessionSeen = true;
    } else if (!(command.name === 'info' && argument.name === 'member')) {
      result.push(argument);
    }
  }
  return result;
}

function headBytes(target: string, headers: readonly string[], host: string): number {
  let bytes = `POST ${target} HTTP/1.1\r\nhost: ${host}\r\n`.length + TRANSPORT_BYTES;
  for (const part of headers) bytes += part.length + 2;
  return bytes;
}
