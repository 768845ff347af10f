import { readPemFile } from '../../config/pem-file.ts';
import { Refusal } from '../../config/refusal.ts';
import { showValue } from '../../config/show-value.ts';
import { parseToken } from '../../config/token.ts';
import type { Environment } from '../../config/interpolation.ts';
import { checkForwardUrl } from '../../statistics/forward-url.ts';
import { UsageError } from '../command.ts';
import { EngineSink } from './figure-sink.ts';

/** Where the token of updates is found; an argument could be read by every user of the machine. */
export const TOKEN_VARIABLE = 'PZ2_ENGINE_TOKEN';

/** Options of a command that pushes. */
export interface EngineArguments {
  readonly urls: readonly string[];
  /** Name of the option that gave them. */
  readonly option: string;
  /** File of the authorities that are believed. */
  readonly ca: string | undefined;
  readonly environment: Environment;
}

/** Makes the engines that the arguments name. @throws UsageError */
export function enginesOf({ urls, option, ca, environment }: EngineArguments): EngineSink[] {
  if (urls.length === 0) return [];
  const token = environment[TOKEN_VARIABLE];
  const access = {
    token:
      token === undefined ? undefined : readArgument(TOKEN_VARIABLE, () => parseToken(token), 'its value'),
    tls: ca === undefined ? undefined : { ca: readArgument('--engine-ca', () => readPemFile(ca), ca) },
  };
  return urls.map((url) => {
    const problem = checkForwardUrl(url) ?? (url.includes('?') ? 'must be without a query' : undefined);
    if (problem !== undefined) throw new UsageError(`${option}: ${problem} (found ${showValue(url)})`);
    return new EngineSink(url, access);
  });
}

/** Reads one argument. @throws UsageError that names it, for what `read` refuses */
export function readArgument<T>(name: string, read: () => T, found: string): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal || error instanceof TypeError)
      throw new UsageError(`${name}: ${error.message} (found ${showValue(found)})`);
    throw error;
  }
}
