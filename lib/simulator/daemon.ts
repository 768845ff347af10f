import type { ConfiguredSettings } from './configured-settings.ts';
import type { SessionList } from './session-list.ts';
import type { SimulatorBehaviour, SimulatorSettings } from './simulator-options.ts';

/** What a command sees of the process that runs it. */
export interface Daemon {
  readonly settings: SimulatorSettings;
  /** As it is at the moment. */
  readonly behaviour: SimulatorBehaviour;
  readonly sessions: SessionList;
  readonly configured: ConfiguredSettings;
  /** Ends the process as `exit(1)` does: nobody is answered, all memory is lost. */
  die(): void;
  /** Takes no new connections any more, but lives on with those that are there. */
  stopListening(): void;
}
