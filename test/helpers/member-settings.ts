import type { MemberSettings } from '../../lib/cluster/member-settings.ts';

/** Complete settings of a member that nobody connects to. */
export function memberSettings(route: string, changes: Partial<MemberSettings> = {}): MemberSettings {
  return {
    url: `http://${route}.example:9004/search.pz2`,
    route,
    loadFactor: 1,
    direct: true,
    lbSet: 0,
    role: 'ordinary',
    state: 'enabled',
    ignoreErrors: false,
    connections: 'auto',
    ...changes,
  };
}
