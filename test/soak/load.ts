import { Agent } from 'node:http';
import type { Backends } from './backends.ts';
import { perform } from './client.ts';
import type { judge } from './judge.ts';
import type { RequestPlan } from './request-plan.ts';

/** What became of the requests. */
export interface LoadTally {
  requests: number;
  /** By status, and `cut`, `left`, `hang`. */
  readonly endings: Record<string, number>;
  /** Requests that ended as they must not, the first ones in words. */
  wrong: number;
  readonly firstWrong: string[];
  /** Of session values that `init` gave, those that it gave before. */
  repeatedValues: number;
}

/** Says what is wrong with how a request ended. */
export type Judge = typeof judge;

const CLIENTS = 100;
/** The gateway gives up well before. */
const LIMIT_MS = 30_000;
const TOLD = 10;

/** Clients that ask one request after the other, side by side, until the plan's share is done. */
export class Load {
  readonly tally: LoadTally = {
    requests: 0,
    endings: {},
    wrong: 0,
    firstWrong: [],
    repeatedValues: 0,
  };
  readonly #plan: RequestPlan;
  readonly #judge: Judge;
  readonly #backends: Backends;
  readonly #address: string;
  readonly #values = new Set<string>();

  constructor(
    plan: RequestPlan,
    backends: Backends,
    { address, judge }: { readonly address: string; readonly judge: Judge },
  ) {
    this.#plan = plan;
    this.#judge = judge;
    this.#backends = backends;
    this.#address = address;
  }

  /** Resolves when so many more requests have ended and all connections are closed. */
  async run(requests: number): Promise<void> {
    const agent = new Agent({ keepAlive: true });
    let left = requests;
    const client = async (): Promise<void> => {
      for (; left > 0;) {
        left -= 1;
        await this.#one(agent);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    agent.destroy();
  }

  async #one(agent: Agent): Promise<void> {
    const planned = this.#plan.next();
    const beganAt = performance.now();
    const ending = await perform(planned, { address: this.#address, agent, limit: LIMIT_MS });
    const { tally } = this;
    tally.requests += 1;
    const name = ending.kind === 'reply' ? String(ending.status) : ending.kind;
    tally.endings[name] = (tally.endings[name] ?? 0) + 1;
    if (ending.kind === 'reply' && planned.command === 'init') this.#noteValue(ending.body);
    const complaint = this.#judge(planned, ending, this.#backends.hadOutage(beganAt, performance.now()));
    if (complaint === undefined) return;
    tally.wrong += 1;
    if (tally.firstWrong.length < TOLD) tally.firstWrong.push(complaint);
  }

  #noteValue(reply: string): void {
    const value = /<session>(.*)<\/session>/.exec(reply)?.[1];
    if (value === undefined) return;
    if (this.#values.has(value)) this.tally.repeatedValues += 1;
    this.#values.add(value);
  }
}
