import type { IncomingMessage, ServerResponse } from 'node:http';
import { systemClock, systemRandom } from '../clock.ts';
import type { Clock, Random } from '../clock.ts';
import type { ClusterConfig } from '../config/config.ts';
import type { Protocol } from '../config/options.ts';
import { HttpTransport } from '../forward/http-transport/http-transport.ts';
import { MemberTransport } from '../forward/member-transport.ts';
import type { EventHub } from '../observability/event-hub.ts';
import { silentLogger } from '../observability/logger.ts';
import type { Logger } from '../observability/logger.ts';
import type { ClientExchange } from './client-exchange.ts';
import type { ClientOrigin } from './client-origin.ts';
import { ClusterHealth } from './cluster-health.ts';
import { ClusterParts } from './cluster-parts.ts';
import type { CreateTransport } from './cluster-parts.ts';
import { crossOriginHeaders } from './cross-origin.ts';
import type { SetCrossOriginHeaders } from './cross-origin.ts';
import { decidedFarm } from './decided-farm.ts';
import { HttpExchange } from './http-exchange.ts';
import { MembersControl } from './members-control.ts';
import { PazparExchange } from './pazpar-exchange.ts';
import { whenItsTurn } from './pipelining.ts';
import { Reporter } from './reporter.ts';
import { StatisticsFarm } from './statistics-farm.ts';
import { clusterSnapshot } from './snapshot.ts';
import type { ClusterSnapshot } from './snapshot.ts';

/** What may be given to a balancer besides its configuration, each with a working default. */
export interface BalancerSurroundings {
  readonly logger?: Logger | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  readonly createTransport?: CreateTransport | undefined;
}

/** Balances one cluster for a plain Node request handler. */
export class Balancer {
  readonly members: MembersControl;
  readonly events: EventHub;
  /** The cluster as the statistics engine sees it. */
  readonly farm: StatisticsFarm;
  readonly #parts: ClusterParts;
  readonly #health: ClusterHealth;
  #setCrossOriginHeaders: SetCrossOriginHeaders;

  constructor(config: ClusterConfig, surroundings: BalancerSurroundings = {}) {
    const clock = surroundings.clock ?? systemClock;
    const random = surroundings.random ?? systemRandom;
    const reporter = new Reporter(surroundings.logger ?? silentLogger, config.name);
    const createTransport = surroundings.createTransport ?? createMemberTransport(clock);
    this.#parts = new ClusterParts(config, { clock, random, reporter, createTransport });
    this.#health = new ClusterHealth(this.#parts, random);
    this.events = reporter.events;
    this.members = new MembersControl(this.#parts);
    this.farm = new StatisticsFarm(this.#parts, this.members);
    this.#setCrossOriginHeaders = crossOriginHeaders(config.cors);
  }

  /** Begins to watch over the members. Resolves when new sessions may come: after the first round of probes, where that is waited for. */
  start(): Promise<void> {
    return this.#health.start();
  }

  /** Answers a request. Never throws, never leaves one without an answer. */
  handle(request: IncomingMessage, response: ServerResponse, client: ClientOrigin): void {
    this.#setCrossOriginHeaders(request, response);
    whenItsTurn(response, () => this.#exchange(request, response, client).run());
  }

  /** The name of another cluster to which a backend's decision sends this client; undefined where it stays. */
  decidedFarm(request: IncomingMessage, client: ClientOrigin): string | undefined {
    return this.protocol === 'http' ? decidedFarm(this.#parts, request, client) : undefined;
  }

  /** Counts what became of a decision for another cluster. */
  decisionTaken(ignored: 'no such farm' | 'farm takes no new sessions' | undefined): void {
    if (ignored === undefined) this.#parts.reporter.decisionFollowed();
    else this.#parts.reporter.decisionIgnored(ignored);
  }

  /** True if somebody takes new sessions. */
  get takesNewSessions(): boolean {
    return this.#parts.someoneTakesInits();
  }

  /** What its members speak. */
  get protocol(): Protocol {
    return this.#parts.config.http === undefined ? 'pazpar2' : 'http';
  }

  #exchange(request: IncomingMessage, response: ServerResponse, client: ClientOrigin): ClientExchange {
    const { http } = this.#parts.config;
    return http === undefined
      ? new PazparExchange(this.#parts, request, response, client)
      : new HttpExchange(this.#parts, http, { request, response, client });
  }

  /** Takes a new configuration while requests go on. Counters, sessions and drains of members that stay are kept. */
  apply(config: ClusterConfig): void {
    this.#parts.reconfigure(config);
    this.members.apply(config.members);
    this.#health.reconfigure();
    this.#setCrossOriginHeaders = crossOriginHeaders(config.cors);
  }

  snapshot(): ClusterSnapshot {
    return clusterSnapshot(this.#parts, this.#health);
  }

  /** Ends the connections to the members, each when its running request has ended. */
  async close(): Promise<void> {
    this.#health.stop();
    this.members.close();
    await this.#parts.close();
  }
}

function createMemberTransport(clock: Clock): CreateTransport {
  return (member, config) =>
    config.http === undefined
      ? new MemberTransport(member.settings, config.forward, clock)
      : new HttpTransport(member.settings, config.forward, clock);
}
