import type { Random } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import { ByBusyness } from './bybusyness.ts';
import { ByRequests } from './byrequests.ts';
import { BySessions } from './bysessions.ts';
import type { CountSessions } from './bysessions.ts';
import { ByTraffic } from './bytraffic.ts';
import { Custom } from './custom.ts';
import type { ChooseMember } from './custom.ts';
import { PowerOfTwoChoices } from './p2c.ts';
import { RendezvousHash } from './rendezvous-hash.ts';
import type { Selector } from './selector.ts';

/** Methods that need nothing but their name. */
export type MethodName = 'byrequests' | 'bytraffic' | 'bybusyness' | 'bysessions' | 'p2c';

/** A method as configured. */
export type MethodSettings =
  | MethodName
  /** Two choices by what they answer in, not by what they have in flight. */
  | { readonly method: 'p2c'; readonly measure: 'busy' | 'latency' }
  /** What requests that belong together have in common: an argument, a header, or the client's address. */
  | { readonly method: 'hash'; readonly key: HashKey }
  | ChooseMember;

/** Where the key of a request is found. */
export type HashKey = 'address' | { readonly parameter: string } | { readonly header: string };

/** What methods need to know of the world. */
export interface SelectionWorld {
  readonly random: Random;
  readonly countSessions: CountSessions;
}

const BY_NAME: Readonly<Record<MethodName, (world: SelectionWorld) => Selector>> = {
  byrequests: () => new ByRequests(),
  bytraffic: () => new ByTraffic(),
  bybusyness: () => new ByBusyness(),
  bysessions: ({ countSessions }) => new BySessions(countSessions),
  p2c: ({ random }) => new PowerOfTwoChoices(busy, random),
};

/** Makes a method, with empty books. */
export function createSelector(settings: MethodSettings, world: SelectionWorld): Selector {
  if (typeof settings === 'function') return new Custom(settings);
  if (typeof settings === 'object' && settings.method === 'hash') return new RendezvousHash(new ByRequests());
  if (typeof settings === 'object') {
    return new PowerOfTwoChoices(settings.measure === 'busy' ? busy : latency, world.random);
  }
  return BY_NAME[settings](world);
}

function busy(member: Member): number {
  return member.load.busy + 1;
}

/** Expected time until one more request is answered. A member that never answered has everything to prove. */
function latency(member: Member): number {
  return (member.load.latency + 1) * (member.load.busy + 1);
}
