import { SEARCH_PATH } from './demo-gateway.ts';
import type { DemoServer } from './demo-server.ts';

/** What the terminal needs to know of a running demo. */
export interface DemoAddresses {
  /** Of the page, `http://localhost:8080`. */
  readonly page: string;
  /** Of the gateway's own listeners, `127.0.0.1:41234`. */
  readonly gateway: { readonly public: string; readonly internal: string };
}

/** What the demo prints when it runs: where to look, and commands to try. */
export function describeDemo(addresses: DemoAddresses, servers: readonly DemoServer[]): string {
  return `
pazpar2-balancer demo: ${describeServers(servers)} behind one address

  Search page   ${addresses.page}/
  Gateway       http://${addresses.gateway.public}${SEARCH_PATH}, also below the page's address
  Health        http://${addresses.gateway.internal}/readyz
${servers.map(serverLine).join('')}
Open the page, or try it in another terminal:

${curlTranscript(`${addresses.page}${SEARCH_PATH}`)}
Ctrl-C ends the demo.

`;
}

/** Shell commands that begin a session, search, and show what was found. */
export function curlTranscript(endpoint: string): string {
  return `  url=${endpoint}
  session=$(curl -s "$url?command=init" | sed -n 's:.*<session>\\(.*\\)</session>.*:\\1:p')
  echo "$session"    # such as 439041283.pz1: a number and, after the dot, the server that has the session
  curl -s "$url?command=search&session=$session&query=history"
  curl -s "$url?command=show&session=$session&block=1&num=2"
`;
}

function describeServers(servers: readonly DemoServer[]): string {
  const simulated = servers.every((server) => server.simulated !== undefined);
  const [one, many] = simulated ? ['simulated server', 'simulated servers'] : ['server', 'servers'];
  return `${servers.length} ${servers.length === 1 ? one : many}`;
}

const KINDS: Readonly<Record<DemoServer['kind'], string>> = {
  identified: 'a Pazpar2 with a server id',
  legacy: 'a shim before a legacy Pazpar2 without one',
  real: 'as given',
};

function serverLine({ route, url, kind }: DemoServer): string {
  return `  ${route.padEnd(12)}  ${url}, ${KINDS[kind]}\n`;
}
