import type { MemberTls } from '../cluster/member-tls.ts';
import type { MemberSettings } from '../cluster/member-settings.ts';
import type { ProbeSettings } from '../health/health-settings.ts';
import type { PemFile } from '../cluster/member-tls.ts';
import type { OutlierSettings } from '../health/outlier-settings.ts';
import type { ForwardSettings } from '../forward/forward-settings.ts';
import type { Rate } from '../limits/rate-limit.ts';
import type { PolicyPreset } from '../protocol/policy-presets.ts';
import type { PolicyRules } from '../protocol/policy.ts';
import type { Cors } from './cors.ts';
import type { SessionBinding } from '../sticky/client-binding.ts';
import type { SigningSettings } from '../sticky/session-signature.ts';
import type { DecisionCookieConfig } from './decision-schema.ts';
import type { Range } from './number.ts';
import type { FigureRanges } from '../statistics/figure-ranges.ts';
import type { FreshnessSettings } from '../statistics/freshness-watch.ts';
import type { ListenAddress } from './listen-address.ts';
import type { MethodSettings } from '../selection/create-selector.ts';
import type { LogLevel, Protocol } from './options.ts';
import type { PolicyOptions } from './policy-options.ts';
import type { TlsVersion } from './tls-options.ts';
import type { ParsedSticky } from './sticky-schema.ts';
import type { TrustProxy } from './trust-proxy.ts';

/** A cluster as configured: checked, complete, frozen. Times in milliseconds, sizes in bytes. */
export interface ClusterConfig {
  readonly name: string;
  /** At least one; their routes differ. */
  readonly members: readonly MemberSettings[];
  readonly lbMethod: MethodSettings;
  /** Milliseconds. */
  readonly slowStart: number;
  readonly policy: PolicyConfig;
  /** Which addresses may come at all. */
  readonly access: AccessConfig;
  readonly entrances: readonly EntranceConfig[];
  readonly cors: Cors;
  /** Undefined where clients are not limited. */
  readonly limits: LimitsConfig | undefined;
  /** Undefined where members are not probed. */
  readonly health: HealthConfig | undefined;
  /** Undefined where nobody is judged by real requests. */
  readonly outliers: OutlierSettings | undefined;
  /** Milliseconds without a request after which a session counts as ended. */
  readonly sessionTimeout: number;
  /** Undefined where session values are not signed. */
  readonly signing: SigningConfig | undefined;
  /** When members are expected to push statistics. */
  readonly freshness: FreshnessSettings;
  /** Where new sessions are sent when nobody can take them; undefined where they are refused. */
  readonly alternative: string | undefined;
  /** Undefined where backends steer nothing. */
  readonly decisionCookie: DecisionCookieConfig | undefined;
  /** How long a member that was taken out of the cluster still serves its sessions. */
  readonly removeAfter: number;
  readonly forward: ForwardSettings;
  /** What protocol `http` needs; undefined for `pazpar2`. */
  readonly http: HttpConfig | undefined;
}

/** Any web application. */
export interface HttpConfig extends ParsedSticky {
  /** Whether clients are sent to `alternative`, or their requests. */
  readonly forwardMode: 'redirect' | 'proxy';
  /** Members get the client's Host. */
  readonly preserveHost: boolean;
  /** Bytes of request body that are held to be sent again. */
  readonly replayBodySize: number;
}

/** What clients may do. */
export interface PolicyConfig {
  readonly preset: PolicyPreset;
  /** What differs from the preset. */
  readonly overrides: PolicyOverrides;
  readonly rules: PolicyRules;
}

/** What differs from a preset: as it was written, but sizes in bytes. */
export interface PolicyOverrides extends Omit<PolicyOptions, 'preset' | 'maxBodySize'> {
  readonly maxBodySize?: number;
}

