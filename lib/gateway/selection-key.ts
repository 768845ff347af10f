import type { IncomingMessage } from 'node:http';
import { lastValue } from '../protocol/arguments.ts';
import type { PazparCommand } from '../protocol/pazpar-command.ts';
import type { MethodSettings } from '../selection/create-selector.ts';
import type { ClientOrigin } from './client-origin.ts';

/** What `hash` chooses by: the key that the configuration names, empty where the request has none, or where another method chooses. */
export function selectionKey(
  lbMethod: MethodSettings,
  command: PazparCommand,
  { request, client }: { readonly request: IncomingMessage; readonly client: ClientOrigin },
): string {
  if (typeof lbMethod !== 'object' || lbMethod.method !== 'hash') return '';
  const { key } = lbMethod;
  if (key === 'address') return client.address;
  if ('parameter' in key) return lastValue(command.args, key.parameter) ?? '';
  return String(request.headers[key.header] ?? '');
}
