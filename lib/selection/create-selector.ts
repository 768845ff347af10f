import type { Clock, Random } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import { ByBusyness } from './bybusyness.ts';
import { ByFigures } from './by-figures.ts';
import { ByRequests } from './byrequests.ts';
import { BySessions } from './bysessions.ts';
import type { CountSessions } from './bysessions.ts';
import { ByTraffic } from './bytraffic.ts';
import { Custom } from './custom.ts';
import type { ChooseMember } from './custom.ts';
import { parseFormula, singleFigure } from './formula.ts';
import type { Formula } from './formula.ts';
import { Heartbeat } from './heartbeat.ts';
import { MemberFigures } from './member-figures.ts';
import type { FigureSettings } from './member-figures.ts';
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
  | FigureMethod
  /** By the places that servers say are free. */
  | { readonly method: 'heartbeat'; readonly fallback: MethodName }
  | ChooseMember;

/** By what servers push. */
export interface FigureMethod extends FigureSettings {
  /** The least or the most of one figure, or the least value of a formula. */
  readonly method: 'least' | 'most' | 'expression';
  /** Name of the figure, or the formula. */
  readonly of: string;
  /** Members that are compared: all, or two that are drawn. */
  readonly choices: 'all' | 'two';
  /** Chooses where nobody has pushed. */
  readonly fallback: MethodName;
}

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
  if (settings.method === 'heartbeat') return heartbeat(settings.fallback, world);
  if (settings.method !== 'p2c') return byFigures(settings, world);
  return twoChoices(settings.measure === 'busy' ? busy : latency(world.clock), world);
}

/** Apache takes servers that were heard of within the last ten seconds. */
const HEARTBEAT: FigureSettings = { maxAge: 10_000, smoothing: 0 };

function heartbeat(fallback: MethodName, world: SelectionWorld): Selector {
  const figures = new MemberFigures(HEARTBEAT, world.clock, world.countSessions);
  return new Heartbeat(figures, world.random, BY_NAME[fallback](world));
}

function byFigures(settings: FigureMethod, world: SelectionWorld): Selector {
  const { method, of } = settings;
  return new ByFigures({
    method: `${method}:${of}`,
    formula: formulaOf(settings),
    figures: new MemberFigures(settings, world.clock, world.countSessions),
    drawsTwo: settings.choices === 'two',
    fallback: BY_NAME[settings.fallback](world),
    random: world.random,
  });
}

function formulaOf({ method, of }: FigureMethod): Formula {
  return method === 'expression' ? parseFormula(of) : singleFigure(of, method === 'least' ? 1 : -1);
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
