import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import proxyaddr from 'proxy-addr';
import type { AccessConfig, ClusterConfig, EntranceConfig } from '../config/config.ts';
import { BalancerError } from '../errors.ts';
import type { PolicyRules } from '../protocol/policy.ts';

type AddressTest = (address: string) => boolean;
type Guard = (request: IncomingMessage, address: string) => boolean;

interface GuardedEntrance {
  readonly config: EntranceConfig;
  readonly admits: Guard;
}

/** The ways into one cluster, and what those who come by them may do. */
export class Entrances {
  readonly #base: PolicyRules;
  readonly #admitsAtAll: AddressTest;
  readonly #entrances: readonly GuardedEntrance[];

  constructor(config: ClusterConfig) {
    this.#base = config.policy.rules;
    this.#admitsAtAll = accessTest(config.access);
    this.#entrances = config.entrances.map((entrance) => ({
      config: entrance,
      admits: guardOf(entrance),
    }));
  }

  /**
   * The rules for a request. By an entrance's own path only those come who meet its conditions; on the cluster's path the first
   * entrance whose conditions are met decides, and the cluster's own policy for everybody else.
   *
   * @param address the client's, behind trusted proxies
   * @param own the entrance whose own path was taken
   * @throws BalancerError REQUEST_REFUSED for who may not come this way
   */
  rulesFor(request: IncomingMessage, address: string, own?: EntranceConfig): PolicyRules {
    if (own !== undefined) {
      const entrance = this.#entrances.find(({ config }) => config.path === own.path);
      if (entrance?.admits(request, address) === true) return entrance.config.policy.rules;
      throw new BalancerError('REQUEST_REFUSED', 'this entrance');
    }
    for (const { config, admits } of this.#entrances) {
      if (config.path === undefined && admits(request, address)) return config.policy.rules;
    }
    if (this.#admitsAtAll(address)) return this.#base;
    throw new BalancerError('REQUEST_REFUSED', 'this address');
  }
}

function guardOf(entrance: EntranceConfig): Guard {
  const admitsAddress = accessTest(entrance);
  const admitsToken = tokenTest(entrance.token);
  return (request, address) => admitsAddress(address) && admitsToken(request.headers.authorization);
}

/** Apache's `Order deny,allow`, but that an `allow` alone keeps all others out. */
function accessTest({ allow, deny }: AccessConfig): AddressTest {
  const isAllowed = addressTest(allow);
  const isDenied = addressTest(deny);
  const othersMay = deny.length > 0 || allow.length === 0;
  return (address) => isAllowed(address) || (othersMay && !isDenied(address));
}

function addressTest(list: readonly string[]): AddressTest {
  if (list.length === 0) return () => false;
  const trusts = proxyaddr.compile([...list]);
  return (address) => trusts(address, 0);
}

function tokenTest(token: string | undefined): (authorization: string | undefined) => boolean {
  if (token === undefined) return () => true;
  const expected = digest(`Bearer ${token}`);
  // Digests have one length, so that the comparison tells nothing of the token's.
  return (authorization) => authorization !== undefined && timingSafeEqual(digest(authorization), expected);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
