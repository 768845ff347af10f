import type { CommandName } from '../protocol/commands.ts';
import type { PolicyPreset } from '../protocol/policy-presets.ts';
import type { AllowedSetting } from '../protocol/setting.ts';
import type { Size } from './size.ts';

/** What clients may do: a preset as it is, or with parts of it overridden. */
export type Policy = PolicyPreset | PolicyOptions;

/** A preset and what differs from it. */
export interface PolicyOptions {
  /**
   * `public` keeps from strangers what lets them write files or kill a Pazpar2; `trusted` (everything but `exit`) is for entrances
   * that only servers of one's own can reach. Defaults to 'public'.
   */
  readonly preset?: PolicyPreset;
  /** `enforce` refuses with 403; `report` forwards, and only counts and logs what it would refuse. Defaults to 'enforce'. */
  readonly mode?: 'enforce' | 'report';
  /** Commands allowed besides the preset's. `exit` never is. Defaults to none. */
  readonly allowCommands?: readonly CommandName[];
  /** Commands that are not allowed, whoever else allows them. Defaults to none. */
  readonly denyCommands?: readonly CommandName[];
  /**
   * Settings that `init` and `settings` may carry: `none`, `any`, or names with their targets (`*` stands for any text). Pazpar2 shares a
   * value between all users when its own configuration sets it for exactly that target, and connects to targets that it does not know.
   * Defaults to the preset's: `none` or `any`.
   */
  readonly settings?: 'none' | 'any' | readonly AllowedSetting[];
  /** text/xml bodies: services and settings documents. Defaults to the preset's: false or true. */
  readonly xmlBodies?: boolean;
  /** Values of `service` in `init`: `any`, or names. An `init` without one always may. Defaults to 'any'. */
  readonly services?: 'any' | readonly string[];
  /** Largest `num` of show and termlist: 1 to 1000000. Defaults to 1000 for `public`, no limit for `trusted`. */
  readonly maxNum?: number;
  /** Longest query in bytes: 1 to 1048576. Defaults to 16384 for `public`, no limit for `trusted`. */
  readonly maxQueryLength?: number;
  /** Most parameters in query and form: 1 to 100000. Defaults to 200 for `public`, no limit for `trusted`. */
  readonly maxParameters?: number;
  /** Largest request body, within the cluster's own `maxBodySize`: 0 to 64mb. Defaults to '128kb' for `public`, no limit for `trusted`. */
  readonly maxBodySize?: Size;
}

/**
 * Which addresses may come. Who is in `allow` may; who is in `deny` may not, unless `allow` names it too (Apache's `Order deny,allow`).
 * Who is in neither may if there is a `deny`, or no list at all.
 */
export interface AccessOptions {
  /** Addresses, networks, `loopback`, `linklocal`, `uniquelocal`, `all`. Defaults to none. */
  readonly allow?: readonly string[];
  /** As `allow`. Defaults to none. */
  readonly deny?: readonly string[];
}

/** Another way into a cluster, with a policy of its own: by address, by token, or both. Each condition that is given must hold. */
export interface EntranceOptions extends AccessOptions {
  /** What clients that come this way may do. Defaults to 'trusted'. */
  readonly policy?: Policy;
  /** The request must carry `Authorization: Bearer TOKEN`. At least 22 characters. Defaults to none. */
  readonly token?: string;
}

/** An entrance of a cluster of the gateway. It may have a path of its own. */
export interface GatewayEntranceOptions extends EntranceOptions {
  /**
   * Its own path. Whoever comes by it and fails a condition is refused; on the cluster's path such a client falls back to the cluster's
   * policy. Defaults to the cluster's path.
   */
  readonly path?: string;
  /** The listener on which that path is served: `public` or `internal` (needs `admin`). Defaults to 'public'. */
  readonly listener?: 'public' | 'internal';
}
