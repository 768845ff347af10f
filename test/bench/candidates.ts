import { open, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ForegroundProcess } from '../helpers/foreground-process.ts';
import { freePort } from '../helpers/free-port.ts';
import { startIncumbent, type Incumbent } from '../helpers/incumbents.ts';
import { PROGRAM } from '../helpers/program.ts';
import { apacheSticky } from '../incumbents/apache.ts';
import { haproxySticky } from '../incumbents/haproxy.ts';
import { nginxSticky } from '../incumbents/nginx.ts';
import { ENDPOINT, type StickyMember } from '../incumbents/sticky-member.ts';
import { clusterOptions } from './candidates/cluster-options.ts';
import type { LoadTarget } from './measure.ts';

/** What candidates are started with. */
export interface Setting {
  readonly members: readonly StickyMember[];
  /** Where configurations and logs may be written. */
  readonly directory: string;
  /** The Node binary of those that run on Node, and arguments for it. */
  readonly node: string;
  readonly nodeArguments: readonly string[];
}

/** A candidate that accepts requests. */
export interface RunningCandidate {
  readonly targets: readonly LoadTarget[];
  readonly fresh: boolean;
  /** Undefined where nothing stands between client and server. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** One way to get a request to its server. */
export interface Candidate {
  readonly name: string;
  readonly title: string;
  /** The program that has to be installed, undefined for what this project brings. */
  readonly needs?: Incumbent;
  readonly runsOnNode?: true;
  start(setting: Setting): Promise<RunningCandidate>;
}

export const CANDIDATES: readonly Candidate[] = [
  {
    name: 'apache',
    title: "Apache, the manual's recipe",
    needs: 'apache2',
    start: ({ members }) => startWith('apache2', members),
  },
  { name: 'gateway', title: 'our gateway', runsOnNode: true, start: startGateway },
  {
    name: 'middleware',
    title: 'our middleware, Express 5',
    runsOnNode: true,
    start: nodeCandidate('middleware'),
  },
  {
    name: 'express-undici',
    title: 'undici alone, Express 5',
    runsOnNode: true,
    start: nodeCandidate('express-undici'),
  },
  {
    name: 'hpm',
    title: 'http-proxy-middleware alone, Express 5',
    runsOnNode: true,
    start: nodeCandidate('express-http-proxy-middleware'),
  },
  {
    name: 'http-balancer',
    title: 'our middleware for any application, Express 5',
    runsOnNode: true,
    start: nodeCandidate('http-balancer'),
  },
  {
    name: 'express',
    title: 'no proxy: Express 5 answers itself, without log',
    runsOnNode: true,
    start: nodeCandidate('express-alone'),
  },
  {
    name: 'express-listen',
    title: 'no proxy: Express 5 after `app.listen`, without log',
    runsOnNode: true,
    start: nodeCandidate('express-listen'),
  },
  {
    name: 'node-undici',
    title: 'undici alone, node:http',
    runsOnNode: true,
    start: nodeCandidate('node-undici'),
  },
  { name: 'nginx', title: 'nginx', needs: 'nginx', start: ({ members }) => startWith('nginx', members) },
  {
    name: 'haproxy',
    title: 'HAProxy',
    needs: 'haproxy',
    start: ({ members }) => startWith('haproxy', members),
  },
  { name: 'direct-kept', title: 'no proxy, kept connections', start: startDirect(false) },
  { name: 'direct-fresh', title: 'no proxy, new connections', start: startDirect(true) },
];

const RECIPES = { apache2: apacheSticky, haproxy: haproxySticky, nginx: nginxSticky };

async function startWith(name: Incumbent, members: readonly StickyMember[]): Promise<RunningCandidate> {
  const server = await startIncumbent(name, RECIPES[name](members));
  return running(server.pid, proxied(server.port, members), () => server.stop());
}

async function startGateway(setting: Setting): Promise<RunningCandidate> {
  const port = await freePort();
  const file = join(setting.directory, `gateway-${port}.json`);
  const cluster = { path: ENDPOINT, ...clusterOptions(setting.members) };
  await writeFile(
    file,
    JSON.stringify({ listen: `127.0.0.1:${port}`, compress: false, clusters: { bench: cluster } }),
  );
  return startNode(setting, [PROGRAM, 'gateway', '--config', file], port);
}

function nodeCandidate(program: string): Candidate['start'] {
  return async (setting) => {
    const port = await freePort();
    const script = fileURLToPath(
      new URL(`candidates/${program}${extname(import.meta.url)}`, import.meta.url),
    );
    const accessLog = join(setting.directory, `${program}-${port}.log`);
    const options = JSON.stringify({ port, members: setting.members, accessLog });
    return startNode(setting, [script, options], port);
  };
}

async function startNode(
  { node, nodeArguments, members, directory }: Setting,
  args: readonly string[],
  port: number,
): Promise<RunningCandidate> {
  const output = await open(join(directory, `${port}.out`), 'a');
  const command = [node, ...nodeArguments, ...args];
  const child = await ForegroundProcess.start(command, port, {
    stdio: ['ignore', output.fd, 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  await output.close();
  return running(child.pid, proxied(port, members), () => child.stop());
}

function startDirect(fresh: boolean): Candidate['start'] {
  return ({ members }) =>
    Promise.resolve({
      targets: members.map(({ route, port }) => ({ route, port, path: '/search.pz2' })),
      fresh,
      pid: undefined,
      stop: () => Promise.resolve(),
    });
}

function proxied(port: number, members: readonly StickyMember[]): LoadTarget[] {
  return members.map(({ route }) => ({ route, port, path: ENDPOINT }));
}

function running(pid: number, targets: readonly LoadTarget[], stop: () => Promise<void>): RunningCandidate {
  return { targets, fresh: false, pid, stop };
}
