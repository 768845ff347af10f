import {
  request as startRequest,
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { ERRORS, type ErrorCode } from '../../lib/errors.ts';
import type { ApplicationReply } from './application-process.ts';
import { askWithin, type Unanswered } from './ask-within.ts';

/** How a request of a client ended, as far as the documentation allows it to end. */
export type WebOutcome =
  | { readonly kind: 'answer'; readonly reply: ApplicationReply; readonly headers: IncomingHttpHeaders }
  /** An error of the balancer's: the same request may succeed later, or nobody knows what became of it. */
  | { readonly kind: 'refused'; readonly code: ErrorCode }
  | Unanswered;

export interface WebAsk {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  /** Milliseconds after which the client leaves. */
  readonly leaveAfter: number | undefined;
  /** Milliseconds within which the request must have ended. */
  readonly limit: number;
  readonly agent: Agent;
}

/** What became of a request that a member took, nobody knows. */
const UNKNOWN_END: ReadonlySet<ErrorCode> = new Set(['REPLY_INCOMPLETE', 'REPLY_OVERDUE']);

/** Sends a request as a browser does. Rejects when it ends in a way that no documentation names, or not at all. */
export function askWeb(ask: WebAsk): Promise<WebOutcome> {
  const { url, method, headers, body, agent, leaveAfter, limit } = ask;
  const length = body === undefined ? {} : { 'Content-Length': body.length };
  const request = startRequest(url, { agent, method, headers: { ...headers, ...length } });
  const patience = { leaveAfter, limit, told: `${method} ${url}` };
  return askWithin(request, body, patience, (response, text) => judge(response, text.toString()));
}

/** @throws Error for a reply that neither the application nor the documentation of the balancer names */
export function judge(
  { statusCode: status = 0, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>,
  text: string,
): WebOutcome {
  if (status === 200) return { kind: 'answer', reply: JSON.parse(text) as ApplicationReply, headers };
  const shown = `${status} ${text}`;
  if (headers['content-type'] !== 'application/problem+json')
    throw new Error(`no problem document: ${shown}`);
  const { code } = JSON.parse(text) as { readonly code: ErrorCode };
  const { status: expected, passes = false } = ERRORS[code];
  if (expected !== status) throw new Error(`not the status of ${code}: ${shown}`);
  if (!passes && !UNKNOWN_END.has(code)) throw new Error(`an error that nobody caused: ${shown}`);
  if (passes && !/^\d+$/.test(headers['retry-after'] ?? '')) throw new Error(`no Retry-After: ${shown}`);
  return { kind: 'refused', code };
}
