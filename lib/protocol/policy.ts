import { BalancerError } from '../errors.ts';
import { isSetting } from './pazpar-command.ts';
import type { PazparCommand } from './pazpar-command.ts';

/** Who may reach a cluster: anybody, or only servers of one's own. */
export type Policy = 'public' | 'trusted';

/**
 * Refuses what an open Pazpar2 would let strangers do: change settings (write files, connect anywhere, change other
 * users' targets), see passwords, see or stop the server.
 *
 * @throws BalancerError REQUEST_REFUSED that names what was refused, never its value.
 */
export function enforcePolicy(command: PazparCommand, policy: Policy): void {
  if (!command.traits[policy]) throw refused(`the command ${command.name}`);
  if (policy === 'trusted') return;
  if (command.xml !== undefined) throw refused('a text/xml body');
  if (command.configures) throw refused(`the setting ${command.args.find(isSetting)?.name ?? ''}`);
  if (command.name === 'bytarget' && command.args.some(showsSettings))
    throw refused('bytarget with settings');
}

function showsSettings({ name, value }: { readonly name: string; readonly value: string }): boolean {
  return name === 'settings' && value !== '' && value !== '0';
}

function refused(what: string): BalancerError {
  return new BalancerError('REQUEST_REFUSED', what);
}
