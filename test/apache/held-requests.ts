import type { AskedRequest, RawClient, RawReply } from './raw-client.ts';
import type { VectorBackends } from './vector-backends.ts';
import type { VectorRequest } from './vectors.ts';

interface HeldRequest {
  readonly asked: AskedRequest;
  /** Lets the member answer. */
  readonly answer: () => void;
}

/** Requests of a scenario that their members hold until a step tells them to answer. */
export class HeldRequests {
  readonly #client: RawClient;
  readonly #backends: VectorBackends;
  readonly #held = new Map<string, HeldRequest>();

  constructor(client: RawClient, backends: VectorBackends) {
    this.#client = client;
    this.#backends = backends;
  }

  /** How many clients wait. */
  get size(): number {
    return this.#held.size;
  }

  /** Resolves with the reply that the step led to, if it did. */
  async play(step: VectorRequest): Promise<RawReply | undefined> {
    const { op, name = '', member = '', n = 0, request = {} } = step;
    if (op === 'open') await this.#open(name, request);
    if (op === 'release') await this.#release(member, n);
    if (op !== 'finish' && op !== 'abort') return undefined;
    const { asked, answer } = this.#take(name);
    if (op === 'finish') answer();
    else asked.abort();
    return asked.reply;
  }

  async #open(name: string, request: VectorRequest): Promise<void> {
    const arrival = this.#backends.nextHeld();
    const asked = await this.#client.begin(request);
    this.#held.set(name, { asked, answer: await arrival });
  }

  async #release(member: string, most: number): Promise<void> {
    const released = this.#backends.release(member, most);
    for (const [name, { asked, answer }] of this.#held) {
      if (!released.includes(answer)) continue;
      this.#held.delete(name);
      await asked.reply;
    }
  }

  #take(name: string): HeldRequest {
    const held = this.#held.get(name);
    if (held === undefined) throw new Error(`request ${name} was never opened`);
    this.#held.delete(name);
    return held;
  }
}
