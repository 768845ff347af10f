import type { Place } from '../helpers/incumbents.ts';
import type { StickyMember } from './sticky-member.ts';

/** HAProxy that sends a session value to the server whose route it ends with. */
export function haproxySticky(members: readonly StickyMember[]): (place: Place) => string {
  const rules = members.map(({ route }) => `  use-server ${route} if { urlp(session) -m end .${route} }`);
  const servers = members.map(({ route, port }) => `  server ${route} 127.0.0.1:${port}`);
  return (place) => `${haproxyBase(place)}
  balance roundrobin
${rules.join('\n')}
${servers.join('\n')}
`;
}

function haproxyBase({ port }: Place): string {
  return `global
  maxconn 4000
  nbthread 1
  log stdout format raw daemon
defaults
  mode http
  log global
  option httplog
  option forwardfor
  timeout connect 5s
  timeout client 200s
  timeout server 200s
  timeout http-keep-alive 75s
frontend public
  bind 127.0.0.1:${port}
  default_backend pazpar2
backend pazpar2
  http-request set-path /search.pz2
`;
}
