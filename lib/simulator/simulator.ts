import { createServer, type Server, type Socket } from 'node:net';
import type { Call } from './call.ts';
import { execute } from './commands/command-table.ts';
import { Connection } from './connection.ts';
import { ConfiguredSettings } from './configured-settings.ts';
import type { Daemon } from './daemon.ts';
import { RequestLog, type LoggedRequest } from './request-log.ts';
import { SessionList } from './session-list.ts';
import {
  initialBehaviour,
  withDefaults,
  type SimulatorBehaviour,
  type SimulatorOptions,
  type SimulatorSettings,
} from './simulator-options.ts';

/** Counts of a simulator. Those of sessions begin anew when it restarts, the others do not. */
export interface SimulatorCounters {
  readonly connectionsOpen: number;
  readonly connectionsTotal: number;
  readonly inits: number;
  readonly liveSessions: number;
  /** Commands that ran, by name. */
  readonly executed: Readonly<Record<string, number>>;
}

/**
 * A stand-in for a Pazpar2 1.14.1: same bytes for the same request, the catalogue aside. It listens on a socket of its own and
 * shares a thread with whoever started it.
 */
export class PazparSimulator {
  readonly #settings: SimulatorSettings;
  readonly #log: RequestLog;
  readonly #connections = new Set<Connection>();
  readonly #executed = new Map<string, number>();
  #behaviour: SimulatorBehaviour;
  #server: Server;
  #daemon: Daemon;
  #port: number;
  #connectionsTotal = 0;

  private constructor(options: SimulatorOptions) {
    this.#settings = withDefaults(options);
    this.#behaviour = initialBehaviour(options);
    this.#log = new RequestLog(this.#settings.remembered);
    this.#port = this.#settings.port;
    this.#daemon = this.#boot();
    this.#server = this.#newServer();
  }

  /** Starts a simulator and resolves when it listens. Rejects when its port is taken. */
  static async start(options: SimulatorOptions = {}): Promise<PazparSimulator> {
    const simulator = new PazparSimulator(options);
    await simulator.#listen();
    return simulator;
  }

  /** The port it listens on, the same after a restart. */
  get port(): number {
    return this.#port;
  }

  /** Address of the command endpoint: `http://127.0.0.1:PORT/search.pz2`. */
  get url(): string {
    return `http://${this.#settings.host}:${this.#port}/search.pz2`;
  }

  get counters(): SimulatorCounters {
    const { sessions } = this.#daemon;
    return {
      connectionsOpen: this.#connections.size,
      connectionsTotal: this.#connectionsTotal,
      inits: sessions.created,
      liveSessions: sessions.live,
      executed: Object.fromEntries(this.#executed),
    };
  }

  /** The latest requests, oldest first. */
  get requests(): readonly LoggedRequest[] {
    return this.#log.requests;
  }

  /** Forgets the requests so far. */
  clearRequests(): void {
    this.#log.clear();
  }

  /** Changes how it behaves from now on. */
  behave(changes: Partial<SimulatorBehaviour>): void {
    this.#behaviour = { ...this.#behaviour, ...changes };
  }

  /** Stops listening and closes all connections; waiting requests see the end of theirs, as after SIGTERM. */
  async stop(): Promise<void> {
    const closed = this.#closeServer();
    for (const connection of this.#connections) connection.close();
    this.#daemon.sessions.clear();
    await closed;
  }

  /** Dies: the port is closed, connections are reset, sessions are gone. */
  async kill(): Promise<void> {
    const closed = this.#closeServer();
    for (const connection of this.#connections) connection.reset();
    this.#daemon.sessions.clear();
    await closed;
  }

  /** Dies unless it is dead, and listens again on the same port with an empty memory. */
  async restart(): Promise<void> {
    await this.kill();
    this.#daemon = this.#boot();
    this.#server = this.#newServer();
    await this.#listen();
  }

  #boot(): Daemon {
    const { clock, sessionTimeout, targets, weaknesses } = this.#settings;
    const behaviour = (): SimulatorBehaviour => this.#behaviour;
    return {
      settings: this.#settings,
      sessions: new SessionList(clock, 1000 * sessionTimeout),
      configured: new ConfiguredSettings(targets, weaknesses.sharesSettings),
      get behaviour() {
        return behaviour();
      },
      die: () => void this.kill(),
      stopListening: () => void this.#server.close(),
    };
  }

  #newServer(): Server {
    return createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, this.#settings.host, resolve);
    });
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  async #closeServer(): Promise<void> {
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    this.#connectionsTotal += 1;
    if (this.#connections.size >= this.#behaviour.socketLimit) return void socket.destroy();
    const number = this.#connectionsTotal;
    const connection = new Connection(socket, {
      clock: this.#settings.clock,
      idleTimeout: 1000 * this.#settings.connectionTimeout,
      serve: (call) => this.#serve(call, number),
      delay: (call) => this.#delay(call),
      refused: ({ head }) => {
        const nothing = { command: undefined, session: undefined, body: '', executed: false };
        this.#log.add({ ...nothing, head, bytes: head.length, connection: number });
      },
      closed: () => void this.#connections.delete(connection),
    });
    this.#connections.add(connection);
  }

  #delay(call: Call): number {
    const { initDelay, replyDelay } = this.#behaviour;
    return replyDelay + (call.argument('command') === 'init' ? initDelay : 0);
  }

  #serve(call: Call, connection: number): void {
    const executed = !this.#behaviour.hang && execute(call, this.#daemon);
    const { head, body } = call.request;
    const command = call.argument('command');
    const session = call.argument('session');
    this.#log.add({ command, session, head, body, bytes: head.length + body.length, executed, connection });
    if (executed && command !== undefined)
      this.#executed.set(command, (this.#executed.get(command) ?? 0) + 1);
  }
}
