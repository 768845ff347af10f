import type {
  HttpClusterOptions,
  HttpForwardOptions,
  HttpMemberOptions,
} from '../../lib/config/http-options.ts';
import type { StickyOptions } from '../../lib/config/sticky-options.ts';
import type { MethodName } from '../../lib/selection/create-selector.ts';
import { isRoute } from '../../lib/sticky/session-value.ts';
import type { VectorBackends } from './vector-backends.ts';
import type { VectorConfig, VectorMember } from './vectors.ts';

/** The options that say what the configuration of a scenario says, as far as there are any, and where the cluster is served. */
export interface TranslatedConfig {
  readonly options: HttpClusterOptions;
  /** The path of the cluster. */
  readonly path: string;
}

/** `ProxyPass "/app/" "balancer://c/back/"` and the like. */
const PROXY_PASS = /^ProxyPass "(?<path>[^"]*)" "balancer:\/\/c(?<back>[^"]*)"/;

const ROLES: Readonly<Record<string, 'spare' | 'standby'>> = { R: 'spare', H: 'standby' };
const STATES: Readonly<Record<string, 'draining' | 'disabled' | 'stopped'>> = {
  N: 'draining',
  D: 'disabled',
  S: 'stopped',
};

export function translate(
  { balancer, members, apache = {} }: VectorConfig,
  backends: VectorBackends,
): TranslatedConfig {
  const proxyPass = apache.proxypass
    ?.map((line) => PROXY_PASS.exec(line)?.groups)
    .find((groups) => groups !== undefined);
  const path = withoutSlash(proxyPass?.['path'] ?? '/');
  const back = withoutSlash(proxyPass?.['back'] ?? '/');
  const { lbmethod } = balancer;
  return {
    path: path === '' ? '/' : path,
    options: {
      members: translateMembers(members, back, backends),
      health: 'off',
      ...(lbmethod === undefined ? {} : { lbMethod: lbmethod as MethodName }),
      ...translateStickiness(balancer),
      ...translateFailures(balancer, members),
    },
  };
}

function translateStickiness({
  stickysession,
  stickysessionsep,
  nofailover,
}: VectorConfig['balancer']): StickyOptions {
  return {
    ...(stickysession === undefined ? {} : { stickySession: String(stickysession) }),
    ...(stickysessionsep === undefined ? {} : { stickySeparator: String(stickysessionsep).toLowerCase() }),
    ...(nofailover === 'On' ? { sessionLoss: 'error' } : {}),
  };
}

/** Attempts are counted with the first one here, and only statuses from 500 can be named. */
function translateFailures(
  { maxattempts, failonstatus, failontimeout, forcerecovery }: VectorConfig['balancer'],
  members: readonly VectorMember[],
): Partial<HttpForwardOptions> {
  const [retry] = members.flatMap((member) => member.retry ?? []);
  const [timeout] = members.flatMap((member) => member.timeout ?? []);
  return {
    retryPause: 0,
    failOnTimeout: failontimeout === 'On',
    forceRecovery: forcerecovery !== 'Off',
    ...(maxattempts === undefined ? {} : { maxAttempts: Number(maxattempts) + 1 }),
    ...(Number(failonstatus) >= 500 ? { failOnStatus: [Number(failonstatus)] } : {}),
    ...(retry === undefined ? {} : { retry: `${retry}s` }),
    ...(timeout === undefined ? {} : { replyTimeout: `${Number.parseInt(String(timeout), 10)}s` }),
  };
}

/** Routes must differ here and keep to a form; a member whose route does not gets one that no session names. Without members nobody serves. */
export function translateMembers(
  members: readonly VectorMember[],
  back: string,
  backends: VectorBackends,
): readonly HttpMemberOptions[] {
  if (members.length === 0) return [{ url: 'http://127.0.0.1:1', route: 'nobody', state: 'disabled' }];
  const routes = new Set<string>();
  return members.map((member) => {
    const { id, route = '' } = member;
    const isFree = isRoute(route) && !routes.has(route);
    routes.add(route);
    const url = member.url ?? `http://127.0.0.1:${backends.portOf(id)}${back}`;
    // One to a route that nobody has is refused here.
    const redirect = members.find((other) => other !== member && other.route === member.redirect)?.route;
    const leads = redirect === undefined ? {} : { redirect };
    return { url, route: isFree ? route : `${id}-without-route`, ...leads, ...translateMember(member) };
  });
}

function translateMember({ loadfactor, lbset, status = '' }: VectorMember): Partial<HttpMemberOptions> {
  const flags: readonly string[] = status.match(/[A-Z]/g) ?? [];
  const [role] = flags.flatMap((flag) => ROLES[flag] ?? []);
  const [state] = flags.flatMap((flag) => STATES[flag] ?? []);
  return {
    ...(loadfactor === undefined ? {} : { loadFactor: loadfactor }),
    ...(lbset === undefined ? {} : { lbSet: lbset }),
    ...(role === undefined ? {} : { role }),
    ...(state === undefined ? {} : { state }),
    ...(flags.includes('I') ? { ignoreErrors: true } : {}),
  };
}

function withoutSlash(path: string): string {
  return path.replace(/\/$/, '');
}
