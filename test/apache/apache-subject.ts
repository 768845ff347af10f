import { startIncumbent, type Place } from '../helpers/incumbents.ts';
import type { Subject } from './replay.ts';
import type { VectorBackends } from './vector-backends.ts';
import type { VectorConfig, VectorMember } from './vectors.ts';

const MODULES_DIRECTORY = '/usr/lib/apache2/modules';
const MODULES = [
  'mpm_event',
  'authz_core',
  'env',
  'headers',
  'proxy',
  'proxy_http',
  'slotmem_shm',
  'proxy_balancer',
  'lbmethod_byrequests',
];
/** What of a member is no parameter of Apache. */
const NO_PARAMETER: ReadonlySet<string> = new Set(['id', 'url', 'backend']);

/** Apache itself, configured as for a recording. */
export async function apacheSubject(config: VectorConfig, backends: VectorBackends): Promise<Subject> {
  return startIncumbent('apache2', (place) => configuration(config, backends, place));
}

function configuration(
  { balancer, members, apache = {} }: VectorConfig,
  backends: VectorBackends,
  place: Place,
): string {
  const { pre = [], proxypass = ['ProxyPass "/" "balancer://c/"'], extra = [] } = apache;
  const settings = Object.entries(balancer).map(([name, value]) => `  ProxySet ${name}=${value}`);
  return [
    ...MODULES.map((name) => `LoadModule ${name}_module ${MODULES_DIRECTORY}/mod_${name}.so`),
    process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : '',
    'ServerName lb.test',
    'ServerTokens Prod',
    'TraceEnable Off',
    `Listen 127.0.0.1:${place.port}`,
    `DefaultRuntimeDir ${place.directory}`,
    `PidFile ${place.directory}/apache.pid`,
    `ErrorLog ${place.directory}/error.log`,
    'StartServers 1',
    'ServerLimit 1',
    'ThreadsPerChild 25',
    'MaxRequestWorkers 25',
    ...pre,
    '<Proxy "balancer://c">',
    ...members.map((member) => `  BalancerMember ${backendUrl(member, backends)} ${parameters(member)}`),
    ...settings,
    '</Proxy>',
    ...proxypass,
    ...extra,
    '',
  ].join('\n');
}

function backendUrl({ id, url }: VectorMember, backends: VectorBackends): string {
  return url ?? `http://127.0.0.1:${backends.portOf(id)}`;
}

function parameters(member: VectorMember): string {
  return Object.entries(member)
    .filter(([name]) => !NO_PARAMETER.has(name))
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}
