import type { IncomingMessage } from 'node:http';
import { BalancerError } from '../errors.ts';
import { announcesBody, requestBody } from '../forward/request-body.ts';
import { bodyType } from '../protocol/body-type.ts';
import { parseCommand } from '../protocol/pazpar-command.ts';
import type { PazparCommand } from '../protocol/pazpar-command.ts';
import { rawQuery } from './request-framing.ts';

/** What a client asks, and how many bytes of body it took to say it. */
export interface ReadCommand {
  readonly command: PazparCommand;
  readonly bodySize: number;
}

/** True when the request can be read at once, without waiting for a body. */
export function isBodyless(request: IncomingMessage): boolean {
  return !announcesBody(request);
}

/** Reads a request without a body. Throws as `parseCommand`. */
export function readBodylessCommand(request: IncomingMessage): ReadCommand {
  return { command: parseCommand({ query: rawQuery(request.url) }), bodySize: 0 };
}

/** Reads a request with its body. Throws as `requestBody` and `parseCommand`, and BODY_UNSUPPORTED for a body that Pazpar2 would ignore. */
export async function readCommand(request: IncomingMessage, maxBodySize: number): Promise<ReadCommand> {
  const query = rawQuery(request.url);
  const type = request.headers['content-encoding'] === undefined ? typeOf(request) : undefined;
  if (type === undefined && Number(request.headers['content-length']) > 0) throw unsupported();
  const body = await requestBody(request, maxBodySize);
  if (body.length === 0) return { command: parseCommand({ query }), bodySize: 0 };
  if (type === undefined) throw unsupported();
  const command =
    type === 'form'
      ? parseCommand({ query, form: body.toString('latin1') })
      : parseCommand({ query, xml: body });
  return { command, bodySize: body.length };
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
