import { request as startRequest, type Agent, type IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { ERRORS, type ErrorDefinition } from '../../lib/errors.ts';
import { askWithin, type Unanswered } from './ask-within.ts';

/** How a request of a client ended, as far as the documentation allows it to end. */
export type Outcome =
  | { readonly kind: 'answer'; readonly text: string }
  /** 417, code 1: the client begins anew. */
  | { readonly kind: 'lost'; readonly echo: string }
  /** An error of ours that may pass. */
  | { readonly kind: 'later'; readonly code: number }
  | Unanswered;

export interface Ask {
  readonly url: string;
  readonly args: Readonly<Record<string, string>>;
  /** Everything goes into the body, as pz2.js does it with long queries. */
  readonly asForm: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds after which the client leaves. */
  readonly leaveAfter: number | undefined;
  /** Milliseconds within which the request must have ended. */
  readonly limit: number;
  readonly agent: Agent;
}

const FORM = 'application/x-www-form-urlencoded';

/** Sends a request as pz2.js does. Rejects when it ends in a way that no documentation names, or not at all. */
export function askPz2(ask: Ask): Promise<Outcome> {
  const form = new URLSearchParams(ask.args).toString();
  const request = startRequest(ask.asForm ? ask.url : `${ask.url}?${form}`, {
    agent: ask.agent,
    method: ask.asForm ? 'POST' : 'GET',
    headers: { ...ask.headers, ...(ask.asForm ? { 'Content-Type': FORM } : {}) },
  });
  const { leaveAfter, limit } = ask;
  return askWithin(request, ask.asForm ? form : undefined, { leaveAfter, limit, told: form }, judge);
}

function judge(response: IncomingMessage, body: Buffer): Outcome {
  const text = (response.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
  const { statusCode: status = 0, headers } = response;
  if (headers['content-type'] !== 'text/xml') throw new Error(`not text/xml: ${status} ${text}`);
  if (status === 200) return { kind: 'answer', text };
  const [, code, msg, detail = ''] = /<error code="(\d+)" msg="([^"]*)">([^<]*)<\/error>$/.exec(text) ?? [];
  const known = Object.values<ErrorDefinition>(ERRORS).find(({ document }) => document === Number(code));
  if (known === undefined || known.status !== status || known.msg !== msg) {
    throw new Error(`an error that no table names: ${status} ${text}`);
  }
  if (known.document === ERRORS.SESSION_LOST.document) return { kind: 'lost', echo: detail };
  if (known.passes !== true) throw new Error(`an error that nobody caused: ${status} ${text}`);
  if (!/^\d+$/.test(headers['retry-after'] ?? '')) throw new Error(`no Retry-After: ${status} ${text}`);
  return { kind: 'later', code: known.document };
}
