import type { Clock, Random, Timer } from '../clock.ts';
import type { Call } from './call.ts';
import { Search, type SearchEvent, type SearchPlan } from './search.ts';
import type { SessionTargets } from './session-targets.ts';
import type { SortOrder } from './sort-order.ts';

/** What a request can wait for; a session has room for one waiter of each kind. */
export type WaiterKind = 'show' | 'show (preferred targets)' | 'termlist' | 'bytarget' | 'record';

const RELEASED_BY_END: readonly WaiterKind[] = ['show', 'show (preferred targets)', 'termlist', 'bytarget'];
const RELEASED_BY_RECORDS: readonly WaiterKind[] = ['show', 'termlist', 'bytarget', 'record'];

/** One session: its targets and settings, its search, and the requests that wait for it. */
export class Session {
  readonly number: number;
  readonly targets: SessionTargets;
  /** How often it was asked for anything. */
  requests = 0;
  search: Search | undefined;
  /** How the last `show` sorted; `record` takes its neighbours from there. */
  order: SortOrder = { key: '', criteria: [] };
  readonly #waiters = new Map<WaiterKind, { readonly call: Call; readonly release: () => void }>();
  #timeout: Timer | undefined;

  constructor(number: number, targets: SessionTargets) {
    this.number = number;
    this.targets = targets;
  }

  get activeClients(): number {
    return this.search?.activeClients ?? 0;
  }

  /** Calls back when the session was not touched for `timeout` milliseconds. */
  expireAfter(clock: Clock, timeout: number, callback: () => void): void {
    this.#timeout = clock.setTimeout(callback, timeout);
  }

  /** Restarts the timeout. */
  touch(): void {
    this.requests += 1;
    this.#timeout?.refresh();
  }

  /** Begins a search in place of the one before; requests that waited for that one are answered with what it had. */
  begin(plan: SearchPlan, time: { clock: Clock; random: Random }): void {
    this.search?.stop();
    this.#release(RELEASED_BY_END);
    this.search = new Search(plan, time, (event) => this.#progress(event));
  }

  /** Stops the search and releases what waits for it, except `record`, which only records release. */
  stop(): void {
    this.search?.stop();
    this.#release(RELEASED_BY_END);
  }

  /** Keeps a call until there is news. False when another call of the kind waits already. */
  wait(kind: WaiterKind, call: Call, release: () => void): boolean {
    if (this.#waiters.has(kind)) return false;
    this.#waiters.set(kind, { call, release });
    call.onAbandon(() => {
      if (this.#waiters.get(kind)?.call === call) this.#waiters.delete(kind);
    });
    return true;
  }

  /** Ends the session. Requests that wait are not answered: their connections time out. */
  end(): void {
    this.#timeout?.cancel();
    this.search?.stop();
  }

  #progress(event: SearchEvent): void {
    if (event === 'records') this.#release(RELEASED_BY_RECORDS);
    if (this.search?.preferredReady === true) this.#release(['show (preferred targets)']);
    if (this.activeClients === 0) this.#release(RELEASED_BY_END);
  }

  #release(kinds: readonly WaiterKind[]): void {
    for (const kind of kinds) {
      const waiter = this.#waiters.get(kind);
      this.#waiters.delete(kind);
      if (waiter !== undefined) this.#timeout?.refresh();
      waiter?.release();
    }
  }
}
