import { readFile } from 'node:fs/promises';
import { type OptionProblem, OptionsError } from '../errors.ts';
import { inspectGatewayOptions } from './check.ts';
import type { GatewayConfig } from './config.ts';
import type { Environment } from './interpolation.ts';
import { YamlSource } from './yaml-source.ts';

const READ_FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read the file',
  EISDIR: 'this is a directory, not a file',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
};

/**
 * Reads the gateway's configuration from a YAML or JSON file (UTF-8).
 *
 * @param environment what `${NAME}` stands for in its values, usually `process.env`
 * @throws {OptionsError} with every problem at once, each with line and column where it has a place.
 */
export async function readGatewayFile(path: string, environment: Environment): Promise<GatewayConfig> {
  return parseGatewayFile(await readText(path), environment, path);
}

/**
 * Reads the gateway's configuration from the text of such a file.
 *
 * @param name what the text is called in the error's message
 * @throws {OptionsError} as `readGatewayFile`.
 */
export function parseGatewayFile(text: string, environment: Environment, name: string): GatewayConfig {
  const source = new YamlSource(text, environment);
  if (source.problems.length > 0) throw new OptionsError(name, source.problems);
  const inspected = inspectGatewayOptions(source.toValue());
  const found = (inspected.problems ?? []).map((problem) => source.locate(problem));
  const problems = merge(source.variableProblems, found);
  if (inspected.problems === undefined && problems.length === 0) return inspected.config;
  throw new OptionsError(name, problems);
}

/** Both by place. What else is wrong with a value whose variable is not set says nothing more. */
function merge(variables: readonly OptionProblem[], others: readonly OptionProblem[]): OptionProblem[] {
  const told = new Set(variables.map(({ path }) => path));
  const problems = [...variables, ...others.filter(({ path }) => !told.has(path))];
  return problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    throw new OptionsError(path, [{ path: '', value: '', message: `cannot be read: ${reasonOf(error)}` }]);
  }
}

function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return READ_FAILURES[code] ?? String(error);
}
