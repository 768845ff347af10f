import type { Member } from '../cluster/member.ts';
import type { SelectionRequest, Selector } from './selector.ts';

/** A member as a method of one's own sees it. */
export interface CandidateView {
  readonly route: string;
  readonly loadFactor: number;
  /** Requests in flight. */
  readonly busy: number;
  /** Times it was chosen. */
  readonly elected: number;
  /** Running mean of its latencies in milliseconds. */
  readonly latency: number;
}

/**
 * A method of one's own: gets the members that may take the session, answers the route of one of them.
 * What is none of them, or throws, leaves the choice to the first.
 */
export type ChooseMember = (candidates: readonly CandidateView[], request: SelectionRequest) => string;

/** Asks a function. */
export class Custom implements Selector {
  readonly method = 'custom';
  readonly #choose: ChooseMember;

  constructor(choose: ChooseMember) {
    this.#choose = choose;
  }

  select(candidates: readonly Member[], request: SelectionRequest = { key: '' }): Member | undefined {
    if (candidates.length === 0) return undefined;
    const route = this.#ask(candidates, request);
    return candidates.find((member) => member.route === route) ?? candidates[0];
  }

  charge(): void {
    // The function keeps its own books, if any.
  }

  forget(): void {
    // Nothing is kept.
  }

  standing(): number {
    return 0;
  }

  #ask(candidates: readonly Member[], request: SelectionRequest): string | undefined {
    try {
      return this.#choose(candidates.map(viewOf), request);
    } catch {
      return undefined;
    }
  }
}

function viewOf({ route, settings, load }: Member): CandidateView {
  const { busy, elected, latency } = load;
  return { route, loadFactor: settings.loadFactor, busy, elected, latency };
}
