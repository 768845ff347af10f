import type { ClusterOptions } from '../../../middleware/index.ts';
import type { StickyMember } from '../../incumbents/sticky-member.ts';

const UNREACHED = { perSecond: 100_000, burst: 100_000 };

/** The cluster that is timed. All that a client may take is counted, as always; only the limits are out of reach. */
export function clusterOptions(members: readonly StickyMember[]): ClusterOptions {
  return {
    members: members.map(({ route, port }) => ({ url: `http://127.0.0.1:${port}`, route })),
    maxInitRate: 250,
    limits: {
      perAddress: { init: UNREACHED, search: UNREACHED, other: UNREACHED },
      perSession: { search: UNREACHED, other: UNREACHED },
      maxSessionsPerAddress: 1_000_000,
    },
  };
}
