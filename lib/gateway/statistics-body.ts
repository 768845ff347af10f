import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.ts';
import { announcesBody, requestBody } from '../forward/request-body.ts';
import type { MaybeParsedRequest } from '../forward/request-body.ts';
import { parseFormBody, parseJsonBody, readJson } from '../statistics/body-parser.ts';
import { EngineError, quoted } from '../statistics/engine-error.ts';
import type { EngineRequest, RequestKind } from '../statistics/engine-request.ts';
import type { SeveralRequests } from '../statistics/query-parser.ts';

/** A thousand statistics have 30 kB. */
const LARGEST = 65_536;
const TIMEOUT_MS = 10_000;

/**
 * Reads engine requests from the body of a POST, also where Express's parsers read it before. Undefined where there is no body.
 *
 * @throws EngineError 400, 408, 415; BalancerError as `requestBody`
 */
export function readEngineBody(
  kind: RequestKind,
  request: MaybeParsedRequest,
  { several, clock }: { readonly several: SeveralRequests; readonly clock: Clock },
): Promise<EngineRequest[] | undefined> {
  return new Promise((resolve, reject) => {
    const late = clock.setTimeout(
      () => reject(new EngineError(408, 'the body did not arrive in time')),
      TIMEOUT_MS,
    );
    read(kind, request, several)
      .finally(() => late.cancel())
      .then(resolve, reject);
  });
}

async function read(
  kind: RequestKind,
  request: MaybeParsedRequest,
  several: SeveralRequests,
): Promise<EngineRequest[] | undefined> {
  if (!announcesBody(request)) return undefined;
  const type = mediaType(request);
  const isParsed = request.readableDidRead && typeof request.body === 'object';
  if (type === 'application/json' && isParsed) return readJson(kind, request.body, several);
  const text = (await requestBody(request, LARGEST)).toString('utf8');
  if (text === '') return undefined;
  if (type === 'application/json') return parseJsonBody(kind, text, several);
  return [parseFormBody(kind, text)];
}

function mediaType({ headers }: IncomingMessage): string {
  const type = (headers['content-type'] ?? '').split(';', 1).join('').trim().toLowerCase();
  const isEncoded = headers['content-encoding'] !== undefined;
  if (!isEncoded && (type === 'application/json' || type === 'application/x-www-form-urlencoded'))
    return type;
  throw new EngineError(
    415,
    `a body is application/json or application/x-www-form-urlencoded without Content-Encoding, not ${quoted(type)}`,
  );
}
