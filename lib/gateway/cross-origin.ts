import cors from 'cors';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cors } from '../config/cors.ts';

/** Sets the headers of cross-origin replies, on errors and preflights too; does nothing where nothing is configured. */
export type SetCrossOriginHeaders = (request: IncomingMessage, response: ServerResponse) => void;

/** Pazpar2 itself knows no CORS; its clients send simple requests without credentials. */
export function crossOriginHeaders(allowed: Cors): SetCrossOriginHeaders {
  if (allowed === false || (Array.isArray(allowed) && allowed.length === 0)) return () => undefined;
  const origin = allowed === true ? '*' : [...allowed];
  const setHeaders = cors({ origin, methods: ['GET', 'HEAD', 'POST'], preflightContinue: true });
  return (request, response) => setHeaders(request, response, () => undefined);
}
