import { EventEmitter, once } from 'node:events';
import { run } from '../../lib/cli/demo.ts';
import { SEARCH_PATH } from '../../lib/cli/demo/demo-gateway.ts';
import type { DemoStatus } from '../../lib/cli/demo/demo-status.ts';

/** A demo that runs in this process. */
export interface RunningDemo {
  /** Of the page, without the last slash: `http://localhost:PORT`. */
  readonly origin: string;
  readonly out: () => string;
  status(): Promise<DemoStatus>;
  /** Does to a server what the page's buttons do. */
  step(route: string, step: 'kill' | 'restart'): Promise<void>;
  /** Sends one command to the gateway below the page's address. */
  ask(command: string, parameters?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Begins a session and gives its value. */
  begin(): Promise<string>;
  /** Ctrl-C; gives the exit status. */
  stop(): Promise<number>;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Starts a demo on a free port and waits until it says where it is. */
export async function startDemo(...argv: readonly string[]): Promise<RunningDemo> {
  const signals = new EventEmitter();
  const written = new EventEmitter();
  let out = '';
  const stdout = { write: (text: string) => ((out += text), written.emit('text')) };
  const ended = run(['--port', '0', ...argv], { stdout, stderr: stdout, environment: {}, signals });
  await Promise.race([once(written, 'text'), ended]);
  const origin = /Search page +(\S+)\//.exec(out)?.[1] ?? '';
  const ask = async (command: string, parameters = {}): Promise<Answer> => {
    const query = new URLSearchParams({ command, ...parameters });
    const response = await fetch(`${origin}${SEARCH_PATH}?${query.toString()}`);
    return { status: response.status, text: await response.text() };
  };
  return {
    origin,
    out: () => out,
    ask,
    begin: async () => /<session>(.*)<\/session>/.exec((await ask('init')).text)?.[1] ?? '',
    status: async () => (await (await fetch(`${origin}/demo/status.json`)).json()) as DemoStatus,
    step: async (route, step) => {
      await fetch(`${origin}/demo/servers/${route}/${step}`, { method: 'POST' });
    },
    stop: () => {
      signals.emit('SIGINT');
      return ended;
    },
  };
}

/** The server that a session value names. */
export function routeOf(session: string): string {
  return session.slice(session.indexOf('.') + 1);
}
