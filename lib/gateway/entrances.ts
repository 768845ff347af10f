import type { IncomingMessage } from 'node:http';
import type { ClusterConfig, EntranceConfig } from '../config/config.ts';
import { BalancerError } from '../errors.ts';
import type { PolicyRules } from '../protocol/policy.ts';
import { accessTest } from './access-test.ts';
import type { AddressTest } from './access-test.ts';
import { bearerTest } from './bearer-test.ts';
import type { ClientOrigin } from './client-origin.ts';

interface GuardedEntrance {
  readonly config: EntranceConfig;
  readonly admits: (request: IncomingMessage, address: string) => boolean;
}

/** The ways into one cluster, and what those who come by them may do. */
export class Entrances {
  readonly #base: PolicyRules;
  readonly #admitsToBase: AddressTest;
  readonly #entrances: readonly GuardedEntrance[];

  constructor(config: ClusterConfig) {
    this.#base = config.policy.rules;
    this.#admitsToBase = accessTest(config.access);
    this.#entrances = config.entrances.map((entrance) => ({ config: entrance, admits: guardOf(entrance) }));
  }

  /**
   * The rules for a request. By an entrance's own path only those come who meet its conditions; on the cluster's path the first
   * entrance whose conditions are met decides, and the cluster's own policy for everybody else who has access.
   *
   * @param report hears what was refused, before the error is thrown
   * @throws BalancerError REQUEST_REFUSED for who may not come this way
   */
  rulesFor(request: IncomingMessage, client: ClientOrigin, report: (what: string) => void): PolicyRules {
    if (client.rules !== undefined) return client.rules;
    const { address, entrance } = client;
    const rules =
      entrance === undefined
        ? this.#rulesOnClusterPath(request, address)
        : this.#rulesOnOwnPath(request, address, entrance);
    if (rules !== undefined) return rules;
    const what = entrance === undefined ? 'this address' : 'this entrance';
    report(what);
    throw new BalancerError('REQUEST_REFUSED', what);
  }

  #rulesOnClusterPath(request: IncomingMessage, address: string): PolicyRules | undefined {
    const entrance = this.#entrances.find(
      ({ config, admits }) => config.path === undefined && admits(request, address),
    );
    if (entrance !== undefined) return entrance.config.policy.rules;
    return this.#admitsToBase(address) ? this.#base : undefined;
  }

  /** The entrance is looked up again: since the request came, the configuration may have changed. */
  #rulesOnOwnPath(
    request: IncomingMessage,
    address: string,
    { path, listener }: EntranceConfig,
  ): PolicyRules | undefined {
    const entrance = this.#entrances.find(
      ({ config }) => config.path === path && config.listener === listener,
    );
    return entrance?.admits(request, address) === true ? entrance.config.policy.rules : undefined;
  }
}

function guardOf(entrance: EntranceConfig): GuardedEntrance['admits'] {
  const admitsAddress = accessTest(entrance);
  const admitsToken = bearerTest(entrance.token);
  return (request, address) => admitsAddress(address) && admitsToken(request.headers.authorization);
}
