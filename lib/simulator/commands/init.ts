import { existsSync } from 'node:fs';
import { toByteText } from '../c-text.ts';
import type { Call } from '../call.ts';
import type { Daemon } from '../daemon.ts';
import { writeDocument } from '../documents.ts';
import { isType } from '../http-reader.ts';
import { SessionTargets } from '../session-targets.ts';
import { readSettingsDocument, type SettingsDocument } from '../settings-document.ts';
import { applyArguments, hasSettings } from './settings.ts';

/** Begins a session. One that fails by its settings has begun all the same, but nobody learns its number. */
export function init(call: Call, daemon: Daemon): void {
  const { behaviour, settings, sessions } = daemon;
  const hasBody = call.request.body !== '' && isType(call.request.contentType, 'text/xml');
  if ((hasBody && behaviour.dieOnBody) || (behaviour.dieOnSettings && hasSettings(call))) return daemon.die();
  const service = hasBody ? readSettingsDocument(call.request.body) : undefined;
  if (hasBody && service === undefined) return call.fail('MALFORMED_SETTING');
  if (settings.weaknesses.badServiceKills && namesMissingFile(service)) return daemon.die();
  const name = call.argument('service');
  if (!hasBody && name !== undefined && !settings.services.includes(name))
    return call.fail('NO_SERVICE', name);

  const session = sessions.create(initialTargets(daemon, service, call.argument('clear')));
  if (!applyArguments(call, session.targets)) return;
  call.answer(initDocument(session.number, settings.id, keepAlive(settings.sessionTimeout)));
}

function namesMissingFile(service: SettingsDocument | undefined): boolean {
  return service?.files.some((file) => !existsSync(file)) === true;
}

/** How often a client should ping, as Pazpar2 tells it: 10 s before the timeout, but 50 s for a timeout below 20 s. */
export function keepAlive(sessionTimeout: number): number {
  return 1000 * (sessionTimeout >= 20 ? sessionTimeout - 10 : 50);
}

/** The server's id goes in as it is, escaped or not: so does Pazpar2. */
function initDocument(session: number, id: string | undefined, milliseconds: number): string {
  const keep = String(milliseconds);
  const document = writeDocument([
    'init',
    [['status', 'OK'], ['session', String(session)], ['protocol', '1'], ['keepAlive', keep], '\n'],
  ]);
  return id === undefined ? document : document.replace('</session>', (end) => `.${toByteText(id)}${end}`);
}

/** None with `clear`, those of the service in the body when it has settings, else those of the server. */
function initialTargets(
  daemon: Daemon,
  service: SettingsDocument | undefined,
  clear: string | undefined,
): SessionTargets {
  const cleared = clear !== undefined && !clear.startsWith('0');
  if (cleared) return new SessionTargets([], daemon.configured);
  const own = service?.settings ?? [];
  if (own.length === 0) return new SessionTargets(daemon.settings.targets, daemon.configured);
  const named = new Set(own.map(({ target }) => target));
  const targets = new SessionTargets(daemon.settings.targets.filter(({ id }) => named.has(id)));
  for (const { name, target, value } of own) targets.apply(name, target, value);
  return targets;
}
