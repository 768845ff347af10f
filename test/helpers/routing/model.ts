import type { AdministrativeState } from '../../../lib/cluster/member-settings.ts';
import type { Attempted, ServerMood } from './world.ts';

/** How long a member rests after a failure, and how long one that is removed serves its sessions; milliseconds. */
export const RETRY = 60_000;
export const REMOVE_AFTER = 600_000;

/** A member as an operator thinks of it. */
export interface ModelMember {
  readonly route: string;
  url: string;
  /** Hundredths. */
  readonly loadFactor: number;
  state: AdministrativeState;
  /** Hundredths; what the method owes it. */
  standing: number;
  /** Undefined while no rest is booked. */
  restsUntil: number | undefined;
  /** When it is taken out. */
  leavesAt: number | undefined;
}

/** A session that a client holds. */
export interface ModelSession {
  readonly value: string;
  readonly number: string;
  readonly route: string;
}

/** What must come of a request. */
export interface Prediction {
  readonly status: number;
  /** A text that the reply holds. */
  readonly holds: string;
  readonly attempts: readonly Attempted[];
}

/** A naive picture of a cluster: which member must get a request, by the rules as they are written down, with nothing kept that could be worked out. */
export class RoutingModel {
  now = 0;
  members: ModelMember[] = [];
  readonly sessions: ModelSession[] = [];
  /** As the servers are; the model does not change them. */
  readonly mood: (url: string) => ServerMood;
  readonly #knows: (url: string, number: string) => boolean;

  constructor(world: {
    readonly mood: (url: string) => ServerMood;
    readonly knows: (url: string, number: string) => boolean;
  }) {
    this.mood = world.mood;
    this.#knows = world.knows;
  }

  member(route: string): ModelMember | undefined {
    return this.members.find((member) => member.route === route);
  }

  add(route: string, url: string, loadFactor: number): void {
    const alive = { state: 'enabled', standing: 0, restsUntil: undefined, leavesAt: undefined } as const;
    this.members.push({ route, url, loadFactor, ...alive });
  }

  remove(route: string): void {
    this.members = this.members.filter((member) => member.route !== route);
  }

  /** Another server in its place. */
  replace(route: string, url: string): void {
    this.members = this.members.map((member) =>
      member.route === route
        ? { ...member, url, standing: 0, restsUntil: undefined, leavesAt: undefined, state: 'enabled' }
        : member,
    );
  }

  pass(milliseconds: number): void {
    this.now += milliseconds;
    this.members = this.members.filter(({ leavesAt }) => leavesAt === undefined || leavesAt > this.now);
  }

  /** Tries one member after the other until one answers; once it was sent to two, nobody is tried any more. */
  init(): Prediction {
    const attempts: Attempted[] = [];
    const tried: ModelMember[] = [];
    let sent = 0;
    for (let member = this.#elect(tried); member !== undefined; member = this.#elect(tried)) {
      tried.push(member);
      attempts.push({ url: member.url, command: 'init', number: undefined });
      const mood = this.mood(member.url);
      if (mood === 'up') {
        this.#answers(member);
        return { status: 200, holds: `.${member.route}</session>`, attempts };
      }
      this.#fails(member);
      if (mood === 'resets') sent += 1;
      if (sent === 2) break;
    }
    return { status: 503, holds: '<error code="21', attempts };
  }

  /** Only the session's own member, whatever its health; nobody when it serves nobody. */
  ask(command: 'ping' | 'search', { value, number, route }: ModelSession): Prediction {
    const lost = `<error code="1" msg="Session does not exist or it has expired">${value}</error>`;
    const member = this.member(route);
    const serves = member?.state === 'enabled' || member?.state === 'draining';
    if (member === undefined || !serves) return { status: 417, holds: lost, attempts: [] };
    this.#charge(member);
    const attempt = { url: member.url, command, number };
    const mood = this.mood(member.url);
    if (mood === 'up') {
      this.#answers(member);
      if (!this.#knows(member.url, number)) return { status: 417, holds: lost, attempts: [attempt] };
      return { status: 200, holds: `by="${member.url}" session="${number}"`, attempts: [attempt] };
    }
    this.#fails(member);
    if (mood === 'dead') return { status: 417, holds: lost, attempts: [attempt, attempt] };
    const attempts = command === 'ping' ? [attempt, attempt] : [attempt];
    return { status: 503, holds: '<error code="218"', attempts };
  }

  #fails(member: ModelMember): void {
    member.restsUntil = this.now + RETRY;
  }

  /** Ends its rest, unless it was asked in the very moment of its failure: that may have been before. */
  #answers(member: ModelMember): void {
    if (member.restsUntil !== this.now + RETRY) member.restsUntil = undefined;
  }

  #rests({ restsUntil }: ModelMember): boolean {
    return restsUntil !== undefined && restsUntil > this.now;
  }

  /** Smooth weighted round robin among those that may take a session: every one is credited, the richest pays for all. */
  #elect(tried: readonly ModelMember[]): ModelMember | undefined {
    for (const member of this.members) if (!this.#rests(member)) member.restsUntil = undefined;
    const enabled = this.members.filter(({ state }) => state === 'enabled');
    const awake = enabled.filter((member) => !this.#rests(member));
    const candidates = (awake.length > 0 ? awake : enabled).filter((member) => !tried.includes(member));
    const richest = this.#credit(candidates);
    return richest;
  }

  /** A session's request is load as well: its member pays, unless something is wrong with it. */
  #charge(member: ModelMember): void {
    const isWell = ({ state, restsUntil }: ModelMember): boolean =>
      (state === 'enabled' || state === 'draining') && restsUntil === undefined;
    if (isWell(member)) this.#credit(this.members.filter(isWell), member);
  }

  #credit(members: readonly ModelMember[], payer?: ModelMember): ModelMember | undefined {
    for (const member of members) member.standing += member.loadFactor;
    const most = Math.max(...members.map(({ standing }) => standing));
    const pays = payer ?? members.find(({ standing }) => standing === most);
    if (pays !== undefined) pays.standing -= members.reduce((sum, { loadFactor }) => sum + loadFactor, 0);
    return pays;
  }
}
