import { TransportFailure, type FailureKind } from './transport.ts';

const KINDS: Readonly<Record<string, FailureKind>> = {
  ECONNREFUSED: 'refused',
  ENOENT: 'refused',
  ENOTSOCK: 'refused',
  // Accepted and given up at once: somebody listens.
  ECONNRESET: 'reset',
  ETIMEDOUT: 'connect-timeout',
  // The backlog of a Unix socket is full: the member lives and does not accept.
  EAGAIN: 'connect-timeout',
  ENOTFOUND: 'name',
  EAI_AGAIN: 'name',
  EAI_FAIL: 'name',
  EAI_NODATA: 'name',
  EAI_NONAME: 'name',
  EADDRNOTAVAIL: 'ports',
  EMFILE: 'ports',
  ENFILE: 'ports',
  ENOBUFS: 'ports',
  ENOMEM: 'ports',
  EHOSTUNREACH: 'route',
  EHOSTDOWN: 'route',
  ENETUNREACH: 'route',
  ENETDOWN: 'route',
  EACCES: 'route',
  EPERM: 'route',
};

/** Of several addresses tried for one name: the first of these that any of them met. */
const MOST_TELLING: readonly FailureKind[] = [
  'connect-timeout',
  'reset',
  'refused',
  'route',
  'ports',
  'name',
];

/** Why no connection came about: no byte of the request was handed to one. */
export function connectFailure(error: unknown): TransportFailure {
  return new TransportFailure(connectFailureKind(error), NOTHING_SENT, error);
}

/** The connection stood, the TLS handshake or a certificate failed. */
export function handshakeFailure(error: unknown): TransportFailure {
  return new TransportFailure('tls', NOTHING_SENT, error);
}

/** No connection within the limit. */
export function connectTimeoutFailure(limit: number): TransportFailure {
  return new TransportFailure('connect-timeout', NOTHING_SENT, new Error(`no connection within ${limit} ms`));
}

const NOTHING_SENT = { sent: false, received: false, reused: false } as const;

function connectFailureKind(error: unknown): FailureKind {
  const kinds = new Set(errorsOf(error).map((each) => KINDS[errorCode(each)] ?? 'route'));
  return MOST_TELLING.find((kind) => kinds.has(kind)) ?? 'route';
}

/** The errors of all addresses that were tried. Not by `instanceof`: Node's own errors may come from another realm. */
function errorsOf(error: unknown): readonly unknown[] {
  const isAggregate = typeof error === 'object' && error !== null && 'errors' in error;
  return isAggregate && Array.isArray(error.errors) ? error.errors : [error];
}

/** The code of a system error, empty if it has none. */
export function errorCode(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : '';
}
