import { writeFile } from 'node:fs/promises';
import type { GatewayOptions } from '../../lib/config/options.ts';
import type { BalancerBench, Farm } from './balancer-bench.ts';
import { CLUSTER_PATH, type GatewayChanges, onFreePorts } from './gateway-bench.ts';
import { PROGRAM } from './program.ts';
import { spawnNode, type SpawnedProgram } from './spawn-program.ts';

/** A line of the log, as an object. */
export type LoggedLine = Readonly<Record<string, unknown>>;

/** A gateway program that listens. */
export interface SpawnedGateway extends SpawnedProgram {
  /** Origins of its listeners. */
  readonly url: string;
  readonly internal: string;
  /** Every line logged so far. */
  lines(): readonly LoggedLine[];
  /** Writes the configuration file anew, has it read, and waits for the line that says so. */
  reload(options: GatewayOptions | string): Promise<LoggedLine>;
}

/** A gateway program of one cluster, and all that belongs to it. */
export interface SpawnedCluster extends Farm {
  readonly gateway: SpawnedGateway;
  /** Where the cluster is served. */
  readonly endpoint: string;
  readonly options: GatewayOptions;
}

/** Starts the built program with these options in a file, and waits until it listens. */
export async function spawnGateway(file: string, options: GatewayOptions): Promise<SpawnedGateway> {
  await writeFile(file, JSON.stringify(options));
  const program = spawnNode([PROGRAM, 'gateway', '--config', file]);
  await program.printed(/"msg":"listening"/);
  const lines = (): LoggedLine[] => linesOf(program.output());
  const listening = lines().find(({ msg }) => msg === 'listening');
  const reloads = (): LoggedLine[] => lines().filter(({ msg }) => String(msg).startsWith('configuration '));
  return {
    ...program,
    url: `${options.tls === undefined ? 'http' : 'https'}://${String(listening?.['public'])}`,
    internal: `${options.admin?.tls === undefined ? 'http' : 'https'}://${String(listening?.['internal'])}`,
    lines,
    reload: async (changed) => {
      const before = reloads().length;
      await writeFile(file, typeof changed === 'string' ? changed : JSON.stringify(changed));
      program.process.kill('SIGHUP');
      while (reloads().length === before) await nextOutput(program);
      return reloads().at(-1) ?? {};
    },
  };
}

/** Starts the built program before two simulators, which it serves as one cluster. */
export async function spawnOneCluster(
  bench: BalancerBench,
  file: string,
  changes: GatewayChanges = {},
): Promise<SpawnedCluster> {
  const farm = await bench.farm(2);
  const clusters = { main: { path: CLUSTER_PATH, members: farm.members, retryPause: '10ms' } } as const;
  const options = onFreePorts({ ...changes, clusters });
  const gateway = await spawnGateway(file, options);
  bench.also(async () => {
    gateway.process.kill('SIGKILL');
    await gateway.ended;
  });
  return { ...farm, gateway, options, endpoint: `${gateway.url}${CLUSTER_PATH}` };
}

function linesOf(output: string): LoggedLine[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LoggedLine);
}

async function nextOutput({ process: child }: SpawnedProgram): Promise<void> {
  await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
}
