import { systemClock, type Clock } from '../clock.ts';
import { DirectTransport } from './direct-transport/direct-transport.ts';
import type { ForwardSettings } from './forward-settings.ts';
import { parseMemberUrl } from './member-url.ts';
import type { TransportMember } from './transport-member.ts';
import type { Exchange, ReplyListener, Transport, UpstreamRequest } from './transport.ts';
import { UndiciTransport } from './undici-transport.ts';

/**
 * The transport that fits a member: the one made for Pazpar2 where that is reached directly over plain TCP, undici for everything else.
 * A member that frames a reply as Pazpar2 never does is no Pazpar2 reached directly: that reply fails as `framing`, and from then on the
 * member is undici's.
 */
export class MemberTransport implements Transport {
  readonly #member: TransportMember;
  readonly #settings: Pick<ForwardSettings, 'connectTimeout' | 'keepAliveTimeout'>;
  readonly #clock: Clock;
  readonly #direct: DirectTransport | undefined;
  #undici: UndiciTransport | undefined;
  #closed = false;

  /** @throws {TypeError} if the member's URL is none. */
  constructor(
    member: TransportMember,
    settings: Pick<ForwardSettings, 'connectTimeout' | 'keepAliveTimeout'>,
    clock: Clock = systemClock,
  ) {
    this.#member = member;
    this.#settings = settings;
    this.#clock = clock;
    const { secure, socketPath } = parseMemberUrl(member.url);
    const isDirect = member.direct && !secure && socketPath === undefined;
    this.#direct = isDirect ? new DirectTransport(member, settings, clock) : undefined;
  }

  get connections(): number {
    return (this.#direct?.connections ?? 0) + (this.#undici?.connections ?? 0);
  }

  get portFallbacks(): number {
    return (this.#direct?.portFallbacks ?? 0) + (this.#undici?.portFallbacks ?? 0);
  }

  send(request: UpstreamRequest, listener: ReplyListener): Exchange {
    return this.#transport().send(request, listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#direct?.close(), this.#undici?.close()]);
  }

  #transport(): Transport {
    if (this.#direct !== undefined && this.#direct.unsupportedFraming === undefined) return this.#direct;
    this.#undici ??= this.#makeUndici();
    return this.#undici;
  }

  #makeUndici(): UndiciTransport {
    const undici = new UndiciTransport(this.#member, this.#settings, this.#clock);
    if (this.#closed) void undici.close();
    return undici;
  }
}
