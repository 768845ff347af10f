import { COMMANDS } from '../protocol/commands.ts';
import type { PolicyRules } from '../protocol/policy.ts';
import type { AccessConfig, EntranceConfig, GatewayClusterConfig, PolicyConfig } from './config.ts';
import { formatSize } from './size.ts';

/** Says in words who comes under a cluster's own policy, and what they may do. A line each. */
export function explainClusterPolicy(cluster: GatewayClusterConfig): string[] {
  const { path, access, policy } = cluster;
  return [`Who comes to ${path}${addressWords(access)} may`, ...policyWords(policy, cluster)];
}

/** Says in words who comes by an entrance, and what they may do. A line each. */
export function explainEntrancePolicy(entrance: EntranceConfig, cluster: GatewayClusterConfig): string[] {
  const place = entrance.path ?? cluster.path;
  const listener = entrance.listener === 'internal' ? ' on the internal listener' : '';
  const token = entrance.token === undefined ? '' : ' with the bearer token';
  return [
    `Who comes to ${place}${listener}${addressWords(entrance)}${token} may`,
    ...policyWords(entrance.policy, cluster),
  ];
}

function addressWords({ allow, deny }: AccessConfig): string {
  if (allow.includes('all')) return '';
  const allowed = allow.length === 0 ? '' : ` from ${allow.join(', ')}`;
  if (deny.length === 0) return allowed;
  if (deny.includes('all')) return allowed === '' ? ' from nowhere (all are denied)' : allowed;
  return ` from anywhere but ${deny.join(', ')}${allowed === '' ? '' : `, or${allowed},`}`;
}

function policyWords({ rules }: PolicyConfig, { limits }: GatewayClusterConfig): string[] {
  const isLimited = rules.limited && limits !== undefined;
  return [
    `- ${commandWords(rules)}`,
    `- ${settingWords(rules)}`,
    `- ${xmlWords(rules)}`,
    `- ${serviceWords(rules)}`,
    `- ${capWords(rules)}`,
    `- send requests as often as ${isLimited ? 'the limits of clients allow' : 'they like'}`,
    rules.mode === 'enforce'
      ? 'Anything else is refused with 403.'
      : 'Anything else goes on to the server all the same: it is only counted and logged.',
  ];
}

function commandWords({ commands }: PolicyRules): string {
  const names = Object.keys(COMMANDS);
  const allowed = new Set<string>(commands);
  const used = names.filter((name) => allowed.has(name)).join(', ');
  const refused = names.filter((name) => !allowed.has(name)).join(', ');
  return `use the commands ${used === '' ? '(none)' : used}; not ${refused}`;
}

function settingWords({ settings, showSettings }: PolicyRules): string {
  if (settings === 'any') return `send any setting${showSettings ? ', and see them all in bytarget' : ''}`;
  if (settings.length === 0) return 'send no settings';
  const open = settings.map(({ name, targets }) => `${name} for ${quoted(targets)}`);
  return `send the settings ${open.join('; ')}`;
}

function xmlWords({ xmlBodies }: PolicyRules): string {
  return xmlBodies ? 'send services and settings as text/xml' : 'send no text/xml bodies';
}

function serviceWords({ services }: PolicyRules): string {
  if (services === 'any') return 'name any service in init';
  return services.length === 0
    ? 'name no service in init'
    : `name these services in init: ${quoted(services)}`;
}

function capWords(rules: PolicyRules): string {
  const caps = [
    ['num', rules.maxNum],
    ['bytes of query', rules.maxQueryLength],
    ['parameters', rules.maxParameters],
    ['of body', rules.maxBodySize],
  ] as const;
  const words = caps
    .filter(([, most]) => most !== Infinity)
    .map(([what, most]) => {
      if (what === 'num') return `num=${most}`;
      return `${what === 'of body' ? formatSize(most) : most} ${what}`;
    });
  return words.length === 0 ? 'ask for as much as they like' : `ask for at most ${words.join(', ')}`;
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => JSON.stringify(text)).join(', ');
}
