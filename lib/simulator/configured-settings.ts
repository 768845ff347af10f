import type { Target } from './target.ts';

const NONE: ReadonlyMap<string, string> = new Map();

/** What the configuration of the server sets, each value for exactly one target. */
export class ConfiguredSettings {
  readonly #byTarget: ReadonlyMap<string, Map<string, string>>;
  readonly #isShared: boolean;

  /** @param isShared Sessions overwrite these values for each other. */
  constructor(targets: readonly Target[], isShared: boolean = false) {
    this.#byTarget = new Map(targets.map(({ id, settings = {} }) => [id, new Map(Object.entries(settings))]));
    this.#isShared = isShared;
  }

  /** Values for a target by name. */
  of(target: string): ReadonlyMap<string, string> {
    return this.#byTarget.get(target) ?? NONE;
  }

  /** Lets a session overwrite a value that is there. False when there is none, or it is the session's own matter. */
  overwrite(name: string, target: string, value: string): boolean {
    const settings = this.#byTarget.get(target);
    if (!this.#isShared || settings?.has(name) !== true) return false;
    settings.set(name, value);
    return true;
  }
}
