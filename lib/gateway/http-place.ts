import type { IncomingMessage } from 'node:http';
import type { Member } from '../cluster/member.ts';
import { placeOfSession, type SessionPlace } from '../cluster/session-member.ts';
import type { HttpConfig } from '../config/config.ts';
import { BalancerError } from '../errors.ts';
import type { ClientOrigin } from './client-origin.ts';
import type { ClusterParts } from './cluster-parts.ts';
import { decidedMember } from './decided-member.ts';
import { rawQuery } from './request-framing.ts';
import { SentElsewhere } from './sent-elsewhere.ts';
import { selectionKey } from './selection-key.ts';
import type { Tie } from './stickiness.ts';

const NOBODY: ReadonlySet<Member> = new Set();

/** A request to an application, as far as its member depends on it. */
export interface RequestToPlace {
  readonly request: IncomingMessage;
  readonly client: ClientOrigin;
  /** What ties it to a member; undefined for a request without session. */
  readonly tie: Tie | undefined;
}

/** Finds the members for one request to an application: the one of its session, or the method's choice. */
export class HttpPlace {
  readonly #parts: ClusterParts;
  readonly #http: HttpConfig;
  readonly #what: RequestToPlace;

  constructor(parts: ClusterParts, http: HttpConfig, what: RequestToPlace) {
    this.#parts = parts;
    this.#http = http;
    this.#what = what;
  }

  /** True when it belongs to a session. */
  get hasSession(): boolean {
    return this.#what.tie !== undefined;
  }

  /** True when another member may serve it if its first one cannot. */
  get mayGoElsewhere(): boolean {
    const { tie } = this.#what;
    if (tie === undefined || this.#http.sessionLoss === 'redispatch') return true;
    return this.#parts.cluster.byRoute(tie.route)?.settings.redirect !== undefined;
  }

  /**
   * The member that is asked first.
   *
   * @throws BalancerError SESSION_UNSERVED and SESSION_UNKNOWN for a session that must not go on elsewhere, NO_MEMBER_AVAILABLE; SentElsewhere for one
   *   whose member has another place for it
   */
  first(): Member {
    // A cluster that is off serves nobody, whatever its members could do.
    const isOff = this.#parts.farmState.administrative === 'off';
    const member = isOff ? undefined : (this.#ofSession() ?? this.#elect(NOBODY));
    if (member !== undefined) return member;
    const { alternative } = this.#parts;
    if (alternative !== undefined) return this.#elsewhere(alternative);
    throw new BalancerError('NO_MEMBER_AVAILABLE', '');
  }

  /** The next one after those that were tried; undefined when nobody is left. */
  next(tried: ReadonlySet<Member>): Member | undefined {
    const { tie } = this.#what;
    const now = this.#parts.clock.monotonic();
    const place = tie && placeOfSession(this.#parts.cluster, tie.route, now, tried);
    if (place?.kind === 'redirected') return this.#charged(place.member);
    if (tie !== undefined && this.#http.sessionLoss === 'error') return undefined;
    return this.#elect(tried);
  }

  #ofSession(): Member | undefined {
    const { tie } = this.#what;
    if (tie === undefined) return undefined;
    const place = placeOfSession(this.#parts.cluster, tie.route, this.#parts.clock.monotonic());
    if (place.kind === 'own' || place.kind === 'redirected') return this.#charged(place.member);
    const forward = this.#forwardOf(tie, place);
    if (forward !== undefined) return this.#elsewhere(forward);
    if (this.#http.sessionLoss === 'redispatch') return undefined;
    if (place.kind === 'unwell') return this.#charged(place.member);
    throw new BalancerError(place.kind === 'unknown' ? 'SESSION_UNKNOWN' : 'SESSION_UNSERVED', '');
  }

  /** @throws SentElsewhere where clients are to go there themselves, or have to */
  #elsewhere(url: string): Member {
    const standIn = this.#http.forwardMode === 'proxy' ? this.#parts.standIns.at(url) : undefined;
    if (standIn === undefined) throw new SentElsewhere(url);
    return standIn;
  }

  #forwardOf({ route }: Tie, { kind }: SessionPlace): string | undefined {
    return kind === 'unserved' ? this.#parts.cluster.byRoute(route)?.settings.forward : undefined;
  }

  #charged(member: Member): Member {
    this.#parts.chargeSession(member, this.#method);
    return member;
  }

  #elect(except: ReadonlySet<Member>): Member | undefined {
    const { request, client } = this.#what;
    const key = selectionKey(this.#parts.config.lbMethod, {
      request,
      client,
      parameter: (name) => new URLSearchParams(rawQuery(request.url)).get(name) ?? undefined,
    });
    const preferred = decidedMember(this.#parts, request);
    return this.#parts.electForRequest(this.#method, except, { key, preferred });
  }

  get #method(): string {
    return this.#what.request.method ?? '';
  }
}
