import type { MemberSettings } from '../cluster/member-settings.ts';
import { formatDuration } from './duration.ts';
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
  connections,
  redirect,
  name,
  expectUpdate,
}: MemberSettings): MemberOptions {
  return {
    url,
    route,
    loadFactor,
    lbSet,
    role,
    direct,
    state,
    connections,
    ...(redirect === undefined ? {} : { redirect }),
    ...(name === undefined ? {} : { name }),
    ...(expectUpdate === undefined ? {} : { expectUpdate: formatDuration(expectUpdate) }),
  };
}
