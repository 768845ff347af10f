import type { MemberSettings } from '../cluster/member-settings.ts';
import { formatDuration } from './duration.ts';
import { givenMemberTls } from './given-tls.ts';
import type { MemberOptions } from './options.ts';

/** The options that give these settings, each default included. */
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
  redirect,
  name,
  expectUpdate,
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
    ...(redirect === undefined ? {} : { redirect }),
    ...(name === undefined ? {} : { name }),
    ...(expectUpdate === undefined ? {} : { expectUpdate: formatDuration(expectUpdate) }),
    ...(tls === undefined ? {} : { tls: givenMemberTls(tls) }),
  };
}
