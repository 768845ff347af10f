import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program's file, compiled or not as this one is, to be run by `process.execPath`. */
export const PROGRAM: string = fileURLToPath(
  new URL(`../../lib/cli/main${extname(import.meta.url)}`, import.meta.url),
);
