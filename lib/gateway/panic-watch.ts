import type { Cluster } from '../cluster/cluster.ts';
import { isPanicking } from '../cluster/eligibility.ts';
import type { Reporter } from './reporter.ts';

/** Tells when a cluster begins and ends to use members although they are down, because all of them are. */
export class PanicWatch {
  readonly #cluster: Cluster;
  readonly #reporter: Reporter;
  #isOn = false;

  constructor(cluster: Cluster, reporter: Reporter) {
    this.#cluster = cluster;
    this.#reporter = reporter;
  }

  /** Something about the members has changed. */
  look(): void {
    const isOn = isPanicking(this.#cluster.members);
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    this.#reporter.clusterState({
      axis: 'panic',
      from: isOn ? 'off' : 'on',
      to: isOn ? 'on' : 'off',
      reason: isOn
        ? 'all members in use are down, so new sessions are tried all the same'
        : 'not all members in use are down',
    });
  }
}
