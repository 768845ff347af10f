import { execFile, spawnSync } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROGRAM = fileURLToPath(new URL(`./local-ports-program${extname(import.meta.url)}`, import.meta.url));
const ADDRESS = '10.77.0.1';

/** What the program in the namespace is to do. */
export interface LocalPortsOrder {
  /** Where the member listens. */
  readonly address: string;
  /** Where the balancer listens. */
  readonly socketPath: string;
  /** As Pazpar2 does when it was asked to; else the balancer has to, after the reply. */
  readonly memberCloses: boolean;
  readonly perSecond: number;
  readonly seconds: number;
  /** Requests under way at a time, at most. */
  readonly atOnce: number;
}

/** What came of it. */
export interface LocalPortsOutcome {
  /** Requests by HTTP status, or by the error that the client had. */
  readonly answers: Readonly<Record<string, number>>;
  /** As in the member's snapshot. */
  readonly portFallbacks: number;
  /** Most local ports that were held by closed connections at one moment. */
  readonly mostWaiting: number;
}

/** The load, and the range of local ports in the namespace: the system's own by default. */
export interface LocalPortsLoad extends Omit<LocalPortsOrder, 'address'> {
  readonly ports?: readonly [number, number];
}

/** A load of `show` in a network namespace of its own (Linux, `unshare` and `ip`). */
export async function loadLocalPorts({ ports, ...load }: LocalPortsLoad): Promise<LocalPortsOutcome> {
  const order: LocalPortsOrder = { address: ADDRESS, ...load };
  const range =
    ports === undefined ? '' : `echo ${ports.join(' ')} > /proc/sys/net/ipv4/ip_local_port_range;`;
  const script = `set -e; ip link set lo up; ip address add ${ADDRESS}/32 dev lo; ${range} exec "$@"`;
  const command = ['-rn', 'sh', '-c', script, 'sh', process.execPath, PROGRAM, JSON.stringify(order)];
  const { stdout } = await promisify(execFile)('unshare', command, {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return JSON.parse(stdout) as LocalPortsOutcome;
}

/** Why this machine gives no network namespace. */
export function namespaceProblem(): string | undefined {
  const { status, stderr, error } = spawnSync('unshare', ['-rn', 'ip', 'link', 'set', 'lo', 'up']);
  return status === 0 ? undefined : (error?.message ?? stderr.toString().trim());
}
