import type { Gateway } from '../../gateway/gateway.ts';
import type { MemberSnapshot } from '../../gateway/snapshot.ts';
import type { DemoServer } from './demo-server.ts';
import type { JournalEntry, RequestJournal } from './request-journal.ts';

/** What the page is told each second. */
export interface DemoStatus {
  /** Names one run of the demo, so that a page notices when the demo was started anew under it. */
  readonly run: string;
  readonly servers: readonly ServerStatus[];
  /** Requests since those the page knows, oldest first. */
  readonly requests: readonly JournalEntry[];
}

/** One server as the page shows it. */
export interface ServerStatus {
  readonly route: string;
  readonly kind: DemoServer['kind'];
  /** Null where nobody but the server itself knows. */
  readonly running: boolean | null;
  /** Sessions that live on it now: all of them where it is simulated, else those that the gateway has seen. */
  readonly sessions: number;
  /** Requests that the gateway sent there, and those in flight. */
  readonly requests: number;
  readonly busy: number;
  /** Milliseconds for which the gateway still keeps new sessions away after a failure. */
  readonly restsFor: number;
}

/** What the status is made of. */
export interface DemoParts {
  readonly run: string;
  readonly servers: readonly DemoServer[];
  readonly gateway: Gateway;
  readonly journal: RequestJournal;
}

/** @param after number of the last request that the page knows */
export function demoStatus({ run, servers, gateway, journal }: DemoParts, after: number): DemoStatus {
  const members = gateway.snapshot().flatMap((cluster) => cluster.members);
  return {
    run,
    servers: servers.map((server) => {
      const member = members.find(({ route }) => route === server.route);
      return serverStatus(server, member);
    }),
    requests: journal.entriesAfter(after),
  };
}

function serverStatus(
  { route, kind, simulated }: DemoServer,
  member: MemberSnapshot | undefined,
): ServerStatus {
  return {
    route,
    kind,
    running: simulated?.running ?? null,
    sessions: simulated?.liveSessions ?? member?.sessions ?? 0,
    requests: member?.requests ?? 0,
    busy: member?.busy ?? 0,
    restsFor: Math.round(member?.state.restsFor ?? 0),
  };
}
