import type { Clock, Random } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import { ByBusyness } from './bybusyness.ts';
import { ByRequests } from './byrequests.ts';
import { BySessions } from './bysessions.ts';
import type { CountSessions } from './bysessions.ts';
import { ByTraffic } from './bytraffic.ts';
import { Custom } from './custom.ts';
import type { ChooseMember } from './custom.ts';
import { NewcomerLimit } from './newcomer-limit.ts';
import { PowerOfTwoChoices } from './p2c.ts';
import type { LoadMeasure } from './p2c.ts';
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
  readonly clock: Clock;
  readonly random: Random;
  readonly countSessions: CountSessions;
}

const BY_NAME: Readonly<Record<MethodName, (world: SelectionWorld) => Selector>> = {
  byrequests: ({ clock }) => new NewcomerLimit(new ByRequests(), clock),
  bytraffic: ({ clock }) => new NewcomerLimit(new ByTraffic(clock), clock),
  bybusyness: ({ clock }) => new NewcomerLimit(new ByBusyness(), clock, ({ share }) => share),
  bysessions: ({ clock, countSessions }) => new NewcomerLimit(new BySessions(countSessions), clock),
  p2c: (world) => twoChoices(busy, world),
};

/** Makes a method, with empty books. */
export function createSelector(settings: MethodSettings, world: SelectionWorld): Selector {
  if (typeof settings === 'function') return new Custom(settings);
  if (typeof settings === 'string') return BY_NAME[settings](world);
  if (settings.method === 'hash') return new RendezvousHash(BY_NAME.byrequests(world));
  return twoChoices(settings.measure === 'busy' ? busy : latency(world.clock), world);
}

function twoChoices(measure: LoadMeasure, { clock, random }: SelectionWorld): Selector {
  return new NewcomerLimit(new PowerOfTwoChoices(measure, random), clock);
}

function busy(member: Member): number {
  return member.load.busy;
}

/** Expected time until one more request is answered. A member that did not answer lately has everything to prove. */
function latency(clock: Clock): LoadMeasure {
  return ({ load }) => (load.latencyAt(clock.monotonic()) + 1) * (load.busy + 1);
}
