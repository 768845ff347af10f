import type { Clock } from '../../lib/clock.ts';
import { DirectTransport } from '../../lib/forward/direct-transport/direct-transport.ts';
import { HttpTransport } from '../../lib/forward/http-transport/http-transport.ts';
import { MemberTransport } from '../../lib/forward/member-transport.ts';
import { UndiciTransport } from '../../lib/forward/undici-transport.ts';
import type { CreateTransport } from '../../lib/gateway/cluster-parts.ts';

/** Every transport that there is; `member` is the one that the product chooses for Pazpar2, `http` that of the other protocol. */
export const TRANSPORTS = {
  undici:
    (clock: Clock): CreateTransport =>
    ({ settings }, { forward }) =>
      new UndiciTransport(settings, forward, clock),
  direct:
    (clock: Clock): CreateTransport =>
    ({ settings }, { forward }) =>
      new DirectTransport(settings, forward, clock),
  member:
    (clock: Clock): CreateTransport =>
    ({ settings }, { forward }) =>
      new MemberTransport(settings, forward, clock),
  http:
    (clock: Clock): CreateTransport =>
    ({ settings }, { forward }) =>
      new HttpTransport(settings, forward, clock),
};

export type TransportName = keyof typeof TRANSPORTS;

export function isTransportName(text: string): text is TransportName {
  return Object.hasOwn(TRANSPORTS, text);
}
