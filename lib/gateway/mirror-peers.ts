import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { MirrorConfig } from '../config/config.ts';
import type { Logger } from '../observability/logger.ts';
import type { StatisticsEngine } from '../statistics/engine.ts';
import { Mirror, type MirrorPeerSnapshot } from '../statistics/mirror.ts';
import type { ReportedFact } from '../statistics/mirror-report.ts';
import { MirrorPeer } from './mirror-peer.ts';

/** What the mirror of an engine stands in. */
export interface MirrorSurroundings {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** An engine among engines: what it is told its peers are told, and what they were told it learns. */
export class MirrorPeers {
  readonly mirror: Mirror;
  readonly #surroundings: MirrorSurroundings;
  #peers: readonly MirrorPeer[] = [];

  constructor(engine: StatisticsEngine, surroundings: MirrorSurroundings) {
    this.#surroundings = surroundings;
    this.mirror = new Mirror(engine, {
      clock: surroundings.clock,
      origin: randomUUID(),
      written: (facts) => this.#written(facts),
    });
  }

  /** Takes other peers. What is known stays; new peers are told of it when they ask. */
  apply({ peers, token, interval, tls }: MirrorConfig): void {
    void this.close();
    const parts = { mirror: () => this.mirror, interval, ...this.#surroundings };
    this.#peers = peers.map((url) => new MirrorPeer({ url, token, tls }, parts));
    for (const peer of this.#peers) peer.start();
  }

  snapshot(): readonly MirrorPeerSnapshot[] {
    return this.#peers.map((peer) => peer.snapshot());
  }

  async close(): Promise<void> {
    const peers = this.#peers;
    this.#peers = [];
    await Promise.all(peers.map((peer) => peer.close()));
  }

  #written(facts: readonly ReportedFact[]): void {
    for (const peer of this.#peers) peer.push(facts);
  }
}
