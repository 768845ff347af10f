import { ConfiguredSettings } from './configured-settings.ts';
import { unreachableTarget, type Target } from './target.ts';

const NOTHING_CONFIGURED = new ConfiguredSettings([]);

/** The targets of one session with the settings that apply to them there. */
export class SessionTargets {
  readonly #targets = new Map<string, Target>();
  readonly #settings = new Map<string, Map<string, string>>();
  readonly #configured: ConfiguredSettings;

  constructor(targets: readonly Target[], configured: ConfiguredSettings = NOTHING_CONFIGURED) {
    this.#configured = configured;
    for (const target of targets) this.#targets.set(target.id, target);
  }

  /** Sets one value, for every target when the target is `*`. A target that is not known becomes one that cannot be reached. */
  apply(name: string, target: string, value: string): void {
    if (target === '*') {
      for (const id of this.#targets.keys()) this.apply(name, id, value);
      return;
    }
    if (this.#configured.overwrite(name, target, value)) return;
    if (!this.#targets.has(target)) this.#targets.set(target, unreachableTarget(target));
    const settings = this.#settings.get(target) ?? new Map<string, string>();
    this.#settings.set(target, settings.set(name, value));
  }

  /** Settings of a target, by name, with those every target has. */
  settings(target: Target): ReadonlyMap<string, string> {
    return new Map([
      ['pz:id', target.id],
      ['pz:name', target.name],
      ...this.#configured.of(target.id),
      ...(this.#settings.get(target.id) ?? []),
    ]);
  }

  name(target: Target): string {
    return this.#setting(target, 'pz:name') ?? target.name;
  }

  /** Targets that are allowed (`pz:allow` is not 0) and fit the filter, newest first as Pazpar2 lists them. */
  select(filter: string | undefined): readonly Target[] {
    const fits = filter === undefined ? () => true : readFilter(filter);
    return [...this.#targets.values()]
      .filter((target) => this.#setting(target, 'pz:allow')?.startsWith('0') !== true)
      .filter((target) => fits(this.settings(target)))
      .toReversed();
  }

  #setting({ id }: Target, name: string): string | undefined {
    return this.#settings.get(id)?.get(name) ?? this.#configured.of(id).get(name);
  }
}

/**
 * `name=a|b` wants one of the values, `name~a|b` wants one of them inside, commas join conditions that must all hold. A
 * condition without `=` or `~` is passed over.
 */
function readFilter(filter: string): (settings: ReadonlyMap<string, string>) => boolean {
  const conditions = filter.split(',').flatMap((text) => {
    const parts = /^([^=~]*)([=~])(.*)$/s.exec(text);
    if (parts === null) return [];
    const [name = '', operator = '', values = ''] = parts.slice(1);
    return [{ name, inside: operator === '~', values: values.split('|') }];
  });
  return (settings) =>
    conditions.every(({ name, inside, values }) => {
      const actual = settings.get(name) ?? '';
      return values.some((value) => (inside ? actual.includes(value) : actual === value));
    });
}
