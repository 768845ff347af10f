import { createHash } from 'node:crypto';
import type { Member } from '../cluster/member.ts';
import type { SelectionRequest, Selector } from './selector.ts';

/** 2 to the power of 53: as many bits as a number holds exactly. */
const RANGE = 2 ** 53;

/**
 * Weighted rendezvous hashing (Thaler and Ravishankar 1998; weights by Schindelhauer and Schomaker 2005): each key ranks all members, the first wins. A
 * member that goes moves only its own keys, and every gateway ranks alike. Requests without a key go to a second method.
 */
export class RendezvousHash implements Selector {
  readonly method = 'hash';
  readonly #withoutKey: Selector;

  constructor(withoutKey: Selector) {
    this.#withoutKey = withoutKey;
  }

  select(candidates: readonly Member[], request?: SelectionRequest): Member | undefined {
    const key = request?.key ?? '';
    if (key === '') return this.#withoutKey.select(candidates, request);
    let best: Member | undefined;
    let highest = -Infinity;
    for (const member of candidates) {
      const score = scoreOf(key, member);
      if (score <= highest) continue;
      best = member;
      highest = score;
    }
    return best;
  }

  charge(hit: Member, usable: readonly Member[]): void {
    this.#withoutKey.charge(hit, usable);
  }

  forget(member: Member): void {
    this.#withoutKey.forget(member);
  }

  standing(member: Member): number {
    return this.#withoutKey.standing(member);
  }
}

function scoreOf(key: string, member: Member): number {
  const digest = createHash('sha256').update(`${key}\0${member.route}`).digest();
  const uniform = (Number(digest.readBigUInt64BE() >> 11n) + 1) / (RANGE + 1);
  return -member.loadFactorHundredths / Math.log(uniform);
}
