import { COMMANDS, isCommandName } from '../protocol/commands.ts';
import type { CommandName } from '../protocol/commands.ts';
import { POLICY_PRESETS } from '../protocol/policy-presets.ts';
import type { PolicyPreset } from '../protocol/policy-presets.ts';
import type { PolicyRules } from '../protocol/policy.ts';
import type { AllowedSetting } from '../protocol/setting.ts';
import type { PolicyConfig, PolicyOverrides } from './config.ts';
import type { PolicyOptions } from './policy-options.ts';
import { Refusal } from './refusal.ts';
import { suggest } from './suggestion.ts';

/** A policy as it was written, read. */
export type ParsedPolicy = { readonly [Key in keyof PolicyOverrides]?: PolicyOverrides[Key] | undefined } & {
  readonly preset: PolicyPreset;
};

/** Puts a policy together from a preset and what differs from it. */
export function policyConfig({ preset, ...written }: ParsedPolicy): PolicyConfig {
  const base = POLICY_PRESETS[preset];
  const overrides = withoutUndefined(written);
  const { allowCommands = [], denyCommands = [], ...others } = overrides;
  const commands = new Set<CommandName>([...base.commands, ...allowCommands]);
  for (const name of denyCommands) commands.delete(name);
  const settings = parseOpenSettings(others.settings ?? base.settings);
  const rules = { ...base, ...others, commands, settings, showSettings: settings === 'any' };
  return { preset, overrides, rules };
}

function parseOpenSettings(settings: NonNullable<PolicyOptions['settings']>): PolicyRules['settings'] {
  return settings === 'none' ? [] : settings;
}

function withoutUndefined(written: object): PolicyOverrides {
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
}

/** Reads names of commands. @throws {Refusal} for a name that Pazpar2 does not have, and for `exit` */
export function parseCommandNames(value: unknown): readonly CommandName[] {
  if (!Array.isArray(value)) throw new Refusal('must be a list of commands such as ["info"]');
  return value.map((name: unknown, index) => {
    if (name === 'exit') throw new Refusal('must not be "exit": it is never forwarded', index);
    if (typeof name === 'string' && isCommandName(name)) return name;
    const nearest = typeof name === 'string' ? suggest(name, Object.keys(COMMANDS)) : '';
    throw new Refusal(`must be a command of Pazpar2${nearest}`, index);
  });
}

/** Reads which settings are open. @throws {Refusal} when it is none of its forms */
export function parseAllowedSettings(value: unknown): 'none' | 'any' | readonly AllowedSetting[] {
  if (value === 'any' || value === 'none') return value;
  if (!Array.isArray(value)) {
    throw new Refusal('must be "none", "any" or a list such as [{ name: "pz:allow", targets: ["*"] }]');
  }
  return value.map(parseAllowedSetting);
}

/** Reads names of services. @throws {Refusal} when it is none of its forms */
export function parseServices(value: unknown): 'any' | readonly string[] {
  if (value === 'any') return 'any';
  if (!Array.isArray(value)) throw new Refusal('must be "any" or a list of service names');
  return value.map((name: unknown, index) => {
    if (typeof name === 'string' && name !== '') return name;
    throw new Refusal('must be the name of a service', index);
  });
}

function parseAllowedSetting(entry: unknown, index: number): AllowedSetting {
  const { name, targets, ...others }: { name?: unknown; targets?: unknown } =
    typeof entry === 'object' && entry !== null ? entry : {};
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    const nearest = suggest(unknown, ['name', 'targets']);
    throw new Refusal(`has the unknown key ${JSON.stringify(unknown)}${nearest}`, index);
  }
  if (typeof name !== 'string' || !/^[A-Za-z][^[\]\s]*$/.test(name)) {
    throw new Refusal('must have a name, that of a setting such as "pz:allow"', index);
  }
  if (!Array.isArray(targets) || targets.length === 0 || !targets.every(isTarget)) {
    throw new Refusal('must list its targets, such as ["z3950.example.org:210/*"], or ["*"] for all', index);
  }
  return { name, targets };
}

function isTarget(target: unknown): target is string {
  return typeof target === 'string' && target !== '' && !/[[\]]/.test(target);
}
