import proxyaddr from 'proxy-addr';
import type { TrustProxy } from '../config/trust-proxy.ts';
import type { TrustsProxy } from './forwarded-for.ts';

/** Makes the gateway's `trustProxy` into a question that can be asked for each request, as Express does. */
export function trustsProxy(trusted: TrustProxy): TrustsProxy {
  if (typeof trusted === 'boolean') return () => trusted;
  if (typeof trusted === 'number') return (_address, hop) => hop < trusted;
  return proxyaddr.compile([...trusted]);
}
