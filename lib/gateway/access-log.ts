import type { FinishedEvent } from '../observability/events.ts';
import type { EventHub } from '../observability/event-hub.ts';
import type { Logger } from '../observability/logger.ts';

/** A request for a path at which nothing is served. */
export interface UnservedRequest {
  readonly method: string;
  readonly httpVersion: string;
  /** As in a `FinishedEvent`. */
  readonly client: string;
  readonly path: string;
  readonly bytesOut: number;
}

const MESSAGE = 'request';
// Enough to recognise it; a path that nobody knows may hold anything.
const LONGEST_PATH = 200;

/** Writes one line for each request that is over. Times in milliseconds with one decimal, sizes in bytes of body. */
export function logAccess(events: EventHub, logger: Logger, cluster: string): void {
  events.on('finished', (event) => {
    const fields = accessFields(cluster, event);
    if (logger.access === undefined) logger.info(fields, MESSAGE);
    else logger.access(fields, MESSAGE);
  });
}

/** Writes the line of a request that no cluster got. */
export function logUnserved(
  logger: Logger,
  { method, httpVersion, client, path, bytesOut }: UnservedRequest,
): void {
  logger.info(
    {
      client,
      method,
      httpVersion,
      path: path.slice(0, LONGEST_PATH),
      status: 404,
      verdict: 'refused',
      error: 'PATH_UNKNOWN',
      bytesOut,
    },
    MESSAGE,
  );
}

function accessFields(cluster: string, event: FinishedEvent): object {
  return {
    cluster,
    client: event.client,
    method: event.method,
    httpVersion: event.httpVersion,
    command: event.command,
    route: event.route,
    member: event.member,
    status: event.status,
    verdict: event.verdict,
    error: event.error,
    attempts: event.attempts,
    bytesIn: event.bytesIn,
    bytesOut: event.bytesOut,
    ms: tenths(event.duration),
    queuedMs: tenths(event.queued),
  };
}

function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
