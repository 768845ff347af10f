import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_MS = 20;
const START_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 5000;

const running = new Set<ChildProcess>();
// A run that is cut short leaves no server behind.
process.once('exit', () => running.forEach((child) => child.kill('SIGTERM')));

/** A server program that runs in the foreground until it is told to stop. */
export class ForegroundProcess {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #errors = '';

  private constructor(child: ChildProcess) {
    if (child.pid === undefined) throw new Error(`${child.spawnfile} cannot be started`);
    this.pid = child.pid;
    this.#child = child;
    this.#exited = once(child, 'exit');
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    running.add(child);
    child.once('exit', () => running.delete(child));
  }

  /**
   * Starts a program; resolves when it accepts connections.
   *
   * @param port where it will listen on 127.0.0.1
   * @throws an error with what the program wrote to its standard error, when it ended or does not listen in time
   */
  static async start(
    [program = '', ...args]: readonly string[],
    port: number,
    options: SpawnOptions = {},
  ): Promise<ForegroundProcess> {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
    child.on('error', () => undefined);
    const server = new ForegroundProcess(child);
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!(await accepts(port))) {
      if (server.#ended) throw new Error(`${program} ended: ${server.#errors}`);
      if (performance.now() > deadline) {
        await server.stop();
        throw new Error(`${program} does not listen on port ${port}: ${server.#errors}`);
      }
      await pause(LOOK_AGAIN_MS);
    }
    return server;
  }

  /** Asks it to end, and insists if it does not. */
  async stop(): Promise<void> {
    if (this.#ended) return;
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    this.#child.kill('SIGTERM');
    await this.#exited;
    clearTimeout(insist);
  }

  get #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
