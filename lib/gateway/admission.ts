import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.ts';
import type { ClusterConfig } from '../config/config.ts';
import { clientBinding } from '../sticky/client-binding.ts';
import { DecisionReader, type DecisionReading } from '../sticky/decision-cookie.ts';
import { SessionSigner } from '../sticky/session-signature.ts';
import { ClientLimits } from './client-limits.ts';
import { Entrances } from './entrances.ts';
import type { Signature } from './session-route.ts';
import { Stickiness } from './stickiness.ts';

/** Everything about clients that follows from the configuration: by which way they come, how much they may take, whose sessions are theirs. */
export class Admission {
  readonly entrances: Entrances;
  /** Undefined where nobody is limited. */
  readonly limits: ClientLimits | undefined;
  readonly #config: ClusterConfig;
  readonly #clock: Clock;
  readonly #signer: SessionSigner | undefined;
  readonly #decisions: DecisionReader | undefined;
  /** How clients of protocol `http` stay on their member; undefined for `pazpar2`. */
  readonly stickiness: Stickiness | undefined;

  /** @param before what held until now: counts go on where the limits are the same */
  constructor(config: ClusterConfig, clock: Clock, before?: Admission) {
    this.#config = config;
    this.#clock = clock;
    this.entrances = new Entrances(config);
    this.limits = before?.limitsFor(config) ?? makeLimits(config, clock);
    this.#signer =
      config.signing === undefined ? undefined : new SessionSigner(config.name, config.signing, clock);
    this.#decisions = makeDecisionReader(config, clock);
    this.stickiness = config.http && new Stickiness(config.http, this.#signer);
  }

  /** The same rules under another configuration. */
  under(config: ClusterConfig): Admission {
    return new Admission(config, this.#clock, this);
  }

  /** The counts of this one, if they are those of the other configuration too. */
  limitsFor(config: ClusterConfig): ClientLimits | undefined {
    return JSON.stringify(config.limits) === JSON.stringify(this.#config.limits) ? this.limits : undefined;
  }

  /** What a backend decided for this client; undefined without a cookie that says so. */
  decisionOf(request: IncomingMessage): DecisionReading | undefined {
    return this.#decisions?.read(request.headers.cookie);
  }

  /** How session values of this client are signed and checked; undefined where they are not. */
  signatureFor(request: IncomingMessage, address: string): Signature | undefined {
    if (this.#signer === undefined) return undefined;
    return { signer: this.#signer, binding: this.bindingOf(request, address) };
  }

  /** What signed values are bound to besides, for this client; empty where nothing is signed, or bound. */
  bindingOf(request: IncomingMessage, address: string): string {
    const { signing } = this.#config;
    return signing === undefined ? '' : clientBinding(request, address, signing.bind);
  }
}

function makeLimits({ limits }: ClusterConfig, clock: Clock): ClientLimits | undefined {
  return limits === undefined ? undefined : new ClientLimits(limits, clock);
}

function makeDecisionReader(
  { name, decisionCookie }: ClusterConfig,
  clock: Clock,
): DecisionReader | undefined {
  if (decisionCookie === undefined) return undefined;
  return new DecisionReader(decisionCookie.name, name, decisionCookie.keys, clock);
}
