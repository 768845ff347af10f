import type { LogLine } from './gateway-log.ts';

interface Trouble {
  readonly cluster: string;
  readonly route: string;
  readonly from: number;
  until: number;
}

/** States in which a member does not serve sessions that may go on elsewhere. */
const IN_TROUBLE: ReadonlySet<unknown> = new Set(['down', 'resting']);

/** When a gateway took members for unable to serve, as it logged it. Times in milliseconds since 1970. */
export class MemberTroubles {
  readonly #troubles: Trouble[] = [];

  /** @param log of one gateway */
  constructor(log: readonly LogLine[]) {
    const open = new Map<string, Trouble>();
    for (const { time, cluster, route, axis, from, to } of log) {
      if (typeof axis !== 'string') continue;
      const key = `${String(cluster)} ${String(route)} ${axis}`;
      const ended = IN_TROUBLE.has(from) ? open.get(key) : undefined;
      if (ended !== undefined) ended.until = time;
      if (!IN_TROUBLE.has(to)) continue;
      const trouble = { cluster: String(cluster), route: String(route), from: time, until: Infinity };
      open.set(key, trouble);
      this.#troubles.push(trouble);
    }
  }

  /** True if the member was in trouble at some time between these two. */
  had(member: Pick<Trouble, 'cluster' | 'route'>, from: number, until: number): boolean {
    return this.#troubles.some(
      (trouble) =>
        trouble.cluster === member.cluster &&
        trouble.route === member.route &&
        trouble.from <= until &&
        trouble.until >= from,
    );
  }
}
