import type { Call } from '../call.ts';
import type { Daemon } from '../daemon.ts';
import { exit, info, showService } from './information.ts';
import { bytarget } from './bytarget.ts';
import { init } from './init.ts';
import { ping, sessionStatus } from './ping.ts';
import { record } from './record.ts';
import { search, stop } from './search.ts';
import type { ServerCommand, SessionCommand } from './session-command.ts';
import { settings } from './settings.ts';
import { show } from './show.ts';
import { stat } from './stat.ts';
import { termlist } from './termlist.ts';

const SERVER_COMMANDS: ReadonlyMap<string, ServerCommand> = new Map([
  ['init', init],
  ['info', info],
  ['exit', exit],
]);

const SESSION_COMMANDS: ReadonlyMap<string, SessionCommand> = new Map([
  ['ping', ping],
  ['settings', settings],
  ['search', search],
  ['stat', stat],
  ['show', show],
  ['termlist', termlist],
  ['bytarget', bytarget],
  ['record', record],
  ['stop', stop],
  ['service', showService],
  ['session-status', sessionStatus],
]);

/**
 * Runs the command of a call.
 *
 * @returns Whether a command ran. It did not when it was missing or unknown, or when its session was.
 */
export function execute(call: Call, daemon: Daemon): boolean {
  const name = call.argument('command');
  if (name === undefined) return refuse(call, 'MISSING_PARAMETER', 'command');
  const serverCommand = SERVER_COMMANDS.get(name);
  if (serverCommand !== undefined) {
    serverCommand(call, daemon);
    return true;
  }
  const sessionCommand = SESSION_COMMANDS.get(name);
  if (sessionCommand === undefined) return refuse(call, 'MALFORMED_PARAMETER_VALUE', 'command');
  const value = call.argument('session');
  if (value === undefined) return refuse(call, 'MISSING_PARAMETER', 'session');
  const session = daemon.sessions.find(value);
  if (session === undefined) return refuse(call, 'NO_SESSION', value);
  session.touch();
  sessionCommand(call, session, daemon);
  return true;
}

function refuse(call: Call, ...why: Parameters<Call['fail']>): false {
  call.fail(...why);
  return false;
}
