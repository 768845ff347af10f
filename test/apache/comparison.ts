import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from './replay.ts';
import type { RecordedHeader, Vector, VectorExpectation } from './vectors.ts';
import { headerList } from './vectors.ts';

/** Headers that differ, or may differ, in every scenario; the README of the middleware says why. */
export const LEFT_OUT = {
  /** Headers of requests. */
  request: new Set(['x-forwarded-server', 'connection', 'te']),
  /** Headers of replies. */
  reply: new Set(['server', 'date', 'connection', 'keep-alive', 'transfer-encoding']),
} as const;

/** The parts of an expectation that can be compared here, in one form for the recording and for what came. */
export interface Comparable {
  readonly status?: number | null;
  readonly member?: string | null;
  readonly setsCookie?: boolean;
  readonly requestLine?: string | null;
  readonly request?: readonly string[] | null;
  readonly requestBody?: string;
  readonly reply?: readonly string[];
  readonly replyBody?: string;
  readonly connectionEnd?: string;
  /** How often each member was tried, those that were not left out. */
  readonly tried?: Readonly<Record<string, number>>;
  /** Counters after the step, each with one value for each member as configured. */
  readonly lbstatus?: readonly number[];
  readonly busy?: readonly number[];
  readonly elected?: readonly number[];
  readonly transferred?: readonly number[];
  readonly read?: readonly number[];
}

/** True for an answer that Apache wrote itself: only its status is compared, since the page is in the form of whoever writes it. */
function isOwnPage(expected: VectorExpectation): boolean {
  const type = expected.clientGot?.headers.find(([name]) => name === 'Content-Type')?.[1];
  return type === 'text/html; charset=iso-8859-1';
}

/** What was recorded. */
export function recordedOf(expected: VectorExpectation): Comparable {
  const { status, member, setCookie, backendSaw, backendRequestLine, clientGot } = expected;
  const { headers, connectionEnd, electedDelta } = expected;
  const single = headers === undefined ? undefined : headerList(headers);
  return {
    ...(status === undefined ? {} : { status }),
    ...(member === undefined ? {} : { member }),
    ...(setCookie === undefined ? {} : { setsCookie: setCookie !== null }),
    ...(backendRequestLine === undefined ? {} : { requestLine: backendRequestLine }),
    ...(backendSaw === undefined
      ? {}
      : {
          requestLine: backendSaw?.requestLine ?? null,
          request: backendSaw && comparableHeaders(backendSaw.headers, LEFT_OUT.request),
          ...(backendSaw?.body === undefined ? {} : { requestBody: backendSaw.body }),
        }),
    ...(clientGot === undefined || isOwnPage(expected)
      ? {}
      : { reply: comparableHeaders(clientGot.headers, LEFT_OUT.reply), replyBody: clientGot.body ?? '' }),
    ...(single === undefined ? {} : { reply: comparableHeaders(single, LEFT_OUT.reply) }),
    ...(connectionEnd === undefined || isOwnPage(expected) ? {} : { connectionEnd }),
    ...(electedDelta === undefined ? {} : { tried: electedDelta }),
    ...recordedCounters(expected),
  };
}

function recordedCounters(expected: VectorExpectation): Partial<Comparable> {
  const { lbstatusAfter, busyAfter, electedAfter, transferredAfter, readAfter } = expected;
  return {
    ...(lbstatusAfter === undefined ? {} : { lbstatus: lbstatusAfter }),
    ...(busyAfter === undefined ? {} : { busy: busyAfter }),
    ...(electedAfter === undefined ? {} : { elected: electedAfter }),
    ...(transferredAfter === undefined ? {} : { transferred: transferredAfter }),
    ...(readAfter === undefined ? {} : { read: readAfter }),
  };
}

