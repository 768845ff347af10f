/** Stable name of an error, found in logs, events and `BalancerError.code`. */
export type ErrorCode =
  | 'SESSION_LOST'
  | 'PARAMETER_MISSING'
  | 'PARAMETER_MALFORMED'
  | 'REQUEST_AMBIGUOUS'
  | 'REQUEST_REFUSED'
  | 'METHOD_NOT_ALLOWED'
  | 'BODY_TOO_LARGE'
  | 'URI_TOO_LONG'
  | 'BODY_UNSUPPORTED'
  | 'HEADERS_TOO_LARGE'
  | 'TRANSFER_CODING_UNSUPPORTED'
  | 'BODY_ALREADY_READ'
  | 'HTTP_VERSION_UNSUPPORTED'
  | 'REQUEST_MALFORMED'
  | 'REPLY_MALFORMED'
  | 'NO_MEMBER_AVAILABLE'
  | 'MEMBER_UNREACHABLE'
  | 'CONNECT_TIMEOUT'
  | 'REPLY_TIMEOUT'
  | 'BODY_TIMEOUT'
  | 'REQUEST_TIMEOUT'
  | 'REPLY_MISSING'
  | 'TLS_FAILED'
  | 'MEMBER_FULL'
  | 'QUEUE_TIMEOUT'
  | 'CLIENT_TIMEOUT'
  | 'TOO_MANY_REQUESTS'
  | 'PATH_UNKNOWN'
  | 'REPLY_INCOMPLETE'
  | 'REPLY_OVERDUE'
  | 'SESSION_UNSERVED'
  | 'SESSION_UNKNOWN'
  | 'INTERNAL';

/** What an error answers: the HTTP status and the number and text of the error document. */
export interface ErrorDefinition {
  readonly status: number;
  /** `code` of the error document: below 100 only where Pazpar2 itself would say the same; ours from 200. */
  readonly document: number;
  /** `msg` of the error document, and the reason phrase, as Pazpar2 does it. */
  readonly msg: string;
  /** The connection is closed after the answer, because what follows on it cannot be trusted or is not wanted. */
  readonly closes?: true;
  /** The same request may succeed later: the answer carries Retry-After. */
  readonly passes?: true;
}

