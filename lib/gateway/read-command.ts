import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.ts';
import { BalancerError } from '../errors.ts';
import { announcesBody, hasBody, requestBody } from '../forward/request-body.ts';
import { bodyType } from '../protocol/body-type.ts';
import { parseCommand } from '../protocol/pazpar-command.ts';
import type { PazparCommand } from '../protocol/pazpar-command.ts';
import { rawQuery } from './request-framing.ts';

/** What a body may take. */
export interface BodyLimits {
  /** Bytes. */
  readonly maxBodySize: number;
  /** Milliseconds until it must be complete. */
  readonly bodyTimeout: number;
  readonly clock: Clock;
}

/** True when the request can be read at once, without waiting for a body. */
export function isBodyless(request: IncomingMessage): boolean {
  return !announcesBody(request);
}

/** Reads a request without a body. Throws as `parseCommand`. */
export function readBodylessCommand(request: IncomingMessage): PazparCommand {
  return parseCommand({ query: rawQuery(request.url) });
}

/**
 * Reads a request with its body. Throws as `requestBody` and `parseCommand`, BODY_UNSUPPORTED for a body that Pazpar2 would ignore, and
 * CLIENT_TIMEOUT.
 */
export function readCommand(request: IncomingMessage, limits: BodyLimits): Promise<PazparCommand> {
  return new Promise((resolve, reject) => {
    const late = new BalancerError('CLIENT_TIMEOUT', 'the body did not arrive in time');
    const lateness = limits.clock.setTimeout(() => reject(late), limits.bodyTimeout);
    readWithBody(request, limits.maxBodySize)
      .finally(() => lateness.cancel())
      .then(resolve, reject);
  });
}

async function readWithBody(request: IncomingMessage, maxBodySize: number): Promise<PazparCommand> {
  const query = rawQuery(request.url);
  const type = request.headers['content-encoding'] === undefined ? typeOf(request) : undefined;
  if (type === undefined) {
    if (Number(request.headers['content-length']) > 0) throw unsupported();
    if (await hasBody(request, maxBodySize)) throw unsupported();
    return parseCommand({ query });
  }
  const body = await requestBody(request, maxBodySize);
  if (body.length === 0) return parseCommand({ query });
  return type === 'form'
    ? parseCommand({ query, form: body.toString('latin1') })
    : parseCommand({ query, xml: body });
}

function typeOf(request: IncomingMessage): ReturnType<typeof bodyType> {
  return bodyType(request.headers['content-type']);
}

function unsupported(): BalancerError {
  return new BalancerError(
    'BODY_UNSUPPORTED',
    'send application/x-www-form-urlencoded or text/xml without Content-Encoding',
  );
}
