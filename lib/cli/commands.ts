import type { Command } from './command.ts';

/** Every command of the program, in the order of its help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  check: {
    summary: 'Check a configuration file and print what it amounts to',
    load: () => import('./check.ts'),
  },
};