/** Every error that a client can be answered with. The README's table is checked against this one. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorDefinition>> = {
  SESSION_LOST: { status: 417, document: 1, msg: 'Session does not exist or it has expired' },
  PARAMETER_MISSING: { status: 417, document: 2, msg: 'Missing parameter' },
  PARAMETER_MALFORMED: { status: 417, document: 3, msg: 'Malformed parameter value' },
  REQUEST_AMBIGUOUS: { status: 400, document: 200, msg: 'Ambiguous request' },
  REQUEST_REFUSED: { status: 403, document: 201, msg: 'Refused by policy' },
  METHOD_NOT_ALLOWED: { status: 405, document: 202, msg: 'Method not allowed' },
  BODY_TOO_LARGE: { status: 413, document: 203, msg: 'Request body too large', closes: true },
  URI_TOO_LONG: { status: 414, document: 204, msg: 'Request does not fit' },
  BODY_UNSUPPORTED: { status: 415, document: 205, msg: 'Unsupported request body', closes: true },
  HEADERS_TOO_LARGE: { status: 431, document: 206, msg: 'Request headers too large', closes: true },
  BODY_ALREADY_READ: { status: 500, document: 207, msg: 'Request body was read before the balancer' },
  TRANSFER_CODING_UNSUPPORTED: {
    status: 501,
    document: 208,
    msg: 'Unsupported transfer coding',
    closes: true,
  },
  HTTP_VERSION_UNSUPPORTED: { status: 400, document: 209, msg: 'Unsupported HTTP version', closes: true },
  REQUEST_MALFORMED: { status: 400, document: 210, msg: 'Malformed HTTP request', closes: true },
  REPLY_MALFORMED: { status: 502, document: 211, msg: 'Malformed reply from the server' },
  NO_MEMBER_AVAILABLE: { status: 503, document: 212, msg: 'No server available', passes: true },
  MEMBER_UNREACHABLE: { status: 503, document: 213, msg: 'Server not reachable', passes: true },
  CONNECT_TIMEOUT: { status: 503, document: 214, msg: 'Server took too long to accept', passes: true },
  REPLY_TIMEOUT: { status: 503, document: 215, msg: 'Server took too long to answer', passes: true },
  BODY_TIMEOUT: {
    status: 503,
    document: 216,
    msg: 'Server stopped in the middle of its answer',
    passes: true,
  },
  REQUEST_TIMEOUT: { status: 503, document: 217, msg: 'Request took too long', passes: true },
  REPLY_MISSING: { status: 503, document: 218, msg: 'Server ended without an answer', passes: true },
  TLS_FAILED: { status: 503, document: 219, msg: 'Secure connection to the server failed', passes: true },
  MEMBER_FULL: { status: 503, document: 220, msg: 'Server is full', passes: true },
  QUEUE_TIMEOUT: { status: 503, document: 221, msg: 'Waited too long for the server', passes: true },
  TOO_MANY_REQUESTS: { status: 429, document: 224, msg: 'Too many requests', passes: true },
  CLIENT_TIMEOUT: { status: 408, document: 225, msg: 'Request took too long to arrive', closes: true },
  PATH_UNKNOWN: { status: 404, document: 223, msg: 'Nothing is served at this path' },
  REPLY_INCOMPLETE: { status: 502, document: 240, msg: 'Server ended before its answer was complete' },
  REPLY_OVERDUE: { status: 504, document: 241, msg: 'Server did not answer in time' },
  SESSION_UNSERVED: {
    status: 503,
    document: 242,
    msg: 'Server of this session not available',
    passes: true,
  },
  SESSION_UNKNOWN: { status: 410, document: 243, msg: 'Server of this session no longer exists' },
  INTERNAL: { status: 500, document: 222, msg: 'Internal error of the balancer' },
};

export interface BalancerErrorOptions extends ErrorOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that ends one request with an answer. */
export class BalancerError extends Error {
  readonly code: ErrorCode;
  /** Text between the tags of the error document. Shown to the client: no inside address, no stack. */
  readonly detail: string;
  /** Headers that the answer carries beside the usual ones. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, detail: string, options: BalancerErrorOptions = {}) {
    super(detail === '' ? ERRORS[code].msg : `${ERRORS[code].msg}: ${detail}`, options);
    this.name = 'BalancerError';
    this.code = code;
    this.detail = detail;
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** What an error becomes on the wire, before it is written as a document. */
export interface ErrorReply {
  readonly status: number;
  readonly reason: string;
  readonly document: { readonly code: number; readonly msg: string; readonly detail: string };
  readonly closes: boolean;
  readonly passes: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** The only mapping from an error to a response. What is no `BalancerError` shows nothing of itself. */
export function errorReply(error: unknown): ErrorReply {
  const known = error instanceof BalancerError ? error : new BalancerError('INTERNAL', '');
  const definition = ERRORS[known.code];
  return {
    status: definition.status,
    reason: definition.msg,
    document: { code: definition.document, msg: definition.msg, detail: known.detail },
    closes: definition.closes ?? false,
    passes: definition.passes ?? false,
    headers: known.headers,
  };
}

/** One thing that is wrong with options or a configuration file. */
export interface OptionProblem {
  /** Where, as one would write it in JavaScript: `clusters.pz2cluster.members[0].url`. */
  readonly path: string;
  /** What was found there, shortened. */
  readonly value: string;
  /** What is wrong and what is allowed. */
  readonly message: string;
  /** Place in the file, both from 1, where a file was read. */
  readonly line?: number;
  readonly column?: number;
}

/** Options that were refused at construction, with every problem at once. */
export class OptionsError extends TypeError {
  readonly code = 'ERR_OPTIONS';
  readonly problems: readonly OptionProblem[];

  constructor(what: string, problems: readonly OptionProblem[]) {
    super(`${what}: ${problems.map(describeProblem).join('\n')}`);
    this.name = 'OptionsError';
    this.problems = problems;
  }
}

/** One line for one problem: `line 4, column 7: listen: … (found "80:80")`. */
export function describeProblem(problem: OptionProblem): string {
  const place = problem.line === undefined ? '' : `line ${problem.line}, column ${problem.column ?? 1}: `;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  const found = problem.value === '' ? '' : ` (found ${problem.value})`;
  return `${place}${path}${problem.message}${found}`;
}
