import type { Member } from '../cluster/member.ts';
import { BalancerError } from '../errors.ts';
import type { Cancellable } from '../forward/lane.ts';
import type { ClusterParts, InitWishes } from './cluster-parts.ts';

const NOBODY: ReadonlySet<Member> = new Set();

/** A new session that is to get a member. Exactly one of `placed` and `failed` is called, unless the placement is cancelled. */
export interface InitToPlace {
  /** Whoever asks: clients are served in turn where requests wait. */
  readonly client: string;
  /** What the method `hash` chooses by, and whom a backend decided on. */
  readonly wishes: InitWishes;
  /** `waited` in milliseconds. */
  readonly placed: (member: Member, waited: number) => void;
  readonly failed: (error: BalancerError, waited: number) => void;
}

/** Finds the member for a new session: at once, or as soon as one has room and nobody else's turn comes first. */
export class InitPlacement implements Cancellable {
  readonly #parts: ClusterParts;
  readonly #init: InitToPlace;
  #waiting: Cancellable | undefined;

  constructor(parts: ClusterParts, init: InitToPlace) {
    this.#parts = parts;
    this.#init = init;
  }

  /** @throws BalancerError NO_MEMBER_AVAILABLE when nobody takes new sessions, MEMBER_FULL when too many wait already */
  start(): void {
    const othersWait = this.#parts.initQueue.waiting > 0;
    const member = othersWait ? undefined : this.#elect();
    if (member === undefined) this.#wait();
    else this.#init.placed(member, 0);
  }

  cancel(): void {
    this.#waiting?.cancel();
  }

  #elect(): Member | undefined {
    return this.#parts.electForInit(NOBODY, this.#init.wishes);
  }

  #wait(): void {
    const { initQueue, clock, config } = this.#parts;
    if (!this.#parts.someoneTakesInits()) throw new BalancerError('NO_MEMBER_AVAILABLE', '');
    if (initQueue.isFull) throw new BalancerError('MEMBER_FULL', 'too many new sessions wait');
    const since = clock.monotonic();
    this.#waiting = initQueue.join({
      client: this.#init.client,
      timeout: config.forward.queueTimeout,
      proceed: () => {
        const member = this.#elect();
        if (member === undefined) return false;
        this.#waiting = undefined;
        this.#init.placed(member, clock.monotonic() - since);
        return true;
      },
      expire: () => {
        this.#waiting = undefined;
        const error = new BalancerError('QUEUE_TIMEOUT', 'no room for a new session');
        this.#init.failed(error, clock.monotonic() - since);
      },
    });
  }
}
