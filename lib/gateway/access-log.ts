import type { FinishedEvent } from '../observability/events.ts';
import type { EventHub } from '../observability/event-hub.ts';
import type { Logger } from '../observability/logger.ts';

/** Writes one line for each request that is over. Times in milliseconds with one decimal, sizes in bytes of body. */
export function logAccess(events: EventHub, logger: Logger, cluster: string): void {
  events.on('finished', (event) => logger.info(accessFields(cluster, event), 'request'));
}

function accessFields(cluster: string, event: FinishedEvent): object {
  return {
    cluster,
    client: event.client,
    method: event.method,
    command: event.command,
    route: event.route,
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
