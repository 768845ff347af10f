import { writeFile } from 'node:fs/promises';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import type { GatewayOptions } from '../../lib/config/options.ts';
import { PROGRAM } from './program.ts';
import { spawnNode, type SpawnedProgram } from './spawn-program.ts';

/** Runs the gateway program with these options, which it reads from `file`. Resolves when it listens. */
export async function startGateway(options: GatewayOptions, file: string): Promise<SpawnedProgram> {
  checkGatewayOptions(options);
  await writeFile(file, JSON.stringify(options));
  const program = spawnNode(['--trace-warnings', PROGRAM, 'gateway', '--config', file]);
  await program.printed(/"msg":"listening"/);
  return program;
}
