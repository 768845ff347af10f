import type { RequestListener } from 'node:http';
import type { Clock } from '../clock.ts';
import type { StatisticsConfig } from '../config/config.ts';
import { BalancerError } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';
import type { MirrorPeerSnapshot } from '../statistics/mirror.ts';
import type { Farm } from '../statistics/farm.ts';
import { pathOf } from './cluster-handler.ts';
import { behindEnginePath } from './engine-path.ts';
import { respondWithError } from './error-response.ts';
import type { TrustsProxy } from './forwarded-for.ts';
import { senderAddress } from './sender-address.ts';
import { StatisticsHandler } from './statistics-handler.ts';

/** What the gateway gives its statistics engine. */
export interface GatewayStatisticsParts {
  /** The clusters of now. */
  readonly farms: () => readonly Farm[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly trusts: TrustsProxy;
}

/** The statistics engine of a gateway: served on the internal listener, forbidden on the public one. */
export class GatewayStatistics {
  readonly #parts: GatewayStatisticsParts;
  #config: StatisticsConfig | undefined;
  #handler: StatisticsHandler | undefined;

  constructor(parts: GatewayStatisticsParts, config: StatisticsConfig | undefined) {
    this.#parts = parts;
    this.apply(config);
  }

  /** Takes other settings; what was pushed and counted stays. */
  apply(config: StatisticsConfig | undefined): void {
    this.#config = config;
    if (config === undefined) {
      void this.#handler?.close();
      this.#handler = undefined;
    } else if (this.#handler === undefined) {
      this.#handler = new StatisticsHandler(this.#parts.farms, config, this.#parts);
    } else {
      this.#handler.apply(config);
    }
  }

  /** How it stands with the engines that mirror this one. */
  get peers(): readonly MirrorPeerSnapshot[] {
    return this.#handler?.peers ?? [];
  }

  /** Tells and asks other engines no more. */
  async close(): Promise<void> {
    await this.#handler?.close();
  }

  /** The handler of the internal listener: the engine's path is the engine's, the others are `others`'. */
  onInternal(others: RequestListener): RequestListener {
    return (request, response) => {
      const path = this.#behindOwnPath(request.url);
      if (path === undefined || this.#handler === undefined) {
        others(request, response);
        return;
      }
      const address = senderAddress(request, this.#parts.trusts);
      this.#handler.handle(request, response, { path, address });
    };
  }

  /** The handler of the public listener: nobody comes to the engine by it. */
  onPublic(others: RequestListener): RequestListener {
    return (request, response) => {
      if (this.#behindOwnPath(request.url) === undefined) {
        others(request, response);
        return;
      }
      request.resume();
      respondWithError(request, response, new BalancerError('REQUEST_REFUSED', 'statistics engine'));
    };
  }

  #behindOwnPath(target: string = ''): string | undefined {
    // Nearly every request is none of these, and its path is read by whoever serves it.
    if (this.#config === undefined || !target.includes(this.#config.path)) return undefined;
    return behindEnginePath(pathOf(target), this.#config.path);
  }
}
