import type { Member } from '../cluster/member.ts';
import type { Figures } from '../load/figures.ts';
import { EngineError, quoted } from './engine-error.ts';
import type { Farm } from './farm.ts';

/** A physical in one of its farms. */
export interface Place {
  readonly farm: Farm;
  readonly member: Member;
}

/** One server: the members of all farms that have its name. */
export interface Physical {
  readonly name: string;
  /** At least one. */
  readonly places: readonly Place[];
  readonly figures: Figures;
}

/** The farms of an engine and the physicals in them. Looks for changes of the farms at each question, in time that does not grow with the physicals. */
export class Physicals {
  readonly #farmsNow: () => readonly Farm[];
  #farms: readonly Farm[] = [];
  /** The members for which the index was made, farm by farm; clusters replace their list at every change. */
  #indexed: readonly (readonly Member[])[] = [];
  readonly #byName = new Map<string, Physical>();
  readonly #farmByName = new Map<string, Farm>();

  /** @param farms the farms of now; their names differ */
  constructor(farms: () => readonly Farm[]) {
    this.#farmsNow = farms;
  }

  farms(): readonly Farm[] {
    this.#refresh();
    return this.#farms;
  }

  all(): Iterable<Physical> {
    this.#refresh();
    return this.#byName.values();
  }

  /** @throws EngineError 404 */
  farm(name: string): Farm {
    this.#refresh();
    const farm = this.#farmByName.get(name);
    if (farm !== undefined) return farm;
    throw new EngineError(404, `there is no farm ${quoted(name)}`);
  }

  /** @throws EngineError 404 */
  physical(name: string): Physical {
    this.#refresh();
    const physical = this.#byName.get(name);
    if (physical !== undefined) return physical;
    throw new EngineError(404, `there is no physical ${quoted(name)}`);
  }

  #refresh(): void {
    const farms = this.#farmsNow();
    const isSame =
      farms.length === this.#farms.length &&
      farms.every(
        (farm, index) => farm === this.#farms[index] && farm.cluster.members === this.#indexed[index],
      );
    if (isSame) return;
    this.#farms = [...farms];
    this.#indexed = farms.map(({ cluster }) => cluster.members);
    this.#farmByName.clear();
    for (const farm of farms) this.#farmByName.set(farm.name, farm);
    this.#byName.clear();
    for (const [name, places] of placesByName(farms)) {
      this.#byName.set(name, { name, places, figures: shareFigures(places) });
    }
  }
}

function placesByName(farms: readonly Farm[]): Map<string, Place[]> {
  const byName = new Map<string, Place[]>();
  for (const farm of farms) {
    for (const member of farm.cluster.members) {
      const places = byName.get(member.name);
      if (places === undefined) byName.set(member.name, [{ farm, member }]);
      else places.push({ farm, member });
    }
  }
  return byName;
}

/** One server has one set of figures: that which was updated last. */
function shareFigures(places: readonly Place[]): Figures {
  const [latest] = places
    .map(({ member }) => member.figures)
    .toSorted((a, b) => (b.updatedAt ?? -Infinity) - (a.updatedAt ?? -Infinity));
  // Every name has a member.
  // oxlint-disable-next-line typescript/no-non-null-assertion
  const figures = latest!;
  for (const { member } of places) member.figures = figures;
  return figures;
}
