import { LoadMeter } from '../load/load-meter.ts';
import { InitRate } from './init-rate.ts';
import type { MemberSettings } from './member-settings.ts';
import { MemberState } from './member-state.ts';

/** Well below the 256 from which on Pazpar2 repeats session numbers. */
const DEFAULT_INITS_PER_SECOND = 200;

/** One backend server: what is configured, and apart from it what is live. */
export class Member {
  readonly route: string;
  readonly state: MemberState;
  readonly load: LoadMeter = new LoadMeter();
  readonly initRate: InitRate;
  #settings: MemberSettings;
  #loadFactorHundredths: number;

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

  /** The load factor as methods count with it: a whole number from 1. */
  get loadFactorHundredths(): number {
    return this.#loadFactorHundredths;
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
