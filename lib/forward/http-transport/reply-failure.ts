import { errorCode } from '../connect-failure.ts';
import { TransportFailure } from '../transport.ts';
import type { FailureKind } from '../transport.ts';

/** What is certain when an exchange ends without a complete reply. */
export interface ReplyFacts {
  readonly sent: boolean;
  /** A byte of the reply came. */
  readonly received: boolean;
  /** The head of the reply came. */
  readonly hasHead: boolean;
  readonly reused: boolean;
}

/** Why a request that Node's client made got no complete reply. What no connection came about for is told by the agent. */
export function replyFailure(error: unknown, { hasHead, ...facts }: ReplyFacts): TransportFailure {
  if (error instanceof TransportFailure) return error;
  const kind = kindOf(error, hasHead || facts.received);
  return new TransportFailure(kind, { ...facts, received: facts.received || kind === 'malformed' }, error);
}

function kindOf(error: unknown, received: boolean): FailureKind {
  const code = errorCode(error);
  // What the parser says of a reply that ends too early.
  if (code === 'HPE_INVALID_EOF_STATE') return 'truncated';
  if (code.startsWith('HPE_')) return 'malformed';
  if (received) return 'truncated';
  // An alert after the handshake, such as that a certificate is needed.
  if (code.startsWith('ERR_SSL_')) return 'tls';
  return isOrderlyEnd(error) ? 'empty' : 'reset';
}

/** Node calls an orderly end ECONNRESET too, but names no call of the system's that failed. */
function isOrderlyEnd(error: unknown): boolean {
  return typeof error === 'object' && error !== null && !('syscall' in error);
}
