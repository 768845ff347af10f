/** A server of the demo, as its page and its terminal know it. */
export interface DemoServer {
  /** Its name in session values. */
  readonly route: string;
  /** Address that the gateway uses. */
  readonly url: string;
  /** False for one that is reached through a shim. */
  readonly direct: boolean;
  readonly kind: DemoServerKind;
  /** What can be seen and done only because the demo made the server; undefined for a real one. */
  readonly simulated?: SimulatedProcess;
}

/** `identified` and `legacy` are simulated, with a server id and without one behind a shim; `real` is somebody's Pazpar2. */
export type DemoServerKind = 'identified' | 'legacy' | 'real';

/** A simulated Pazpar2 as a process that one can kill. */
export interface SimulatedProcess {
  readonly running: boolean;
  /** Sessions that it holds at this moment. */
  readonly liveSessions: number;
  /** Ends it at once; its sessions are lost. */
  kill(): Promise<void>;
  /** Starts it again, at the same address and with an empty memory. */
  restart(): Promise<void>;
}

/** The servers of a demo, in the order in which they are shown. */
export interface DemoServers {
  readonly list: readonly DemoServer[];
  /** Ends what the demo itself has started. */
  stop(): Promise<void>;
}
