/** What is searched for: words, and what they are narrowed to. Never changed, only replaced. */
export class SearchRequest {
  /**
   * @param {string} query
   * @param {ReadonlyMap<string, string>} limits value by name of the facet
   * @param {{ id: string, name: string } | undefined} target the one library that is asked
   */
  constructor(query, limits = new Map(), target) {
    this.query = query;
    this.limits = limits;
    this.target = target;
  }

  /** With this value of a facet, or without it when it was there. */
  toggleLimit(name, value) {
    const limits = new Map(this.limits);
    if (limits.get(name) === value) limits.delete(name);
    else limits.set(name, value);
    return new SearchRequest(this.query, limits, this.target);
  }

  /** In this library only, or in all when it was so. */
  toggleTarget(target) {
    const same = this.target?.id === target.id;
    return new SearchRequest(this.query, this.limits, same ? undefined : target);
  }

  /** As arguments of `search`. */
  get parameters() {
    const limit = [...this.limits].map(([name, value]) => `${name}=${escapeLimit(value)}`).join(',');
    return { query: this.query, limit, filter: this.target && `pz:id=${this.target.id}` };
  }
}

/** A backslash takes their meaning from the signs that `limit` is made of. */
function escapeLimit(value) {
  return value.replaceAll(/[\\,=|]/g, (sign) => `\\${sign}`);
}
