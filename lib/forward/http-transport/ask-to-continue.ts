import type { ClientRequest } from 'node:http';
import type { Clock } from '../../clock.ts';

/** Servers of HTTP/1.0, and some others, never say 100 (RFC 9110, section 10.1.1: do not wait for an indefinite period). */
const MOST_WAIT_MS = 1000;

/**
 * Sends the head of a request, and asks the member whether it wants the body.
 *
 * @param goOn called once when the member says 100, or, unasked, when it has said nothing for a second; never when it answers at once
 */
export function askToContinue(request: ClientRequest, clock: Clock, goOn: (isAsked: boolean) => void): void {
  const waiting = clock.setTimeout(() => decide(() => goOn(false)), MOST_WAIT_MS);
  let isDecided = false;
  const decide = (then?: () => void): void => {
    if (isDecided) return;
    isDecided = true;
    waiting.cancel();
    then?.();
  };
  request
    .on('continue', () => decide(() => goOn(true)))
    .on('response', () => decide())
    .on('close', () => decide());
  request.setHeader('Expect', '100-continue');
  request.flushHeaders();
}