/** Addresses and networks as proxy-addr reads them, and the word "all". */
export interface AccessConfig {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** Another way into a cluster. */
export interface EntranceConfig extends AccessConfig {
  readonly policy: PolicyConfig;
  /** Undefined for the cluster's own path. */
  readonly path: string | undefined;
  readonly listener: 'public' | 'internal';
  readonly token: string | undefined;
}

/** The statistics engine. */
export interface StatisticsConfig {
  /** Starts with "/" and does not end with it. */
  readonly path: string;
  /** What updates must carry, when there is one. */
  readonly token: string | undefined;
  /** From where updates may come, as proxy-addr reads it, and the word "all". */
  readonly allow: readonly string[];
  readonly updateRate: Rate;
  readonly maxRequests: number;
  readonly mixedKinds: boolean;
  readonly ranges: FigureRanges;
  /** Undefined where the engine stands alone. */
  readonly mirror: MirrorConfig | undefined;
}

/** Engines that know the same. */
export interface MirrorConfig {
  /** What they share: each lets in who has it. */
  readonly token: string;
  /** The engines to tell and to ask, each with its path. */
  readonly peers: readonly string[];
  /** Milliseconds between two pulls. */
  readonly interval: number;
  /** How TLS is spoken with peers that are reached by https. */
  readonly tls: MemberTls | undefined;
}

/** What one client may take. */
export interface LimitsConfig {
  readonly perAddress: { readonly init: Rate; readonly search: Rate; readonly other: Rate };
  readonly perSession: { readonly search: Rate; readonly other: Rate };
  readonly maxBlockedPerSession: number;
  readonly maxSessionsPerAddress: number;
  readonly ipv6Prefix: number;
}

/** How members are probed. */
export interface HealthConfig extends ProbeSettings {
  readonly beforeReady: boolean;
  /** Milliseconds; 0 for never. */
  readonly infoInterval: number;
  /** Undefined where the protocol's own probe is used. */
  readonly http: HttpProbeConfig | undefined;
}

/** A probe that asks for a page. */
export interface HttpProbeConfig {
  readonly method: 'GET' | 'HEAD' | 'OPTIONS';
  readonly path: string;
  /** Both ends are included. */
  readonly status: readonly Range<number>[];
  /** Source of a regular expression. */
  readonly body: string | undefined;
}

/** Signatures in session values. */
export interface SigningConfig extends SigningSettings {
  readonly bind: SessionBinding;
}

/** A cluster of the gateway. */
export interface GatewayClusterConfig extends ClusterConfig {
  /** Starts with "/" and does not end with it, unless it is "/" alone. Differs from the other clusters' paths. */
  readonly path: string;
  readonly protocol: Protocol;
}

/** TLS on a listener: a certificate with its chain, and its key. */
export interface TlsConfig {
  readonly cert: PemFile;
  readonly key: PemFile;
  /** Authorities of clients, who need a certificate then. */
  readonly ca?: PemFile | undefined;
  readonly minVersion: TlsVersion;
}

/** Connections of clients to a listener. Times in milliseconds. */
export interface ClientsConfig {
  readonly maxConnections: number;
  readonly headersTimeout: number;
  readonly keepAliveTimeout: number;
}

/** The gateway as configured: checked, complete, frozen. Times in milliseconds. */
export interface GatewayConfig {
  readonly listen: ListenAddress;
  /** The internal listener, when there is one. */
  readonly admin?: { readonly listen: ListenAddress; readonly tls?: TlsConfig | undefined } | undefined;
  /** Undefined where the public listener speaks plain HTTP. */
  readonly tls?: TlsConfig | undefined;
  readonly trustProxy: TrustProxy;
  /** The statistics engine; undefined where there is none. */
  readonly statistics?: StatisticsConfig | undefined;
  readonly clients: ClientsConfig;
  readonly compress: boolean;
  /** The host of a request may be the name of a cluster of protocol `http`. */
  readonly farmHosts: boolean;
  readonly shutdownDelay: number;
  readonly shutdownTimeout: number;
  readonly logLevel: LogLevel;
  /** At least one, in the order of the options. */
  readonly clusters: readonly GatewayClusterConfig[];
}

/** The shim as configured: checked, complete, frozen. */
export interface ShimConfig {
  /** Where the Pazpar2 is, as a member's `url`. */
  readonly backend: string;
  /** What is appended to the session value. */
  readonly serverId: string;
  readonly forward: ForwardSettings;
}
