import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A server in a process of its own: what it had in memory is really gone after `kill`, and its port really closed. */
export class ForkedServer<Behaviour> {
  readonly url: string;
  readonly #script: string;
  readonly #options: object;
  #boots = 0;
  #child: ChildProcess | undefined;

  /**
   * @param script gets its options, and how often it was started before, as JSON in its arguments; says a message to its parent as soon as it listens, takes
   *   changes of behaviour from it, and ends with it
   */
  constructor(script: string, url: string, options: object) {
    this.url = url;
    this.#script = script;
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Starts it again on the same port. */
  async boot(): Promise<void> {
    const child = fork(this.#script, [JSON.stringify(this.#options), JSON.stringify(this.#boots)], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#boots += 1;
    this.#child = child;
    await once(child, 'message');
  }

  behave(changes: Partial<Behaviour>): void {
    this.#child?.send(changes);
  }

  /** Ends it by a signal. Resolves when the process is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}
