import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type OptionProblem, OptionsError } from '../errors.ts';
import { inspectGatewayOptions } from './check.ts';
import type { GatewayConfig } from './config.ts';
import type { Environment } from './interpolation.ts';
import { withAbsolutePemPaths } from './pem-paths.ts';
import { describeReadFailure } from './read-failure.ts';
import { secretFileReader } from './secret-file.ts';
import { gatewayWarnings } from './warnings.ts';
import { YamlSource } from './yaml-source.ts';

/**
 * Reads the gateway's configuration from a YAML or JSON file (UTF-8). `${file:PATH}` in its values stands for the content of
 * another file, relative to this one.
 *
 * @param environment what `${NAME}` stands for in its values, usually `process.env`
 * @throws {OptionsError} with every problem at once, each with line and column where it has a place.
 */
export async function readGatewayFile(path: string, environment: Environment): Promise<GatewayConfig> {
  return parseGatewayFile(await readText(path), environment, path);
}

/** A configuration, and what should be looked at in it. */
export interface CheckedFile {
  readonly config: GatewayConfig;
  /** Each with line and column. */
  readonly warnings: readonly OptionProblem[];
}

/**
 * As `readGatewayFile`, but also tells what is allowed and should be looked at.
 *
 * @throws {OptionsError} as `readGatewayFile`.
 */
export async function checkGatewayFile(path: string, environment: Environment): Promise<CheckedFile> {
  const { config, source } = parse(await readText(path), environment, path);
  return { config, warnings: byPlace(gatewayWarnings(config).map((warning) => source.locate(warning))) };
}

/**
 * Reads the gateway's configuration from the text of such a file.
 *
 * @param name path of the file; files that are named in it are looked for beside it, and it stands in the error's message
 * @throws {OptionsError} as `readGatewayFile`.
 */
export function parseGatewayFile(text: string, environment: Environment, name: string): GatewayConfig {
  return parse(text, environment, name).config;
}

function parse(
  text: string,
  environment: Environment,
  name: string,
): { readonly config: GatewayConfig; readonly source: YamlSource } {
  const source = new YamlSource(text, { environment, readFile: secretFileReader(dirname(name)) });
  if (source.problems.length > 0) throw new OptionsError(name, source.problems);
  const inspected = inspectGatewayOptions(withAbsolutePemPaths(source.toValue(), dirname(name)));
  const found = (inspected.problems ?? []).map((problem) => source.locate(problem));
  const problems = merge(source.variableProblems, found);
  if (inspected.problems === undefined && problems.length === 0) return { config: inspected.config, source };
  throw new OptionsError(name, problems);
}

/** Both by place. What else is wrong with a value whose variable is not set says nothing more. */
function merge(variables: readonly OptionProblem[], others: readonly OptionProblem[]): OptionProblem[] {
  const told = new Set(variables.map(({ path }) => path));
  return byPlace([...variables, ...others.filter(({ path }) => !told.has(path))]);
}

function byPlace(problems: readonly OptionProblem[]): OptionProblem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    throw new OptionsError(path, [
      { path: '', value: '', message: `cannot be read: ${describeReadFailure(error)}` },
    ]);
  }
}
