const MOST_NAMES = 64;

/**
 * Names of the properties that objects of one kind get only after they were made. Whoever gives an object all of them at once spares V8
 * work: up to version 12.4 it makes a new hidden class whenever an object gets a property after its prototype was changed, and code that
 * meets ever new classes is slow.
 */
export class LateProperties {
  readonly #prototype: object;
  readonly #names: PropertyKey[] = [];

  /** @param prototype that of objects when they are made */
  constructor(prototype: object) {
    this.#prototype = prototype;
  }

  /** Gives an object the properties, with the values that it inherits. */
  give(object: object): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- any object takes properties by name
    const target = object as Record<PropertyKey, unknown>;
    for (const name of this.#names) {
      const inherited = target[name];
      target[name] = inherited;
    }
  }

  /**
   * Remembers which properties an object has got.
   *
   * @param early names of those it had when it was made
   */
  learn(object: object, early: ReadonlySet<PropertyKey>): void {
    for (const name of Reflect.ownKeys(object)) {
      if (this.#names.length === MOST_NAMES) return;
      if (early.has(name) || this.#names.includes(name)) continue;
      if (isPlain(object, name) && this.#hidesNothing(object, name)) this.#names.push(name);
    }
  }

  /** False where something would be hidden that the prototype of later brought. */
  #hidesNothing(object: object, name: PropertyKey): boolean {
    const late = propertyOf(Reflect.getPrototypeOf(object), name);
    if (late === undefined) return true;
    const early = propertyOf(this.#prototype, name);
    return early !== undefined && 'value' in late && late.value === early.value;
  }
}

function isPlain(object: object, name: PropertyKey): boolean {
  const { writable, enumerable, configurable } = Reflect.getOwnPropertyDescriptor(object, name) ?? {};
  return writable === true && enumerable === true && configurable === true;
}

function propertyOf(prototype: object | null, name: PropertyKey): PropertyDescriptor | undefined {
  for (let holder = prototype; holder !== null; holder = Reflect.getPrototypeOf(holder)) {
    const property = Reflect.getOwnPropertyDescriptor(holder, name);
    if (property !== undefined) return property;
  }
  return undefined;
}
