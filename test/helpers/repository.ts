import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** The folder of the project, wherever the tests were compiled to. */
export const REPOSITORY: string = dirname(
  createRequire(import.meta.url).resolve('pazpar2-balancer/package.json'),
);

/** The sources below the given folders, as paths from the project's folder with "/" in between, sorted. */
export function sourceFiles(...folders: readonly string[]): string[] {
  return folders
    .filter((folder) => existsSync(join(REPOSITORY, folder)))
    .flatMap((folder) => readdirSync(join(REPOSITORY, folder), { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => relative(REPOSITORY, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}
