import { randomUUID } from 'node:crypto';
import { systemClock } from '../clock.ts';
import { OptionsError } from '../errors.ts';
import { HttpServer } from '../gateway/http-server.ts';
import { parseOptions } from './arguments.ts';
import { type CommandIo, UsageError } from './command.ts';
import { createDemoGateway } from './demo/demo-gateway.ts';
import type { DemoServers } from './demo/demo-server.ts';
import { pageHandler } from './demo/page-handler.ts';
import { realServers } from './demo/real-servers.ts';
import { RequestJournal } from './demo/request-journal.ts';
import { startSimulatedServers } from './demo/simulated-servers.ts';
import { describeDemo } from './demo/transcript.ts';
import { describeListenError } from './listen-error.ts';
import { runUntilStopped } from './run-until-stopped.ts';
import type { RunningProgram } from './run-until-stopped.ts';

const HELP = `Usage: pazpar2-balancer demo [--port PORT] [--backend URL[,ROUTE]]...

Starts four simulated Pazpar2 servers, a gateway before them and a search page, on this
machine only. Needs no Internet. Prints commands to try in another terminal.

  -p, --port PORT             where the page is: http://localhost:PORT/; 0 takes a free
                              port. Defaults to 8080
  -b, --backend URL[,ROUTE]   use this Pazpar2 instead of simulated ones; may stand any
                              number of times. ROUTE is its name in session values and
                              defaults to pz1 for the first, pz2 for the second...
  -h, --help                  print this help
`;

const DEFAULT_PORT = '8080';
const STOP_TIMEOUT_MS = 100;

interface DemoArguments {
  readonly port: number;
  /** Real servers, as `URL[,ROUTE]`; none for simulated ones. */
  readonly backends: readonly string[];
}

/** Runs the demo. See `CommandModule`. */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { port, backend, help } = parseOptions(argv, {
    port: { type: 'string', short: 'p' },
    backend: { type: 'string', short: 'b', multiple: true },
    help: { type: 'boolean', short: 'h' },
  });
  if (help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  return serve({ port: readPort(port ?? DEFAULT_PORT), backends: backend ?? [] }, io);
}

async function serve({ port, backends }: DemoArguments, io: CommandIo): Promise<number> {
  const servers = backends.length > 0 ? realServers(backends) : await startSimulatedServers();
  try {
    const program = await startDemo(servers, port, io);
    const status = await runUntilStopped(program, io.signals);
    io.stdout.write('Stopped.\n');
    return status;
  } catch (error) {
    await servers.stop();
    const words = describeListenError(error);
    if (words === undefined) throw error;
    io.stderr.write(`pazpar2-balancer demo: ${words} (--port)\n`);
    return 1;
  }
}

/** @throws the error of `listen` for the page's port, or UsageError for backends that are none; only `servers` is left open then */
async function startDemo(servers: DemoServers, port: number, io: CommandIo): Promise<RunningProgram> {
  const journal = new RequestJournal((message) => io.stdout.write(`gateway: ${message}\n`));
  const gateway = demoGateway(servers, journal);
  const parts = { run: randomUUID(), servers: servers.list, gateway, journal };
  const page = new HttpServer(pageHandler(parts), systemClock);
  await gateway.start();
  try {
    await page.listen({ host: '127.0.0.1', port });
  } catch (error) {
    await gateway.stop();
    throw error;
  }
  const addresses = { page: `http://localhost:${portOf(page)}`, gateway: gateway.addresses };
  io.stdout.write(describeDemo(addresses, servers.list));
  return {
    stop: async () => {
      await page.stop(STOP_TIMEOUT_MS);
      await gateway.stop();
      await servers.stop();
    },
  };
}

function demoGateway(servers: DemoServers, journal: RequestJournal): ReturnType<typeof createDemoGateway> {
  try {
    return createDemoGateway(servers.list, journal);
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    const problems = error.problems.map(({ message, value }) => `--backend: ${message} (found ${value})`);
    throw new UsageError(problems.join('\n'));
  }
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--port: must be a whole number from 0 to 65535 (found ${JSON.stringify(text)})`);
}

function portOf(server: HttpServer): string {
  return server.address.slice(server.address.lastIndexOf(':') + 1);
}
