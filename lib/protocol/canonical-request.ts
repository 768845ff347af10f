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

/** What stands around method, target and host in the longest head that a transport writes. */
const FRAME_BYTES = '  HTTP/1.1\r\nhost: \r\nconnection: keep-alive\r\n\r\n'.length;

const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * Writes the request that a member gets: the arguments in order, each of `command` and `session` once, the session as its
 * number alone. A query that would not fit into Pazpar2's head goes out as a form POST; X-Forwarded-For is given up before that.
 *
 * @throws BalancerError URI_TOO_LONG when the query does not fit and the place of the form is taken by a text/xml body, or when the
 *   member's path leaves no room for anything.
 */
export function canonicalRequest(command: PazparCommand, destination: Destination): CanonicalRequest {
  const query = formatArguments(outgoingArguments(command, destination.number));
  const usual = usualSpelling(command.xml, query, destination);
  if (headBytes(usual, destination.host) <= MAX_HEAD_BYTES) return usual;
  for (const request of otherSpellings(command.xml, query, destination)) {
    if (headBytes(request, destination.host) <= MAX_HEAD_BYTES) return request;
  }
  const beside = command.xml === undefined ? "the server's path" : 'a text/xml body';
  throw new BalancerError('URI_TOO_LONG', `the query beside ${beside} must fit into 4 kB`);
}

/** How a request is written unless it is too long for that. */
function usualSpelling(
  xml: Buffer | undefined,
  query: string,
  { path, forwardedFor }: Destination,
): CanonicalRequest {
  const target = `${path}?${query}`;
  const forwarded = forwardedFor === '' ? [] : ['x-forwarded-for', forwardedFor];
  return xml === undefined
    ? { method: 'GET', target, headers: forwarded, body: undefined }
    : { method: 'POST', target, headers: ['content-type', 'text/xml', ...forwarded], body: xml };
}

/** The other ways, the best one first. */
function otherSpellings(
  xml: Buffer | undefined,
  query: string,
  { path, forwardedFor }: Destination,
): CanonicalRequest[] {
  const target = `${path}?${query}`;
  if (xml !== undefined) {
    return [{ method: 'POST', target, headers: ['content-type', 'text/xml'], body: xml }];
  }
  const form = { method: 'POST', target: path, body: Buffer.from(query, 'latin1') } as const;
  const forwarded = forwardedFor === '' ? [] : ['x-forwarded-for', forwardedFor];
  return [
    { method: 'GET', target, headers: [], body: undefined },
    { ...form, headers: ['content-type', FORM_TYPE, ...forwarded] },
    { ...form, headers: ['content-type', FORM_TYPE] },
  ];
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

/** What a transport writes at most, its own headers and the blank line included. */
function headBytes({ method, target, headers, body }: CanonicalRequest, host: string): number {
  let bytes = method.length + target.length + host.length + FRAME_BYTES;
  if (body !== undefined) bytes += `content-length: ${body.length}\r\n`.length;
  for (const part of headers) bytes += part.length + 2;
  return bytes;
}
