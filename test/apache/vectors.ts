import { readFixture } from '../helpers/fixture.ts';

/** A header as it stands in a recording. */
export type RecordedHeader = readonly [name: string, value: string];

/** What was asked of Apache, and how its members answered. */
export interface VectorRequest {
  /** A step that is no request, or only the beginning or the end of one. */
  readonly op?: 'down' | 'up' | 'behave' | 'blackhole' | 'sleep' | 'manager' | 'state' | HeldStep;
  /** Name of a request that is opened, and later finished or aborted. */
  readonly name?: string;
  /** What is opened. */
  readonly request?: VectorRequest;
  /** How many requests the member answers at most of those that it holds. */
  readonly n?: number;
  readonly target?: string;
  readonly method?: string;
  readonly version?: string;
  readonly headers?: readonly RecordedHeader[] | Readonly<Record<string, string>>;
  readonly body?: string;
  /** Null for a request without Host. */
  readonly host?: string | null;
  /** Name of a client's connection that is kept. */
  readonly conn?: string;
  /** The member's answer, byte for byte; empty for the usual one. */
  readonly backendReply?: string;
  readonly backendCloses?: boolean;
  readonly member?: string;
  readonly behaviour?: Behaviour;
  readonly ms?: number;
  readonly form?: Readonly<Record<string, string>>;
}

/** A member holds each request until it is told to answer. */
type HeldStep = 'open' | 'finish' | 'abort' | 'release';

/** How a member answers, where it is not with 200 and its id. */
export interface Behaviour {
  /** Answers when it is told to, and not before. */
  readonly hold?: boolean;
  /** Length of the body. */
  readonly size?: number;
  readonly chunked?: boolean;
  readonly mode?: 'hang' | 'close' | 'reset' | 'garbage' | 'truncate' | 'raw';
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>> | readonly RecordedHeader[];
  readonly raw?: string;
  readonly noContinue?: boolean;
}

export interface RecordedRequest {
  readonly requestLine?: string;
  readonly headers: readonly RecordedHeader[];
  readonly body?: string;
}

/** What came of one step. Fields that were not recorded are missing. */
export interface VectorExpectation {
  readonly status?: number | null;
  readonly member?: string | null;
  /** How often each member was tried. */
  readonly electedDelta?: Readonly<Record<string, number>>;
  readonly setCookie?: string | null;
  readonly backendSaw?: RecordedRequest | null;
  readonly backendRequestLine?: string | null;
  readonly clientGot?: { readonly headers: readonly RecordedHeader[]; readonly body?: string };
  readonly headers?: Readonly<Record<string, string>> | readonly RecordedHeader[];
  readonly connectionEnd?: string;
  /** Counters after the step, each with one value for each member as configured. */
  readonly lbstatusAfter?: readonly number[];
  readonly busyAfter?: readonly number[];
  readonly transferredAfter?: readonly number[];
  readonly readAfter?: readonly number[];
  readonly electedAfter?: readonly number[];
}

export interface VectorMember {
  readonly id: string;
  readonly route?: string;
  readonly redirect?: string;
  readonly loadfactor?: number;
  readonly lbset?: number;
  readonly status?: string;
  readonly backend?: string;
  readonly url?: string;
  readonly retry?: number;
  readonly timeout?: number | string;
  readonly ping?: number;
}

export interface VectorConfig {
  readonly balancer: Readonly<Record<string, string | number>>;
  readonly members: readonly VectorMember[];
  readonly apache?: {
    readonly pre?: readonly string[];
    readonly proxypass?: readonly string[];
    readonly extra?: readonly string[];
  };
}

/** A scenario that was recorded from Apache httpd 2.4. */
export interface Vector {
  readonly id: string;
  readonly description: string;
  readonly config: VectorConfig;
  readonly behaviour?: Readonly<Record<string, Behaviour>> | null;
  readonly requests: readonly VectorRequest[];
  readonly expected: readonly (VectorExpectation | null)[];
}

/** A file of recordings. */
type VectorFile = 'sticky' | 'headers' | 'failure' | 'byrequests' | 'bytraffic' | 'bybusyness';

/** The scenarios of one file of recordings. */
export function readVectors(file: VectorFile): readonly Vector[] {
  return (readFixture(`apache/${file}.json`) as { vectors: readonly Vector[] }).vectors;
}

/**
 * Apache says its own name to members (X-Forwarded-Server: lb.test), we say the protocol (X-Forwarded-Proto: http), which is four bytes less. A host
 * with a longer name makes up for them, so that each request counts as much as it did.
 */
const HOST = 'www.lb.test';

/** A scenario of choosing: its counters are compared as well. */
export function withCounters(vector: Vector): Vector {
  const requests = vector.requests.map(({ request, ...step }) => {
    return { ...step, host: HOST, ...(request && { request: { ...request, host: HOST } }) };
  });
  return withElections({ ...vector, requests });
}

/** How often each member was chosen was not recorded, but follows from who answered. */
function withElections(vector: Vector): Vector {
  // Who is down is chosen once, and then rests.
  const elected = vector.config.members.map(({ backend }): number => (backend === 'down' ? 1 : 0));
  const expected = vector.expected.map((outcome, index) => {
    const op = vector.requests[index]?.op;
    const chosen = vector.config.members.findIndex(({ id }) => id === outcome?.member);
    if (chosen >= 0 && (op === undefined || op === 'open')) elected[chosen] = (elected[chosen] ?? 0) + 1;
    return op === 'manager' ? outcome : { ...outcome, electedAfter: [...elected] };
  });
  return { ...vector, expected };
}

/** A scenario of which only who answered with which status, and who was tried, is compared; the rest is Apache's own books, and its pages. */
export function withOutcomesOnly(vector: Vector): Vector {
  const expected = vector.expected.map((outcome, index) => {
    const { status, member, electedDelta } = outcome ?? {};
    const isRequest = vector.requests[index]?.op === undefined;
    if (!isRequest || status === undefined || member === undefined) return null;
    return { status, member, ...(electedDelta && { electedDelta }) };
  });
  return { ...vector, expected };
}

/** Headers in either form of the recordings, as a list. */
export function headerList(headers: VectorRequest['headers'] = []): readonly RecordedHeader[] {
  return Array.isArray(headers) ? (headers as readonly RecordedHeader[]) : Object.entries(headers);
}