/** What came, as far as it was recorded. @param tried undefined where that cannot be seen */
function observedOf(
  { reply, seen, counters }: Outcome,
  expected: VectorExpectation,
  tried: Comparable['tried'],
): Comparable {
  const wanted = recordedOf(expected);
  const request = seen.at(-1);
  const single =
    expected.headers === undefined ? undefined : headerList(expected.headers).map(([name]) => name);
  const headers = (reply?.headers ?? []).filter(([name]) => single?.includes(canonicalName(name)) ?? true);
  const facts: Required<Comparable> = {
    status: reply?.status ?? null,
    member:
      reply === undefined && expected.status === undefined ? (request?.member ?? null) : memberOf(reply),
    setsCookie: reply?.headers.some(([name]) => name.toLowerCase() === 'set-cookie') ?? false,
    requestLine: request?.requestLine ?? null,
    request: request ? comparableHeaders(withoutProto(request.headers, wanted), LEFT_OUT.request) : null,
    requestBody: request?.body ?? '',
    reply: comparableHeaders(headers, LEFT_OUT.reply),
    replyBody: reply?.body ?? '',
    connectionEnd: reply?.end ?? 'cut',
    tried: tried ?? wanted.tried ?? {},
    lbstatus: (counters && (counters.lbstatus ?? wanted.lbstatus)) ?? [],
    busy: counters?.busy ?? [],
    elected: counters?.elected ?? [],
    transferred: counters?.transferred ?? [],
    read: counters?.read ?? [],
  };
  return Object.fromEntries(Object.keys(wanted).map((key) => [key, facts[key as keyof Comparable]]));
}

function memberOf(reply: Outcome['reply']): string | null {
  return reply?.headers.find(([name]) => name.toLowerCase() === 'x-member')?.[1] ?? null;
}

/** We say the protocol, Apache says its own name; where the client's own claim was recorded, it is compared. */
function withoutProto(
  headers: readonly RecordedHeader[],
  { request }: Comparable,
): readonly RecordedHeader[] {
  const isRecorded = request?.some((line) => line.startsWith('x-forwarded-proto:'));
  return isRecorded === true
    ? headers
    : headers.filter(([name, value]) => !(name.toLowerCase() === 'x-forwarded-proto' && value === 'http'));
}

/** Names in any case and order; several lines of one name are one list, apart from cookies that are set. */
function comparableHeaders(
  headers: readonly RecordedHeader[],
  leftOut: ReadonlySet<string>,
): readonly string[] {
  const lists = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (!leftOut.has(key)) lists.set(key, [...(lists.get(key) ?? []), value]);
  }
  return [...lists]
    .flatMap(([key, values]) =>
      key === 'set-cookie' ? values.map((value) => `${key}: ${value}`) : [`${key}: ${values.join(', ')}`],
    )
    .sort();
}

function canonicalName(name: string): string {
  return name.toLowerCase().replaceAll(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** A row of a scenario that came out in another way than it was recorded. */
export interface DifferingRow {
  /** From 1. */
  readonly row: number;
  readonly target: string | undefined;
  readonly recorded: Comparable;
  readonly observed: Comparable;
}

/** What differs between a recording and what came of playing it. */
export function differingRows(vector: Vector, outcomes: readonly (Outcome | undefined)[]): DifferingRow[] {
  const tried = triedMembers(vector, outcomes);
  return vector.requests.flatMap((request, index) => {
    const outcome = outcomes[index];
    const expected = vector.expected[index];
    if (outcome === undefined || expected === undefined || expected === null) return [];
    const recorded = recordedOf(expected);
    const observed = observedOf(outcome, expected, tried[index]);
    if (isDeepStrictEqual(recorded, observed)) return [];
    return [{ row: index + 1, target: request.target, recorded, observed }];
  });
}

/** How often each member was tried in each step. */
function triedMembers(
  { config }: Vector,
  outcomes: readonly (Outcome | undefined)[],
): readonly Comparable['tried'][] {
  let before: readonly number[] = [];
  return outcomes.map((outcome) => {
    const elected = outcome?.counters?.elected;
    if (elected === undefined) return undefined;
    const more = elected.map((all, index) => all - (before[index] ?? 0));
    before = elected;
    const counts = config.members.map(({ id }, index) => [id, more[index] ?? 0] as const);
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  });
}
