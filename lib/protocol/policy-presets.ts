import { COMMANDS } from './commands.ts';
import type { CommandName, CommandTraits } from './commands.ts';
import type { PolicyRules } from './policy.ts';

/** Who may reach an entrance: anybody, or only servers of one's own. */
export type PolicyPreset = 'public' | 'trusted';

// Room for every client seen in the wild: some fetch 500 records at once, and long queries come as forms.
const PUBLIC_MAX_NUM = 1000;
const PUBLIC_MAX_QUERY_LENGTH = 16_384;
const PUBLIC_MAX_PARAMETERS = 200;
// The longest query with each of its bytes written as %XX takes 48 kB of a form.
const PUBLIC_MAX_BODY_SIZE = 131_072;

/** The rules of each preset. `exit` is in neither: with -X it makes Pazpar2 spin and fill its disk. */
export const POLICY_PRESETS: Readonly<Record<PolicyPreset, PolicyRules>> = {
  public: {
    mode: 'enforce',
    commands: commandsWhere((traits) => traits.public),
    settings: [],
    xmlBodies: false,
    showSettings: false,
    services: 'any',
    maxNum: PUBLIC_MAX_NUM,
    maxQueryLength: PUBLIC_MAX_QUERY_LENGTH,
    maxParameters: PUBLIC_MAX_PARAMETERS,
    maxBodySize: PUBLIC_MAX_BODY_SIZE,
    limited: true,
  },
  trusted: {
    mode: 'enforce',
    commands: commandsWhere((traits) => traits.trusted),
    settings: 'any',
    xmlBodies: true,
    showSettings: true,
    services: 'any',
    maxNum: Infinity,
    maxQueryLength: Infinity,
    maxParameters: Infinity,
    maxBodySize: Infinity,
    limited: false,
  },
};

function commandsWhere(test: (traits: CommandTraits) => boolean): ReadonlySet<CommandName> {
  return new Set(commandNames().filter((name) => test(COMMANDS[name])));
}

function commandNames(): CommandName[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of a Record with exactly these names
  return Object.keys(COMMANDS) as CommandName[];
}
