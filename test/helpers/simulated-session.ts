import { PazparSimulator, type SimulatorOptions } from '../../lib/simulator/index.ts';
import { FakeClock } from './fake-clock.ts';
import { ask, begin, type RawReply } from './raw-connection.ts';

/** A session on a simulator of its own, in a time that a test moves. */
export class SimulatedSession {
  readonly clock: FakeClock;
  readonly simulator: PazparSimulator;
  /** The session value. */
  readonly value: string;

  private constructor(clock: FakeClock, simulator: PazparSimulator, value: string) {
    this.clock = clock;
    this.simulator = simulator;
    this.value = value;
  }

  /** Targets answer 100 ms after the search began, unless the options say otherwise. */
  static async start(options: SimulatorOptions = {}): Promise<SimulatedSession> {
    const clock = new FakeClock();
    const simulator = await PazparSimulator.start({ clock, latency: [100, 100], ...options });
    return new SimulatedSession(clock, simulator, await begin(simulator.port));
  }

  async stop(): Promise<void> {
    await this.simulator.stop();
  }

  /** Runs a command in the session, on a connection of its own. */
  async run(query: string): Promise<RawReply> {
    return ask(this.simulator.port, `${query}&session=${this.value}`);
  }

  /** Begins a search. */
  async search(query: string, more = ''): Promise<RawReply> {
    return this.run(`command=search&query=${encodeURIComponent(query)}${more}`);
  }

  /** Searches until all targets are done. */
  async find(query: string, more = ''): Promise<void> {
    const { statusLine } = await this.search(query, more);
    if (statusLine !== 'HTTP/1.1 200 OK') throw new Error(`${query}${more}: ${statusLine}`);
    this.clock.advance(100);
  }
}
