import { systemClock, systemRandom } from '../clock.ts';
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
import { enginesOf } from './push/engine-arguments.ts';
import type { FigureSink } from './push/figure-sink.ts';
import { MachineFigures } from './push/machine-figures.ts';
import { PazparFigures } from './push/pazpar-figures.ts';
import { Pusher } from './push/pusher.ts';
import { runUntilStopped } from './run-until-stopped.ts';

const HELP = `Usage: pazpar2-balancer shim --backend URL --id ID --listen ADDRESS

Stands before one Pazpar2 that has no server id and appends .ID to the session values of its
init replies, so that a sticky balancer can route by it. Let only the balancer reach it.

  -b, --backend URL      the Pazpar2, for example http://localhost:8004
  -i, --id ID            the server id: the member's route at the balancer, for example pz1
  -l, --listen ADDRESS   for example 127.0.0.1:9004
  -P, --push URL         push figures of this machine and of the Pazpar2 to a statistics engine every
                         five seconds, as "pazpar2-balancer push" does, under the name ID, and with
                         them as inflight the requests that are under way here; may stand several
                         times. A token is taken from PZ2_ENGINE_TOKEN
      --engine-ca FILE   authorities (PEM) that are believed for https of the engine
  -h, --help             print this help
`;

const STOP_TIMEOUT_MS = 30_000;
const PUSH_INTERVAL_MS = 5000;

interface ShimArguments {
  readonly backend: string;
  readonly serverId: string;
  readonly listen: ListenAddress;
  readonly engines: readonly FigureSink[];
}

/** Runs a shim. See `CommandModule`. */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { backend, id, listen, push, help, ...others } = parseOptions(argv, {
    backend: { type: 'string', short: 'b' },
    id: { type: 'string', short: 'i' },
    listen: { type: 'string', short: 'l' },
    push: { type: 'string', short: 'P', multiple: true },
    'engine-ca': { type: 'string' },
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
      engines: enginesOf({
        urls: push ?? [],
        option: '--push',
        ca: others['engine-ca'],
        environment: io.environment,
      }),
    },
    io,
  );
}

async function serve({ backend, serverId, listen, engines }: ShimArguments, io: CommandIo): Promise<number> {
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
  const pusher = shimPusher(balancer, { backend, serverId, engines, logger: log.logger });
  if (engines.length > 0) pusher.start();
  const stop = async (): Promise<void> => {
    await pusher.stop();
    await server.stop(STOP_TIMEOUT_MS);
    await balancer.close();
  };
  const status = await runUntilStopped({ stop }, io.signals);
  await log.flush();
  return status;
}

function shimPusher(
  balancer: Balancer,
  { backend, serverId, engines, logger }: Omit<ShimArguments, 'listen'> & { readonly logger: Logger },
): Pusher {
  const inflight = (): number => balancer.snapshot().members.reduce((sum, { busy }) => sum + busy, 0);
  return new Pusher({
    host: serverId,
    engines,
    sources: [
      new MachineFigures(),
      new PazparFigures(backend),
      { read: () => Promise.resolve({ figures: { inflight: inflight() } }) },
    ],
    interval: PUSH_INTERVAL_MS,
    clock: systemClock,
    random: systemRandom,
    logger,
  });
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
