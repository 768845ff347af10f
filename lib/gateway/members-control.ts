import { isDeepStrictEqual } from 'node:util';
import type { Timer } from '../clock.ts';
import type { AdministrativeState, MemberSettings } from '../cluster/member-settings.ts';
import type { Member } from '../cluster/member.ts';
import { checkMemberOptions } from '../config/check.ts';
import type { HttpMemberOptions } from '../config/http-options.ts';
import { httpMemberOptions, memberOptions } from '../config/member-options.ts';
import type { MemberOptions, Protocol } from '../config/options.ts';
import type { ClusterParts } from './cluster-parts.ts';

/** What may be changed of a member. */
export type MemberChanges = Partial<Omit<MemberOptions, 'route'>> | Partial<Omit<HttpMemberOptions, 'route'>>;

/** Changes the members of a running balancer. Counters and sessions of the others stay. */
export class MembersControl {
  readonly #parts: ClusterParts;
  readonly #leaving = new Map<Member, Timer>();

  constructor(parts: ClusterParts) {
    this.#parts = parts;
  }

  get #protocol(): Protocol {
    return this.#parts.config.http === undefined ? 'pazpar2' : 'http';
  }

  /** Routes in the order of declaration. */
  routes(): string[] {
    return this.#parts.cluster.members.map(({ route }) => route);
  }

  /** Adds a member behind the others. @throws OptionsError for bad options or a route that is taken */
  add(options: MemberOptions | HttpMemberOptions): void {
    this.#add(checkMemberOptions(options, this.#protocol), 'added at run time');
  }

  /**
   * Takes a member out. With `drain` it serves its sessions for the cluster's `removeAfter`, but gets no new ones; without, it is
   * gone at once and its clients are told to start anew. Requests under way end in peace.
   *
   * @returns false when there is no such member
   */
  remove(route: string, { drain = false }: { readonly drain?: boolean } = {}): boolean {
    const member = this.#parts.cluster.byRoute(route);
    if (member === undefined) return false;
    if (drain) this.#drain(member);
    else this.#takeOut(member, 'removed at run time');
    return true;
  }

  /**
   * Changes a member. One whose url changes is another server: it starts with new counters, and sessions of the old one are lost.
   * One that is being removed goes on leaving unless its state or url is given.
   *
   * @returns false when there is no such member
   * @throws OptionsError for bad options
   */
  update(route: string, options: MemberChanges): boolean {
    const member = this.#parts.cluster.byRoute(route);
    if (member === undefined) return false;
    const optionsOf = this.#protocol === 'http' ? httpMemberOptions : memberOptions;
    const wanted = { ...optionsOf(member.settings), ...options, route };
    this.#reconfigure(member, checkMemberOptions(wanted, this.#protocol));
    if (options.state !== undefined) this.setState(route, options.state);
    return true;
  }

  /** Sets the administrative state. @returns false when there is no such member */
  setState(route: string, state: AdministrativeState, reason = 'set at run time'): boolean {
    const member = this.#parts.cluster.byRoute(route);
    if (member === undefined) return false;
    this.#stay(member);
    member.state.setAdministrative(state, reason);
    return true;
  }

  /** Makes the members those of a new configuration: a member is its route; one that is missing drains. */
  apply(settings: readonly MemberSettings[]): void {
    for (const wanted of settings) {
      const member = this.#parts.cluster.byRoute(wanted.route);
      if (member === undefined) this.#add(wanted, 'configured');
      else this.#reconfigure(member, wanted);
      if (member !== undefined && this.#leaving.has(member)) {
        this.setState(member.route, wanted.state, 'configured again');
      }
    }
    const routes = new Set(settings.map(({ route }) => route));
    for (const member of this.#parts.cluster.members) {
      if (!routes.has(member.route) && !this.#leaving.has(member)) this.#drain(member);
    }
  }

  close(): void {
    for (const timer of this.#leaving.values()) timer.cancel();
    this.#leaving.clear();
  }

  #reconfigure(member: Member, wanted: MemberSettings): void {
    const before = member.settings;
    if (wanted.url !== before.url) {
      this.#stay(member);
      this.#parts.cluster.replace(wanted);
      this.#report(member, 'gone', 'its url is another one now');
      this.#report(member, 'present', 'a server at another url');
      void this.#parts.disconnect(member);
      return;
    }
    this.#parts.cluster.reconfigure(member, wanted);
    this.#parts.expectUpdates();
    if (needsOtherWay(before, wanted)) void this.#parts.replaceWay(member);
  }

  #drain(member: Member): void {
    this.#stay(member);
    member.state.setAdministrative('draining', 'being removed');
    const { clock, config } = this.#parts;
    this.#leaving.set(
      member,
      clock.setTimeout(() => this.#takeOut(member, 'its time to drain is over'), config.removeAfter),
    );
  }

  #stay(member: Member): void {
    this.#leaving.get(member)?.cancel();
    this.#leaving.delete(member);
  }

  #add(settings: MemberSettings, reason: string): void {
    this.#report(this.#parts.cluster.add(settings), 'present', reason);
  }

  #takeOut(member: Member, reason: string): void {
    this.#stay(member);
    this.#parts.cluster.remove(member.route);
    this.#report(member, 'gone', reason);
    void this.#parts.disconnect(member);
  }

  #report(member: Member, to: 'present' | 'gone', reason: string): void {
    const from = to === 'present' ? 'gone' : 'present';
    this.#parts.reporter.memberState(member, { axis: 'membership', from, to, reason });
  }
}

/** A certificate that was renewed in its file is another one. */
function needsOtherWay(before: MemberSettings, wanted: MemberSettings): boolean {
  const { direct, connections, tls, max } = before;
  return (
    wanted.max !== max ||
    wanted.direct !== direct ||
    wanted.connections !== connections ||
    !isDeepStrictEqual(wanted.tls, tls)
  );
}
