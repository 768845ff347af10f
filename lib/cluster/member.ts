import { Figures } from '../load/figures.ts';
import { LoadMeter } from '../load/load-meter.ts';
import { InitRate } from './init-rate.ts';
import type { MemberOutcome } from './member-outcome.ts';
import type { MemberSettings } from './member-settings.ts';
import { MemberState } from './member-state.ts';

/** Well below the 256 from which on Pazpar2 repeats session numbers. */
const DEFAULT_INITS_PER_SECOND = 200;

/** Enough to be tried at all, little enough to hurt nobody. */
const FIRST_SHARE = 0.1;

/** One backend server: what is configured, and apart from it what is live. */
export class Member {
  readonly route: string;
  readonly state: MemberState;
  readonly load: LoadMeter = new LoadMeter();
  readonly initRate: InitRate;
  /** What its server pushed. The statistics engine gives members that are one server the same ones. */
  figures: Figures = new Figures();
  #settings: MemberSettings;
  #loadFactorHundredths: number;
  /** When it was first met able to take sessions, after a time in which it was not. */
  #ableSince: number | undefined;
  #share = 1;
  readonly #outcomeListeners = new Set<(outcome: MemberOutcome) => void>();

  /** @param initsPerSecond most `init` that go to this member within any second. Defaults to 200. */
  constructor(settings: MemberSettings, initsPerSecond: number = DEFAULT_INITS_PER_SECOND) {
    this.route = settings.route;
    this.state = new MemberState(settings.state);
    this.initRate = new InitRate(initsPerSecond);
    this.#settings = settings;
    this.#loadFactorHundredths = inHundredths(settings.loadFactor);
  }

  get settings(): MemberSettings {
    return this.#settings;
  }

  /** The server that it is, as the statistics engine calls it. */
  get name(): string {
    return this.#settings.name ?? this.route;
  }

  /** How much of its load factor counts: 1, or less while the member warms up. */
  get share(): number {
    return this.#share;
  }

  /** The load factor as methods count with it, while the member warms up a part of it: a whole number from 1. */
  get loadFactorHundredths(): number {
    return this.#share === 1
      ? this.#loadFactorHundredths
      : Math.max(1, Math.trunc(this.#loadFactorHundredths * this.#share));
  }

  /**
   * Brings a member that joined or recovered to its full share little by little, from a tenth of it on. Called before each election.
   *
   * @param now monotonic milliseconds
   * @param duration milliseconds to the full share, 0 for at once
   */
  warmUp(now: number, duration: number): void {
    const isAble = this.state.takesSessions() && !this.state.isResting(now);
    this.#ableSince = isAble ? (this.#ableSince ?? now) : undefined;
    const elapsed = now - (this.#ableSince ?? now);
    this.#share = duration === 0 ? 1 : Math.min(1, Math.max(FIRST_SHARE, elapsed / duration));
    if (isAble && this.#share < 1) {
      this.state.setSlowStart('warming', `comes to its full share within ${duration} ms`);
    } else {
      this.state.setSlowStart('full', isAble ? 'has its full share' : 'takes no new sessions');
    }
  }

  /** An attempt at this member is over; forwarding says so. */
  report(outcome: MemberOutcome): void {
    for (const listener of this.#outcomeListeners) listener(outcome);
  }

  /** Calls back after every reported attempt. Returns a function that ends it. */
  onOutcome(listener: (outcome: MemberOutcome) => void): () => void {
    this.#outcomeListeners.add(listener);
    return () => void this.#outcomeListeners.delete(listener);
  }

  /**
   * Takes new settings and keeps counters and live state. A state that was set at run time stays, unless the
   * configuration asks for another state than it did before.
   *
   * @throws TypeError if the route differs: that is another member.
   */
  reconfigure(settings: MemberSettings): void {
    if (settings.route !== this.route) {
      throw new TypeError(
        `Member ${this.route} cannot become ${settings.route}: remove it and add the other`,
      );
    }
    const before = this.#settings;
    this.#settings = settings;
    this.#loadFactorHundredths = inHundredths(settings.loadFactor);
    if (settings.state !== before.state) this.state.setAdministrative(settings.state, 'configuration');
  }
}

/** Cut, not rounded, as Apache does (section 2.1, vectors br-09 and br-10); never 0, which would starve the member. */
function inHundredths(loadFactor: number): number {
  return Math.max(1, Math.trunc(loadFactor * 100));
}
