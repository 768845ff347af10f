import type { Place } from '../helpers/incumbents.ts';
import { ENDPOINT, type StickyMember } from './sticky-member.ts';

/** nginx that maps the route in a session value to an upstream of one server. */
export function nginxSticky(members: readonly StickyMember[]): (place: Place) => string {
  const routes = members.map(({ route }) => `    "~\\.${route}$" ${route};`);
  const upstreams = members.map(
    ({ route, port }) => `  upstream ${route} { server 127.0.0.1:${port}; keepalive 64; }`,
  );
  const servers = members.map(({ port }) => `server 127.0.0.1:${port};`);
  return nginxWith(
    `  map $arg_session $member {
    default any;
${routes.join('\n')}
  }
  upstream any { ${servers.join(' ')} keepalive 64; }
${upstreams.join('\n')}`,
    'http://$member/search.pz2$is_args$args',
  );
}

/** nginx in front of another balancer. */
export function nginxInFrontOf(port: number): (place: Place) => string {
  return nginxWith(
    `  upstream balancer { server 127.0.0.1:${port}; keepalive 64; }`,
    `http://balancer${ENDPOINT}`,
  );
}

function nginxWith(upstreams: string, target: string): (place: Place) => string {
  return ({ port, directory, accessLog }) => `${process.getuid?.() === 0 ? 'user www-data;' : ''}
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
worker_processes 1;
events { worker_connections 4096; }
http {
  access_log ${accessLog} combined buffer=8k flush=1s;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  keepalive_requests 1000000;
${upstreams}
  server {
    listen 127.0.0.1:${port};
    location = ${ENDPOINT} {
      proxy_pass ${target};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_read_timeout 200s;
    }
  }
}
`;
}
