import { systemClock, systemRandom } from '../clock.ts';
import { parseDurationWithin } from '../config/duration.ts';
import { parsePhysicalName } from '../config/physical-name.ts';
import { parseMemberUrl } from '../forward/member-url.ts';
import { isFigureName } from '../load/figure-name.ts';
import { parseOptions } from './arguments.ts';
import { type CommandIo, UsageError } from './command.ts';
import { createLogger } from './logger.ts';
import { CommandFigure } from './push/command-figure.ts';
import { enginesOf, readArgument } from './push/engine-arguments.ts';
import type { FigureSource } from './push/figure-source.ts';
import { MachineFigures } from './push/machine-figures.ts';
import { PazparFigures } from './push/pazpar-figures.ts';
import { Pusher } from './push/pusher.ts';
import { runUntilStopped } from './run-until-stopped.ts';

const HELP = `Usage: pazpar2-balancer push --engine URL --host NAME

Tells a statistics engine how busy this machine is: load1, load5, load15, cpus, memory_free,
memory_total, disk_free and disk_total (bytes), and what else is asked for. An engine that does
not answer is asked less and less often. A token, where the engine wants one, is taken from the
environment variable PZ2_ENGINE_TOKEN.

  -e, --engine URL          the engine, for example http://gateway:8081/athena, which is where
                            one is looked for without a path; may stand several times
  -H, --host NAME           this machine's name at the engine: the member's name, or its route
  -i, --interval TIME       between two pushes, 1s to 1h. Defaults to 5s
  -s, --stat NAME=COMMAND   push the number that a shell command prints; may stand several times
  -p, --pazpar2 URL         push sessions and clients of a Pazpar2, from its info
  -d, --disk PATH           the file system whose room counts. Defaults to /
      --engine-ca FILE      authorities (PEM) that are believed for https, and no others
  -1, --once                push once; the exit status is 0 if every engine took it
  -h, --help                print this help
`;

const DEFAULT_INTERVAL = '5s';

/** Pushes figures to statistics engines. See `CommandModule`. */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const given = parseOptions(argv, {
    engine: { type: 'string', short: 'e', multiple: true },
    host: { type: 'string', short: 'H' },
    interval: { type: 'string', short: 'i' },
    stat: { type: 'string', short: 's', multiple: true },
    pazpar2: { type: 'string', short: 'p' },
    disk: { type: 'string', short: 'd' },
    'engine-ca': { type: 'string' },
    once: { type: 'boolean', short: '1' },
    help: { type: 'boolean', short: 'h' },
  });
  if (given.help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  const { engine: urls = [], host = '', interval = DEFAULT_INTERVAL, stat = [], pazpar2, disk } = given;
  if (urls.length === 0) throw new UsageError('the option --engine URL is missing');
  if (host === '') throw new UsageError('the option --host NAME is missing');
  const log = createLogger('info', io);
  const pusher = new Pusher({
    host: readArgument('--host', () => parsePhysicalName(host), host),
    interval: readArgument('--interval', () => parseDurationWithin(interval, ['1s', '1h']), interval),
    sources: sourcesOf({ stat, pazpar2, disk }),
    engines: enginesOf({ urls, option: '--engine', ca: given['engine-ca'], environment: io.environment }),
    clock: systemClock,
    random: systemRandom,
    logger: log.logger,
  });
  const status = await (given.once === true ? pushOnce(pusher) : pushOn(pusher, io));
  await log.flush();
  return status;
}

async function pushOnce(pusher: Pusher): Promise<number> {
  const areTaken = await pusher.push();
  await pusher.stop();
  return areTaken ? 0 : 1;
}

function pushOn(pusher: Pusher, { signals }: CommandIo): Promise<number> {
  pusher.start();
  return runUntilStopped({ stop: () => pusher.stop() }, signals);
}

function sourcesOf({
  stat,
  pazpar2,
  disk,
}: {
  readonly stat: readonly string[];
  readonly pazpar2: string | undefined;
  readonly disk: string | undefined;
}): FigureSource[] {
  const commands = stat.map((text) => {
    const [, name = '', command = ''] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
    if (isFigureName(name)) return new CommandFigure(name, command);
    throw new UsageError(
      `--stat: must be NAME=COMMAND with a name of 1 to 32 of a-z 0-9 _ . - (found ${JSON.stringify(text)})`,
    );
  });
  if (pazpar2 !== undefined) readArgument('--pazpar2', () => parseMemberUrl(pazpar2), pazpar2);
  return [
    new MachineFigures(disk),
    ...(pazpar2 === undefined ? [] : [new PazparFigures(pazpar2)]),
    ...commands,
  ];
}
