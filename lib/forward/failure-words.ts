import type { FailureKind } from './transport.ts';

const WORDS: Readonly<Record<FailureKind, string>> = {
  refused: 'connection refused',
  'connect-timeout': 'no connection in time',
  name: 'its name has no address',
  route: 'no route to it',
  ports: 'no local port is free',
  tls: 'TLS handshake or certificate failed',
  empty: 'connection closed without an answer',
  reset: 'connection reset',
  truncated: 'answer broke off',
  malformed: 'no valid HTTP',
  framing: 'answer framed in an unknown way',
  'head-timeout': 'no answer in time',
  'idle-timeout': 'answer stalled',
  'turned-away': 'a proxy before it answered that it is not there',
};

/** Why an attempt failed, in words for operators. */
export function failureWords(kind: FailureKind): string {
  return WORDS[kind];
}
