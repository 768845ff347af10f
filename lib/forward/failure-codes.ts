import type { ErrorCode } from '../errors.ts';
import type { FailureKind } from './transport.ts';

/** All but those of which it matters what the request may have done. */
type CommonFailure = Exclude<FailureKind, 'empty' | 'reset' | 'truncated' | 'head-timeout' | 'idle-timeout'>;

/** What clients are told of failures that mean the same whatever a member speaks: those before anything was asked, and replies that are none. */
export const COMMON_FAILURE_CODES: Readonly<Record<CommonFailure, ErrorCode>> = {
  refused: 'MEMBER_UNREACHABLE',
  name: 'MEMBER_UNREACHABLE',
  route: 'MEMBER_UNREACHABLE',
  ports: 'MEMBER_UNREACHABLE',
  'connect-timeout': 'CONNECT_TIMEOUT',
  tls: 'TLS_FAILED',
  malformed: 'REPLY_MALFORMED',
  framing: 'REPLY_MALFORMED',
  'turned-away': 'NO_MEMBER_AVAILABLE',
};
