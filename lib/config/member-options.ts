import type { MemberSettings } from '../cluster/member-settings.ts';
import { formatDuration } from './duration.ts';
import { givenMemberTls } from './given-tls.ts';
import type { HttpMemberOptions } from './http-options.ts';
import type { MemberOptions } from './options.ts';

/** The options that give these settings, each default included. Protocol `pazpar2`. */
export function memberOptions({
  url,
  route,
  loadFactor,
  lbSet,
  role,
  direct,
  state,
  ignoreErrors,
  connections,
  max,
  name,
  expectUpdate,
  forward,
  tls,
}: MemberSettings): MemberOptions {
  return {
    url,
    route,
    loadFactor,
    lbSet,
    role,
    direct,
    state,
    ignoreErrors,
    connections,
    ...(max === undefined ? {} : { max }),
    ...(name === undefined ? {} : { name }),
    ...(expectUpdate === undefined ? {} : { expectUpdate: formatDuration(expectUpdate) }),
    ...(forward === undefined ? {} : { forward }),
    ...(tls === undefined ? {} : { tls: givenMemberTls(tls) }),
  };
}

/** As `memberOptions`, for protocol `http`. */
export function httpMemberOptions(settings: MemberSettings): HttpMemberOptions {
  const { direct: _direct, connections: _connections, ...options } = memberOptions(settings);
  const { redirect } = settings;
  return { ...options, ...(redirect === undefined ? {} : { redirect }) };
}
