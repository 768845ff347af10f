import type { IncomingMessage } from 'node:http';
import type { MethodSettings } from '../selection/create-selector.ts';
import type { ClientOrigin } from './client-origin.ts';

/** A request, as far as its key may be in it. */
export interface KeyedRequest {
  readonly request: IncomingMessage;
  readonly client: ClientOrigin;
  /** The value of a parameter; undefined where it is missing. */
  readonly parameter: (name: string) => string | undefined;
}

/** What `hash` chooses by: the key that the configuration names, empty where the request has none, or where another method chooses. */
export function selectionKey(lbMethod: MethodSettings, { request, client, parameter }: KeyedRequest): string {
  if (typeof lbMethod !== 'object' || lbMethod.method !== 'hash') return '';
  const { key } = lbMethod;
  if (key === 'address') return client.address;
  if ('parameter' in key) return parameter(key.parameter) ?? '';
  return String(request.headers[key.header] ?? '');
}
