import { parseArgs, type ParseArgsConfig, types } from 'node:util';
import { suggest } from '../config/suggestion.ts';
import { UsageError } from './command.ts';

/** The options of a command, as `parseArgs` of node:util describes them. */
type Options = NonNullable<ParseArgsConfig['options']>;

/** What was given for each option. */
type Values<T extends Options> = ReturnType<typeof parseArgs<{ options: T; strict: true }>>['values'];

/**
 * Reads the options of a command. None may stand twice unless it is `multiple`, and nothing else may stand beside them.
 *
 * @throws {UsageError} for anything else, with the nearest known option.
 */
export function parseOptions<const T extends Options>(argv: readonly string[], options: T): Values<T> {
  const args = [...argv];
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional')
      throw new UsageError(`unexpected argument ${JSON.stringify(token.value)}`);
    if (token.kind === 'option-terminator') continue;
    if (!Object.hasOwn(options, token.name)) throw new UsageError(unknownOption(token.rawName, options));
    const mayRepeat = options[token.name]?.multiple === true;
    if (seen.has(token.name) && !mayRepeat) throw new UsageError(`option --${token.name} stands twice`);
    seen.add(token.name);
  }
  return parseStrictly(args, options);
}

function parseStrictly<const T extends Options>(args: string[], options: T): Values<T> {
  try {
    return parseArgs({ args, options, strict: true }).values;
  } catch (error) {
    // Only a missing or a superfluous value is left. Its message is for people and names the option.
    if (types.isNativeError(error)) throw new UsageError(error.message);
    throw error;
  }
}

function unknownOption(rawName: string, options: Options): string {
  const known = Object.keys(options).map((name) => `--${name}`);
  return `unknown option ${rawName}${suggest(rawName, known)}`;
}
