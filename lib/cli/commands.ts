import type { Command } from './command.ts';

/** Every command of the program, in the order of its help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  demo: {
    summary: 'Try it: four simulated Pazpar2 servers, a gateway and a search page',
    load: () => import('./demo.ts'),
  },
  gateway: {
    summary: 'Balance clusters of Pazpar2 servers, as a configuration file says',
    load: () => import('./gateway.ts'),
  },
  shim: {
    summary: 'Give one legacy Pazpar2 a server id',
    load: () => import('./shim.ts'),
  },
  push: {
    summary: 'Tell a statistics engine how busy this machine is',
    load: () => import('./push.ts'),
  },
  mirror: {
    summary: 'Copy what one statistics engine knows to another',
    load: () => import('./mirror.ts'),
  },
  check: {
    summary: 'Check a configuration file and print what it amounts to',
    load: () => import('./check.ts'),
  },
};
