import { setTimeout as pause } from 'node:timers/promises';
import type { FlakyLink } from './flaky-link.ts';
import type { ForkedServer } from './forked-server.ts';

interface Kill {
  readonly route: string;
  readonly at: number;
  /** When it was gone: a server that is told to end goes on for a moment. */
  goneAt: number;
}

/** Servers that mishaps may happen to, and the link to one of them. */
interface FarmOfServers {
  readonly servers: ReadonlyMap<
    string,
    ForkedServer<{ readonly hang: boolean; readonly replyDelay: number }>
  >;
  readonly link: FlakyLink;
}

/** Kills (and restarts, at once or in peace), hangs and slows servers, and breaks links, one after the other. */
export class Mishaps {
  readonly kills: Kill[] = [];
  hangs = 0;
  slows = 0;
  breaks = 0;
  readonly #farm: FarmOfServers;
  readonly #random: () => number;

  constructor(farm: FarmOfServers, random: () => number) {
    this.#farm = farm;
    this.#random = random;
  }

  /** True if a server was killed in this time: only then may its sessions be lost. */
  killed(route: string, from: number, to: number): boolean {
    return this.kills.some((kill) => kill.route === route && kill.goneAt >= from && kill.at <= to);
  }

  /** How often a server was killed until this time. */
  killsOf(route: string, until: number): number {
    return this.kills.filter((kill) => kill.route === route && kill.at <= until).length;
  }

  /** Four mishaps for each round; resolves when everything runs again. */
  async run(rounds: number, { every }: { readonly every: number }): Promise<void> {
    const routes = [...this.#farm.servers.keys()];
    for (let round = 0; round < rounds; round += 1) {
      const route = routes[round % routes.length] ?? '';
      const mishaps = [
        () => this.#kill(route),
        () => this.#hang(route),
        () => this.#slow(route),
        () => this.#break(),
      ];
      for (const mishap of mishaps) {
        await pause(every * (0.5 + this.#random()));
        await mishap();
      }
    }
  }

  async #kill(route: string): Promise<void> {
    const server = this.#farm.servers.get(route);
    const kill = { route, at: performance.now(), goneAt: Infinity };
    this.kills.push(kill);
    await server?.kill(this.#random() < 0.5 ? 'SIGKILL' : 'SIGTERM');
    kill.goneAt = performance.now();
    await pause(500 * this.#random());
    await server?.boot();
  }

  async #hang(route: string): Promise<void> {
    const server = this.#farm.servers.get(route);
    this.hangs += 1;
    server?.behave({ hang: true });
    await pause(200 + 800 * this.#random());
    server?.behave({ hang: false });
  }

  async #slow(route: string): Promise<void> {
    const server = this.#farm.servers.get(route);
    this.slows += 1;
    server?.behave({ replyDelay: 100 + 400 * this.#random() });
    await pause(300 + 700 * this.#random());
    server?.behave({ replyDelay: 0 });
  }

  #break(): Promise<void> {
    this.breaks += 1;
    if (this.#random() < 0.5) this.#farm.link.reset();
    else this.#farm.link.cut();
    return Promise.resolve();
  }
}
