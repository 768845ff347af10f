import type { TransportName } from './transports.ts';

/** What the gateway of the soak is told at its start. */
export interface GatewayOrder {
  readonly transport: TransportName;
  readonly members: readonly { readonly route: string; readonly url: string }[];
}

/** What the gateway's process holds at one moment. Sizes in bytes. */
export interface Measurement {
  /** After garbage collection. */
  readonly memory: { readonly heapUsed: number; readonly rss: number; readonly external: number };
  /** Everything that must return to where it was, by name. */
  readonly inUse: Readonly<Record<string, number>>;
  /** Finished requests by verdict, as its access log counts them. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Warnings of the process, unhandled rejections, uncaught exceptions, internal errors. */
  readonly complaints: readonly string[];
  readonly logBytes: number;
}
