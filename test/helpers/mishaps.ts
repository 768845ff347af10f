import { setTimeout as pause } from 'node:timers/promises';
import type { MixedFarm } from './mixed-farm.ts';

interface Kill {
  readonly route: string;
  readonly at: number;
}

/** Kills (and restarts), hangs and slows servers, and breaks links, one after the other. */
export class Mishaps {
  readonly kills: Kill[] = [];
  hangs = 0;
  slows = 0;
  breaks = 0;
  readonly #farm: MixedFarm;
  readonly #random: () => number;

  constructor(farm: MixedFarm, random: () => number) {
    this.#farm = farm;
    this.#random = random;
  }

  /** True if a server was killed in this time: only then may its sessions be lost. */
  killed(route: string, from: number, to: number): boolean {
    return this.kills.some((kill) => kill.route === route && kill.at >= from && kill.at <= to);
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
    this.kills.push({ route, at: performance.now() });
    await server?.kill();
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
