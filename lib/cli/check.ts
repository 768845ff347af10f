import { explainGatewayConfig } from '../config/explain.ts';
import { checkGatewayFile } from '../config/file.ts';
import { OptionsError } from '../errors.ts';
import { parseOptions } from './arguments.ts';
import { type CommandIo, EXIT_USAGE, UsageError } from './command.ts';
import { formatFileProblem } from './file-problem.ts';

const HELP = `Usage: pazpar2-balancer check --config FILE

Checks a configuration file of the gateway (YAML or JSON). Prints the configuration
that it amounts to, with every default, as a file that can be used in its place;
comments in it say what each policy allows. Secrets are not shown.
Exit status 2 if there are errors; each is printed as FILE:LINE:COLUMN: MESSAGE.
Warnings, of what is more open than it may be meant to be, look the same with
"warning:" before the message, and leave the exit status 0.

  -c, --config FILE   the file to check
  -h, --help          print this help
`;

/** Checks a configuration file. See `CommandModule`. */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { config, help } = parseOptions(argv, {
    config: { type: 'string', short: 'c' },
    help: { type: 'boolean', short: 'h' },
  });
  if (help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  if (config === undefined) throw new UsageError('the option --config FILE is missing');
  return checkFile(config, io);
}

async function checkFile(file: string, io: CommandIo): Promise<number> {
  try {
    const { config, warnings } = await checkGatewayFile(file, io.environment);
    for (const warning of warnings) io.stderr.write(`${formatFileProblem(file, warning, 'warning')}\n`);
    io.stdout.write(explainGatewayConfig(config));
    return 0;
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    for (const problem of error.problems) io.stderr.write(`${formatFileProblem(file, problem)}\n`);
    return EXIT_USAGE;
  }
}
