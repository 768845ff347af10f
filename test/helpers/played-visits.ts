import type { Member } from '../../lib/cluster/member.ts';

interface Pending<Answer> {
  readonly member: Member;
  readonly done: (answer: Answer) => void;
}

/** Visits of members that the test answers. */
export class PlayedVisits<Answer> {
  /** Routes of all that were begun, in order. */
  readonly begun: string[] = [];
  /** Routes of those that were called off. */
  readonly cancelled: string[] = [];
  readonly #pending = new Set<Pending<Answer>>();

  /** Routes of those under way. */
  get pending(): string[] {
    return Array.from(this.#pending, ({ member }) => member.route);
  }

  readonly visit = (member: Member, done: (answer: Answer) => void): { cancel(): void } => {
    const pending = { member, done };
    this.begun.push(member.route);
    this.#pending.add(pending);
    return {
      cancel: () => {
        if (this.#pending.delete(pending)) this.cancelled.push(member.route);
      },
    };
  };

  /** Ends the visit of one member, or all under way. */
  answer(answer: Answer, route?: string): void {
    for (const pending of Array.from(this.#pending)) {
      if (route !== undefined && pending.member.route !== route) continue;
      this.#pending.delete(pending);
      pending.done(answer);
    }
  }
}
