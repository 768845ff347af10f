import { readGatewayFile } from '../config/file.ts';
import type { GatewayConfig } from '../config/config.ts';
import { OptionsError } from '../errors.ts';
import { Gateway } from '../gateway/gateway.ts';
import { parseOptions } from './arguments.ts';
import { type CommandIo, EXIT_USAGE, UsageError } from './command.ts';
import { formatFileProblem } from './file-problem.ts';
import { describeListenError } from './listen-error.ts';
import { createLogger } from './logger.ts';
import type { ProgramLogger } from './logger.ts';
import { runUntilStopped } from './run-until-stopped.ts';

const HELP = `Usage: pazpar2-balancer gateway --config FILE

Balances the clusters of a configuration file (YAML or JSON) until it is told to stop.
SIGHUP reads the file again, SIGTERM and SIGINT end it in peace, a second one at once.
Logs go to standard output, one JSON object a line.

  -c, --config FILE   the configuration; "pazpar2-balancer check" explains it
  -h, --help          print this help
`;

/** Runs the gateway. See `CommandModule`. */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { config: file, help } = parseOptions(argv, {
    config: { type: 'string', short: 'c' },
    help: { type: 'boolean', short: 'h' },
  });
  if (help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  if (file === undefined) throw new UsageError('the option --config FILE is missing');
  const config = await readConfig(file, io);
  return config === undefined ? EXIT_USAGE : serve(file, config, io);
}

async function serve(file: string, config: GatewayConfig, io: CommandIo): Promise<number> {
  const log = createLogger(config.logLevel, io);
  const gateway = new Gateway(config, { logger: log.logger });
  try {
    await gateway.start();
  } catch (error) {
    const words = describeListenError(error);
    if (words === undefined) throw error;
    io.stderr.write(`pazpar2-balancer gateway: ${words}\n`);
    return 1;
  }
  log.logger.info(gateway.addresses, 'listening');
  const reload = (): Promise<void> => reloadFile(file, { gateway, log, io });
  const status = await runUntilStopped({ stop: () => gateway.stop(), reload }, io.signals);
  await log.flush();
  return status;
}

/** A file that is wrong changes nothing: the gateway goes on with what it has. */
async function reloadFile(
  file: string,
  { gateway, log, io }: { gateway: Gateway; log: ProgramLogger; io: CommandIo },
): Promise<void> {
  try {
    const config = await readGatewayFile(file, io.environment);
    const needRestart = gateway.apply(config);
    log.logger.info({ file }, 'configuration read again');
    log.setLevel(config.logLevel);
    for (const option of needRestart) {
      log.logger.warn({ file, option }, `a change of ${option} takes effect after a restart`);
    }
  } catch (error) {
    const problems =
      error instanceof OptionsError
        ? error.problems.map((problem) => formatFileProblem(file, problem))
        : [String(error)];
    log.logger.error({ file, problems }, 'configuration refused; the one before stays in force');
  }
}

async function readConfig(file: string, io: CommandIo): Promise<GatewayConfig | undefined> {
  try {
    return await readGatewayFile(file, io.environment);
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    for (const problem of error.problems) io.stderr.write(`${formatFileProblem(file, problem)}\n`);
    return undefined;
  }
}
