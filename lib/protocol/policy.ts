import { BalancerError } from '../errors.ts';
import { lastValue } from './arguments.ts';
import type { CommandName } from './commands.ts';
import { isSetting } from './pazpar-command.ts';
import type { PazparCommand } from './pazpar-command.ts';
import { allowsSetting, parseSetting } from './setting.ts';
import type { AllowedSetting } from './setting.ts';

/** What clients of one entrance may do: checked before anything is sent. */
export interface PolicyRules {
  /** `report`: what would be refused is only counted and logged. */
  readonly mode: 'enforce' | 'report';
  readonly commands: ReadonlySet<CommandName>;
  /** Settings in `init` and `settings`, as arguments `name[target]=value`. */
  readonly settings: 'any' | readonly AllowedSetting[];
  /** text/xml bodies: whole services and settings documents. */
  readonly xmlBodies: boolean;
  /** `settings=1` of bytarget, which shows passwords. */
  readonly showSettings: boolean;
  /** Values of `service` in `init`. */
  readonly services: 'any' | readonly string[];
  /** Largest `num`, of records and terms. */
  readonly maxNum: number;
  /** Longest `query` in bytes, decoded. */
  readonly maxQueryLength: number;
  /** Most arguments in query and form together. */
  readonly maxParameters: number;
  /** Largest body in bytes. */
  readonly maxBodySize: number;
  /** Clients get no more than the cluster's limits allow. */
  readonly limited: boolean;
}

/** So much of a name that a client chose goes into words about it. */
const MAX_NAME_BYTES = 100;

/**
 * Says what in a request its sender may not do: one of the things by which an open Pazpar2 lets strangers write files, connect
 * anywhere, change other users' targets, see passwords, or stop the server (test/e2e/attacks).
 *
 * @returns words for the error document that name the thing, never a value; undefined when all is allowed
 */
export function violation(command: PazparCommand, rules: PolicyRules): string | undefined {
  if (!rules.commands.has(command.name)) return `the command ${command.name}`;
  if (command.xml !== undefined && !rules.xmlBodies) return 'a text/xml body';
  return settingViolation(command, rules) ?? amountViolation(command, rules);
}

/**
 * @throws BalancerError REQUEST_REFUSED that says what was refused; in the mode `report` only for `exit`, which nobody may send
 */
export function enforcePolicy(
  command: PazparCommand,
  rules: PolicyRules,
  report: (what: string) => void,
): void {
  const what = violation(command, rules);
  if (what === undefined) return;
  report(what);
  if (rules.mode === 'enforce' || !command.traits.trusted) throw new BalancerError('REQUEST_REFUSED', what);
}

function settingViolation(command: PazparCommand, rules: PolicyRules): string | undefined {
  if (rules.settings !== 'any' && command.configures) {
    for (const argument of command.args) {
      if (!isSetting(argument)) continue;
      const setting = parseSetting(argument.name);
      if (setting === undefined || !allowsSetting(rules.settings, setting)) {
        return `the setting ${shownName(argument.name)}`;
      }
    }
  }
  if (command.name === 'bytarget' && !rules.showSettings && command.args.some(showsSettings)) {
    return 'bytarget with settings';
  }
  return undefined;
}

function amountViolation(command: PazparCommand, rules: PolicyRules): string | undefined {
  if (command.bodySize > rules.maxBodySize) return `a body of more than ${rules.maxBodySize} bytes`;
  if (command.args.length > rules.maxParameters) return `more than ${rules.maxParameters} parameters`;
  for (const { name, value } of command.args) {
    if (name === 'num' && !isAtMost(value, rules.maxNum)) return `num above ${rules.maxNum}`;
    if (name === 'query' && value.length > rules.maxQueryLength) {
      return `a query of more than ${rules.maxQueryLength} bytes`;
    }
  }
  if (command.name !== 'init' || rules.services === 'any') return undefined;
  const service = lastValue(command.args, 'service');
  return service === undefined || rules.services.includes(service) ? undefined : 'this service';
}

/** A name for the log: the target in it may be an address with a password. */
function shownName(name: string): string {
  const open = name.replace(/[^[/]*@/, '...@');
  return open.length > MAX_NAME_BYTES ? `${open.slice(0, MAX_NAME_BYTES)}...` : open;
}

/** Pazpar2 reads numbers with atoi, which takes signs, blanks and overflow; only what is plainly small enough passes. */
function isAtMost(value: string, most: number): boolean {
  return most === Infinity || (/^[0-9]{0,9}$/.test(value) && Number(value) <= most);
}

function showsSettings({ name, value }: { readonly name: string; readonly value: string }): boolean {
  return name === 'settings' && value !== '' && value !== '0';
}
