import { describe } from '@jest/globals';

import type { TransportKind } from './transport-bench.ts';
import { describeChaos } from './transport-chaos.ts';
import { describeConnections } from './transport-connections.ts';
import { describeFailures } from './transport-failures.ts';
import { describeFlow } from './transport-flow.ts';
import { describeReplies } from './transport-replies.ts';
import { describeRequests } from './transport-requests.ts';

/** What every `Transport` must do, proved against backends that speak raw bytes. */
export function describeTransportContract(name: string, kind: TransportKind): void {
  describe(`the transport ${name}`, () => {
    describeRequests(kind);
    describeReplies(kind);
    describeFlow(kind);
    describeConnections(kind);
    describeFailures(kind);
    describeChaos(kind);
  });
}
