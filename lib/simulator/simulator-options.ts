import { systemClock, systemRandom, type Clock, type Random } from '../clock.ts';
import { toByteText } from './c-text.ts';
import { defaultTargets, type Target } from './target.ts';
import { NO_WEAKNESSES, type Weaknesses } from './weaknesses.ts';

/** How a simulator misbehaves. All of it can be changed while it runs. */
export interface SimulatorBehaviour {
  /** Milliseconds by which replies to `init` come late. Defaults to 0. */
  readonly initDelay: number;
  /** Milliseconds by which every reply comes late, on top of `initDelay`. Defaults to 0. */
  readonly replyDelay: number;
  /** Accepts and reads, but neither executes nor answers. Defaults to false. */
  readonly hang: boolean;
  /** Connections beyond this number are accepted and closed without a byte. Defaults to Infinity. */
  readonly socketLimit: number;
  /** An `init` with settings in query or form kills the process. Defaults to false. */
  readonly dieOnSettings: boolean;
  /** An `init` with a text/xml body kills the process. Defaults to false. */
  readonly dieOnBody: boolean;
  /** Milliseconds, smallest and largest, in which targets answer new searches. Defaults to undefined: each target's own. */
  readonly latency: Target['latency'] | undefined;
}

/** What a simulator is. */
export interface SimulatorOptions extends Partial<SimulatorBehaviour> {
  /** The `<server id>`, appended to session values after a dot. Defaults to none, as on legacy servers. */
  readonly id?: string;
  /** Defaults to 127.0.0.1. */
  readonly host?: string;
  /** Defaults to 0: any free port. */
  readonly port?: number;
  /** Seconds until an untouched session ends. Defaults to 60. */
  readonly sessionTimeout?: number;
  /** Seconds until an idle connection is closed, one with a blocked request included. Defaults to 60. */
  readonly connectionTimeout?: number;
  /** What a session searches. Defaults to the five libraries of the demo, which answer within 50 to 800 ms. */
  readonly targets?: readonly Target[];
  /** Names that `init` accepts as `service`, besides none. Defaults to none. */
  readonly services?: readonly string[];
  /** What strangers can do to it. Defaults to nothing. */
  readonly weaknesses?: Partial<Weaknesses>;
  /** How many requests `requests` remembers; 0 switches it off. Defaults to 1,000. */
  readonly remembered?: number;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Options with all defaults filled in. */
export interface SimulatorSettings {
  readonly id: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly sessionTimeout: number;
  readonly connectionTimeout: number;
  readonly targets: readonly Target[];
  readonly services: readonly string[];
  readonly weaknesses: Weaknesses;
  readonly remembered: number;
  readonly clock: Clock;
  readonly random: Random;
}

/** Fills in the defaults. */
export function withDefaults(options: SimulatorOptions): SimulatorSettings {
  return {
    id: options.id,
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    sessionTimeout: options.sessionTimeout ?? 60,
    connectionTimeout: options.connectionTimeout ?? 60,
    targets: (options.targets ?? defaultTargets()).map(inBytes),
    services: options.services ?? [],
    weaknesses: { ...NO_WEAKNESSES, ...options.weaknesses },
    remembered: options.remembered ?? 1000,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  };
}

/** The behaviour that the options ask for at the start. */
export function initialBehaviour(options: SimulatorOptions): SimulatorBehaviour {
  return {
    initDelay: options.initDelay ?? 0,
    replyDelay: options.replyDelay ?? 0,
    hang: options.hang ?? false,
    socketLimit: options.socketLimit ?? Infinity,
    dieOnSettings: options.dieOnSettings ?? false,
    dieOnBody: options.dieOnBody ?? false,
    latency: options.latency,
  };
}

/** Documents are put together from bytes. */
function inBytes(target: Target): Target {
  const settings = Object.entries(target.settings ?? {}).map(([name, value]) => [name, toByteText(value)]);
  return {
    ...target,
    id: toByteText(target.id),
    name: toByteText(target.name),
    settings: Object.fromEntries(settings),
  };
}
