import { createRequire } from 'node:module';
import { suggest } from '../config/suggestion.ts';
import { parseOptions } from './arguments.ts';
import { type Command, type CommandIo, EXIT_USAGE, UsageError } from './command.ts';
import { COMMANDS } from './commands.ts';

const PROGRAM = 'pazpar2-balancer';

/**
 * Runs the command that the arguments name.
 *
 * @param argv the arguments behind the program's name
 * @returns the exit status
 */
export async function dispatch(
  argv: readonly string[],
  io: CommandIo,
  commands: Readonly<Record<string, Command>> = COMMANDS,
): Promise<number> {
  const [name, ...rest] = argv;
  try {
    if (name === undefined || name.startsWith('-')) return answerWithoutCommand(argv, io, commands);
    const { run } = await commandNamed(name, commands).load();
    return await run(rest, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`${PROGRAM}: ${error.message}\nTry "${PROGRAM} --help".\n`);
    return EXIT_USAGE;
  }
}

function answerWithoutCommand(
  argv: readonly string[],
  io: CommandIo,
  commands: Readonly<Record<string, Command>>,
): number {
  const { version } = parseOptions(argv, {
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean' },
  });
  if (argv.length === 0) throw new UsageError('a command is missing');
  io.stdout.write(version === true ? `${packageVersion()}\n` : helpOf(commands));
  return 0;
}

function commandNamed(name: string, commands: Readonly<Record<string, Command>>): Command {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command;
  throw new UsageError(`unknown command ${JSON.stringify(name)}${suggest(name, Object.keys(commands))}`);
}

function helpOf(commands: Readonly<Record<string, Command>>): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}\n`);
  return `Usage: ${PROGRAM} COMMAND [OPTIONS]

Commands:
${lines.join('')}
"${PROGRAM} COMMAND --help" tells the options of a command.

  -h, --help   print this help
  --version    print the version
`;
}

function packageVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('pazpar2-balancer/package.json');
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : 'unknown';
}
