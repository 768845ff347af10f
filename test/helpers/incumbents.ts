import { chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';
import { ForegroundProcess } from './foreground-process.ts';
import { freePort } from './free-port.ts';

/** The other balancers, by the name of their program. */
export type Incumbent = 'apache2' | 'haproxy' | 'nginx';

/** Where a configuration is to listen, and where it may write. */
export interface Place {
  readonly port: number;
  readonly directory: string;
  readonly accessLog: string;
}

/** A running balancer of another make. */
export interface IncumbentServer {
  readonly port: number;
  readonly pid: number;
  readonly accessLog: string;
  stop(): Promise<void>;
}

/**
 * Starts one with a configuration of its own in a temporary directory, on 127.0.0.1 and a free port. What it writes to its
 * standard output goes into the access log.
 *
 * @throws where the program is not installed, or refuses the configuration
 */
export async function startIncumbent(
  name: Incumbent,
  configure: (place: Place) => string,
): Promise<IncumbentServer> {
  const program = findProgram(name);
  if (program === undefined) throw new Error(`${name} is not installed`);
  const directory = await mkdtemp(join(tmpdir(), `${name}-`));
  // Its workers run under another user than root.
  await chmod(directory, 0o755);
  const place: Place = { port: await freePort(), directory, accessLog: join(directory, 'access.log') };
  const file = join(directory, `${name}.conf`);
  await writeFile(file, configure(place));
  const log = await open(place.accessLog, 'a');
  const command = [program, ...foreground(name, file)];
  const server = await ForegroundProcess.start(command, place.port, { stdio: ['ignore', log.fd, 'pipe'] });
  await log.close();
  return {
    port: place.port,
    pid: server.pid,
    accessLog: place.accessLog,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}

function foreground(name: Incumbent, file: string): readonly string[] {
  if (name === 'apache2') return ['-D', 'FOREGROUND', '-f', file];
  if (name === 'nginx') return ['-g', 'daemon off;', '-c', file];
  return ['-db', '-f', file];
}
