import type { PolicyRules } from '../protocol/policy.ts';
import type { AllowedSetting } from '../protocol/setting.ts';
import type { PolicyConfig } from './config.ts';
import type { FoundProblem } from './problem.ts';

/** Where a policy stands, and who comes under it. */
export interface PolicyPlace {
  readonly path: readonly PropertyKey[];
  readonly isOpenToAll: boolean;
}

const WRITES_FILES = 'write and read files of the server';
const CONNECTS = 'make the server connect to any host';

/** Settings of Pazpar2 by which a client gets at more than its own search. */
const POWERFUL_SETTINGS: Readonly<Record<string, string>> = {
  'pz:xslt': WRITES_FILES,
  'pz:url': CONNECTS,
  'pz:zproxy': CONNECTS,
  'pz:memcached': CONNECTS,
  'pz:redis': CONNECTS,
};

/** What should be looked at in one policy: what it shares between users, and what it opens to everybody. */
export function policyWarnings({ rules }: PolicyConfig, { path, isOpenToAll }: PolicyPlace): FoundProblem[] {
  const shared = rules.settings === 'any' ? [] : rules.settings.map(sharedWords);
  const settings = shared.map((message, index) => ({
    path: [...path, 'settings', index],
    message,
    found: '',
  }));
  if (!isOpenToAll) return settings;
  const open = powersOf(rules);
  const powers =
    open.length === 0
      ? []
      : [{ path, message: `everybody who comes here may ${open.join('; ')}`, found: '' }];
  return [...powers, ...settings];
}

/** Seen live with Pazpar2 1.14.1: a setting that its configuration has for exactly that target is overwritten in the process. */
function sharedWords({ name, targets }: AllowedSetting): string {
  return (
    `where the configuration of Pazpar2 sets ${name} for exactly such a target (${targets.join(', ')}), ` +
    'a value that one client sends holds for all users'
  );
}

function powersOf(rules: PolicyRules): string[] {
  if (rules.mode === 'report')
    return ['do everything: in the mode "report" what breaks the policy goes on to the server'];
  const powers = new Set<string>();
  if (rules.settings === 'any') {
    powers.add(`send any setting, and so ${WRITES_FILES}, ${CONNECTS} and change the targets of other users`);
  } else {
    for (const setting of rules.settings) powersOfSetting(setting).forEach((power) => powers.add(power));
  }
  if (rules.xmlBodies) powers.add('send text/xml bodies, of which a bad one ends the server');
  const showing = (['info', 'service'] as const).filter((name) => rules.commands.has(name));
  if (showing.length > 0) powers.add(`see the passwords of targets (${showing.join(', ')})`);
  return [...powers];
}

/** A target that Pazpar2 does not know becomes one at the address that is its name. */
function powersOfSetting({ name, targets }: AllowedSetting): string[] {
  const power = Object.hasOwn(POWERFUL_SETTINGS, name) ? POWERFUL_SETTINGS[name] : undefined;
  const own = power === undefined ? [] : [`${power} (the setting ${name})`];
  const anyHost = targets.find((target) => /^[^/]*\*/.test(target));
  return anyHost === undefined
    ? own
    : [...own, `${CONNECTS} (${name} for targets of their own, by ${JSON.stringify(anyHost)})`];
}
