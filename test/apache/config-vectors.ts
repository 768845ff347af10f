import { checkHttpClusterOptions } from '../../lib/config/check.ts';
import type { ClusterConfig } from '../../lib/config/config.ts';
import { OptionsError } from '../../lib/errors.ts';
import { readFixture } from '../helpers/fixture.ts';

/** One value of one parameter, with which Apache started or did not. */
export interface ConfigCase {
  readonly where: 'member' | 'balancer';
  readonly param: string;
  readonly value: string;
  readonly accepted: boolean;
  /** As Apache read it: times in seconds. */
  readonly managerShows?: string | null;
}

/** What a parameter is here: options of a member, or of its cluster. */
interface Counterpart {
  readonly member?: object;
  readonly cluster?: object;
}

/** What stands in a configuration of ours for what stands in one of Apache's. */
type Translate = (value: string) => Counterpart;

const DIGITS = /^-?\d+(?:\.\d+)?$/;
const numberOr = (text: string): number | string => (DIGITS.test(text) ? Number(text) : text);
/** A bare number gets the unit that Apache has in mind. */
const durationIn = (unit: string) => (text: string) =>
  DIGITS.test(text) ? `${text}${unit}` : text.replace(/min$/, 'm');
const seconds = durationIn('s');
const milliseconds = durationIn('ms');

function flag(text: string): boolean | string {
  if (/^on$/i.test(text)) return true;
  return /^off$/i.test(text) ? false : text;
}

const STATES: Readonly<Record<string, object>> = {
  '+D': { state: 'disabled' },
  D: { state: 'disabled' },
  '-D': { state: 'enabled' },
  N: { state: 'draining' },
  I: { ignoreErrors: true },
};

/** How members are asked whether they work. */
const PROBES: Readonly<Record<string, object | 'off'>> = {
  get: { http: { method: 'GET' } },
  GET11: { http: { method: 'GET' } },
  NONE: 'off',
};

/** `500,503` is a list. */
function statuses(text: string): (number | string)[] {
  return text === '' ? [] : text.split(',').map(numberOr);
}

/** Names of Apache's parameters in lower case, as Apache reads them. Those without a counterpart are missing. */
const COUNTERPARTS: Readonly<Record<string, Translate>> = {
  'member.loadfactor': (value) => ({ member: { loadFactor: numberOr(value) } }),
  'member.lbset': (value) => ({ member: { lbSet: numberOr(value) } }),
  'member.retry': (value) => ({ cluster: { retry: seconds(value) } }),
  'member.timeout': (value) => ({ cluster: { replyTimeout: seconds(value) } }),
  'member.connectiontimeout': (value) => ({ cluster: { connectTimeout: seconds(value) } }),
  'member.acquire': (value) => ({ cluster: { queueTimeout: milliseconds(value) } }),
  'member.ttl': (value) => ({ cluster: { keepAliveTimeout: seconds(value) } }),
  'member.max': (value) => ({ member: { max: numberOr(value) } }),
  'member.status': (value) => ({ member: STATES[value] ?? { state: value } }),
  'member.route': (value) => ({ member: { route: value } }),
  'member.hcmethod': (value) => ({ cluster: { health: PROBES[value] ?? { http: { method: value } } } }),
  'member.hcinterval': (value) => ({ cluster: { health: { interval: seconds(value) } } }),
  'member.hcpasses': (value) => ({ cluster: { health: { passes: numberOr(value) } } }),
  'member.hcfails': (value) => ({ cluster: { health: { fails: numberOr(value) } } }),
  'member.hcuri': (value) => ({ cluster: { health: { http: { path: value } } } }),
  'member.nosuchparam': (value) => ({ member: { nosuchparam: value } }),
  'balancer.nosuchparam': (value) => ({ cluster: { nosuchparam: value } }),
  'balancer.lbmethod': (value) => ({ cluster: { lbMethod: value } }),
  'balancer.stickysession': (value) => ({ cluster: { stickySession: value } }),
  'balancer.stickysessionsep': (value) => ({
    cluster: { stickySession: 'x', stickySeparator: value.toLowerCase() },
  }),
  'balancer.timeout': (value) => ({ cluster: { queueTimeout: seconds(value) } }),
  'balancer.maxattempts': (value) => ({ cluster: { maxAttempts: numberOr(value) } }),
  'balancer.failonstatus': (value) => ({ cluster: { failOnStatus: statuses(value) } }),
  'balancer.forcerecovery': (value) => ({ cluster: { forceRecovery: flag(value) } }),
};

/** What of the configuration Apache's manager shows as a number. */
const READ: Readonly<Record<string, (config: ClusterConfig) => number | undefined>> = {
  'member.loadfactor': ({ members }) => members[0]?.loadFactor,
  'member.retry': ({ forward }) => forward.retry / 1000,
  'member.timeout': ({ forward }) => forward.replyTimeout / 1000,
  'member.ttl': ({ forward }) => forward.keepAliveTimeout / 1000,
};

/** What became of a value: refused, or taken as this number where one can be seen. */
export type Taken = 'refused' | 'taken' | number;

export function takenByApache(each: ConfigCase): Taken {
  if (!each.accepted) return 'refused';
  return READ[nameOf(each)] === undefined ? 'taken' : Number(each.managerShows);
}

/** Undefined for a parameter that has no counterpart. */
export function takenHere(each: ConfigCase): Taken | undefined {
  const counterpart = COUNTERPARTS[nameOf(each)]?.(each.value);
  if (counterpart === undefined) return undefined;
  const member = { url: 'http://127.0.0.1:1', route: 'a', ...counterpart.member };
  try {
    const config = checkHttpClusterOptions({
      members: [member],
      ...counterpart.cluster,
    });
    return READ[nameOf(each)]?.(config) ?? 'taken';
  } catch (error) {
    if (error instanceof OptionsError) return 'refused';
    throw error;
  }
}

export function configCases(): readonly ConfigCase[] {
  return (readFixture('apache/config.json') as { cases: readonly ConfigCase[] }).cases;
}

function nameOf({ where, param }: ConfigCase): string {
  return `${where}.${param.toLowerCase()}`;
}
