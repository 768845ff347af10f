import type { Clock } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import type { ForwardSettings } from './forward-settings.ts';
import { Lane } from './lane.ts';
import type { Transport } from './transport.ts';

/** Where a member's endpoint is, as far as requests must say it. */
export interface Endpoint {
  readonly path: string;
  /** Value of the Host header. */
  readonly host: string;
}

/** A member together with the way to it: its endpoint, its connections and its two lanes. */
export class Upstream {
  readonly member: Member;
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly blocking: Lane;
  readonly quick: Lane;

  constructor(member: Member, way: { endpoint: Endpoint; transport: Transport }, lanes: LaneOptions) {
    this.member = member;
    this.endpoint = way.endpoint;
    this.transport = way.transport;
    const most = member.settings.max ?? Infinity;
    this.blocking = new Lane(
      Math.min(most, lanes.settings.maxBlocking),
      lanes.settings.maxQueue,
      lanes.clock,
    );
    this.quick = new Lane(Math.min(most, lanes.settings.maxQuick), lanes.settings.maxQueue, lanes.clock);
  }

  lane(blocks: boolean): Lane {
    return blocks ? this.blocking : this.quick;
  }
}

export interface LaneOptions {
  readonly settings: ForwardSettings;
  readonly clock: Clock;
}
