import { type ClientPlace, publicOrigin, withForwardedHeaders } from './forwarded-headers.ts';
import type { HttpHeaders, SentHeaders } from './headers.ts';
import { endToEndRequestHeaders } from './hop-by-hop.ts';

/** What a member is told beside what the client says. */
export interface RequestHeaderSettings extends ClientPlace {
  /** Value of X-Forwarded-For; empty for none. */
  readonly forwardedFor: string;
  /** Host and port of the member. */
  readonly memberHost: string;
  /** The member gets the client's Host instead of its own. */
  readonly preserveHost: boolean;
}

/** The headers with which a member is asked (vectors he-01, he-02, he-09, he-12). */
export function memberRequestHeaders(headers: HttpHeaders, settings: RequestHeaderSettings): SentHeaders {
  const origin = publicOrigin(headers, settings);
  const { host, ...sent } = endToEndRequestHeaders(headers);
  return {
    ...withForwardedHeaders(sent, origin, settings),
    host: settings.preserveHost && typeof host === 'string' ? host : settings.memberHost,
  };
}
