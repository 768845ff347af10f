import type { Place } from '../helpers/incumbents.ts';
import { ENDPOINT, type StickyMember } from './sticky-member.ts';

const MODULES_DIRECTORY = '/usr/lib/apache2/modules';
const MODULES = [
  'mpm_event',
  'authz_core',
  'proxy',
  'proxy_http',
  'slotmem_shm',
  'proxy_balancer',
  'lbmethod_byrequests',
];

/** Apache with the recipe of Pazpar2's manual. */
export function apacheSticky(members: readonly StickyMember[]): (place: Place) => string {
  const lines = members.map(({ route, port }) => `  BalancerMember http://127.0.0.1:${port} route=${route}`);
  return (place) => `${apacheBase(place)}
<Proxy balancer://pz2cluster>
${lines.join('\n')}
</Proxy>
ProxyPass ${ENDPOINT} balancer://pz2cluster/search.pz2 lbmethod=byrequests stickysession=session nofailover=On
`;
}

/** Apache in front of another balancer. */
export function apacheInFrontOf(port: number): (place: Place) => string {
  return (place) =>
    `${apacheBase(place)}\nProxyPass ${ENDPOINT} http://127.0.0.1:${port}${ENDPOINT} keepalive=On\n`;
}

/** Room for 1,024 requests at once, all of it from the start: short of threads, Apache closes kept connections under their clients. */
function apacheBase({ port, directory, accessLog }: Place): string {
  return `${MODULES.map((name) => `LoadModule ${name}_module ${MODULES_DIRECTORY}/mod_${name}.so`).join('\n')}
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
DefaultRuntimeDir ${directory}
PidFile ${directory}/apache.pid
ErrorLog ${directory}/error.log
LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" combined
CustomLog ${accessLog} combined
BufferedLogs On
KeepAlive On
MaxKeepAliveRequests 0
ThreadsPerChild 64
ServerLimit 16
StartServers 16
MaxSpareThreads 1024
MaxRequestWorkers 1024
`;
}
