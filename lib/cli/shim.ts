import { systemClock } from '../clock.ts';
import { checkShimOptions } from '../config/check.ts';
import { type ListenAddress, parseListenAddress } from '../config/listen-address.ts';
import { Refusal } from '../config/refusal.ts';
import { OptionsError } from '../errors.ts';
import { logAccess } from '../gateway/access-log.ts';
import { Balancer } from '../gateway/balancer.ts';
import { clientOrigin } from '../gateway/client-origin.ts';
import { HttpServer } from '../gateway/http-server.ts';
import { shimCluster } from '../gateway/shim-cluster.ts';
import type { Logger } from '../observability/logger.ts';
import { parseOptions } from './arguments.ts';
import { type CommandIo, UsageError } from './command.ts';
import { describeListenError } from './listen-error.ts';
import { createLogger } from './logger.ts';
import { runUntilStopped } from './run-until-stopped.ts';

const HELP = `Usage: pazpar2-balancer shim --backend URL --id ID --listen ADDRESS

Stands before one Pazpar2 that has no server id and appends .ID to the session values of its
init replies, so that a sticky balancer can route by it. Let only the balancer reach it.

  -b, --backend URL      the Pazpar2, for example http://localhost:8004
  -i, --id ID            the server id: the member's route at the balancer, for example pz1
  -l, --listen ADDRESS   for example 127.0.0.1:9004
  -h, --help             print this help
`;

const STOP_TIMEOUT_MS = 30_000;

interface ShimArguments {
  readonly backend: string;
  readonly serverId: string;
  readonly listen: ListenAddress;
}

/** Runs a shim. See `CommandModule`. */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { backend, id, listen, help } = parseOptions(argv, {
    backend: { type: 'string', short: 'b' },
    id: { type: 'string', short: 'i' },
    listen: { type: 'string', short: 'l' },
    help: { type: 'boolean', short: 'h' },
  });
  if (help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  return serve(
    {
      backend: required('backend URL', backend),
      serverId: required('id ID', id),
      listen: listenAddress(required('listen ADDRESS', listen)),
    },
    io,
  );
}

async function serve({ backend, serverId, listen }: ShimArguments, io: CommandIo): Promise<number> {
  const log = createLogger('info', io);
  const balancer = shimBalancer({ backend, serverId }, log.logger);
  logAccess(balancer.events, log.logger, balancer.snapshot().name);
  const server = new HttpServer(
    (request, response) =>
      balancer.handle(
        request,
        response,
        clientOrigin(request, () => true),
      ),
    systemClock,
  );
  try {
    await server.listen(listen);
  } catch (error) {
    const words = describeListenError(error);
    if (words === undefined) throw error;
    io.stderr.write(`pazpar2-balancer shim: ${words}\n`);
    return 1;
  }
  log.logger.info({ public: server.address, backend, serverId }, 'listening');
  const stop = async (): Promise<void> => {
    await server.stop(STOP_TIMEOUT_MS);
    await balancer.close();
  };
  const status = await runUntilStopped({ stop }, io.signals);
  await log.flush();
  return status;
}

function shimBalancer(options: { backend: string; serverId: string }, logger: Logger): Balancer {
  try {
    return new Balancer(shimCluster(checkShimOptions(options)), { logger });
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    throw new UsageError(
      error.problems
        .map(
          ({ path, message, value }) => `--${path === 'serverId' ? 'id' : path}: ${message} (found ${value})`,
        )
        .join('\n'),
    );
  }
}

function required(option: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`the option --${option} is missing`);
  return value;
}

function listenAddress(text: string): ListenAddress {
  try {
    return parseListenAddress(text);
  } catch (error) {
    if (error instanceof Refusal)
      throw new UsageError(`--listen: ${error.message} (found ${JSON.stringify(text)})`);
    throw error;
  }
}
