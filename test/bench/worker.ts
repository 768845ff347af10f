import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A process of the bench's own, which ends when the bench ends. */
export class Worker {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  /** @param module a file beside this one, without extension */
  constructor(module: string, args: readonly string[] = []) {
    const file = fileURLToPath(new URL(`${module}${extname(import.meta.url)}`, import.meta.url));
    this.#child = fork(file, [...args]);
    this.#ended = once(this.#child, 'exit');
  }

  /** Its next message. Rejects when it ends instead. */
  async message(): Promise<unknown> {
    const received = once(this.#child, 'message');
    const ended = this.#ended.then(() => {
      throw new Error(`the process ${this.#child.spawnargs.join(' ')} ended`);
    });
    const [message] = await Promise.race([received, ended]);
    return message;
  }

  /** Sends a message and resolves with the next one that comes. */
  ask(message: object): Promise<unknown> {
    const answer = this.message();
    this.#child.send(message);
    return answer;
  }

  async stop(): Promise<void> {
    this.#child.disconnect();
    await this.#ended;
  }
}
