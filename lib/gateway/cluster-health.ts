import { isDeepStrictEqual } from 'node:util';
import type { Random } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import type { HealthConfig } from '../config/config.ts';
import { ActiveHealth } from '../health/active-health.ts';
import type { ProbeSnapshot } from '../health/active-health.ts';
import { HealthVerdicts } from '../health/health-verdicts.ts';
import { FiguresWatch } from '../health/figures-watch.ts';
import type { ReportedFigures } from '../health/figures-watch.ts';
import { OutlierDetection } from '../health/outlier-detection.ts';
import type { OutlierSnapshot } from '../health/outlier-detection.ts';
import type { OutlierSettings } from '../health/outlier-settings.ts';
import type { Probe } from '../health/probe.ts';
import type { ClusterParts } from './cluster-parts.ts';
import { httpProbe } from './http-probe.ts';
import { pazparProbe } from './pazpar-probe.ts';
import { readPazparFigures } from './pazpar-figures.ts';

/** What is known of a member's health beside its state. */
export interface MemberHealthSnapshot {
  /** What its latest probe found; undefined before the first, and where members are not probed. */
  readonly probe: ProbeSnapshot | undefined;
  /** What it says of itself; undefined where it is not asked. */
  readonly figures: ReportedFigures | undefined;
  /** What real requests say of it; undefined where nobody is judged by them. */
  readonly outlier: OutlierSnapshot | undefined;
}

/** Everything that watches over the health of one cluster's members, under the configuration of the moment. */
export class ClusterHealth {
  readonly #parts: ClusterParts;
  readonly #random: Random;
  readonly #verdicts = new HealthVerdicts();
  #isOn = false;
  #config: HealthConfig | undefined;
  #active: ActiveHealth | undefined;
  #figures: FiguresWatch | undefined;
  #outlierSettings: OutlierSettings | undefined;
  #outliers: OutlierDetection | undefined;

  constructor(parts: ClusterParts, random: Random) {
    this.#parts = parts;
    this.#random = random;
  }

  /** Begins to probe. Resolves when new sessions may come: after the first round, unless nobody wants to wait for it. */
  async start(): Promise<void> {
    const config = this.#parts.config.health;
    this.#isOn = true;
    this.#judge();
    const firstRound = this.#begin(config);
    if (config?.beforeReady === true) await firstRound;
  }

  /** Goes on under the configuration of now. Who is down stays so until a probe says otherwise, or nobody probes any more. */
  reconfigure(): void {
    if (!this.#isOn) return;
    this.#judge();
    const { health } = this.#parts.config;
    if (isDeepStrictEqual(health, this.#config)) return;
    this.#endProbes();
    void this.#begin(health);
    if (health !== undefined) return;
    for (const member of this.#parts.cluster.members) {
      this.#verdicts.say(member, 'probes', 'up', 'members are not probed any more');
    }
  }

  stop(): void {
    this.#isOn = false;
    this.#endProbes();
    this.#outliers?.stop();
    this.#outliers = undefined;
  }

  snapshot(member: Member): MemberHealthSnapshot {
    return {
      probe: this.#active?.latest(member),
      figures: this.#figures?.latest(member),
      outlier: this.#outliers?.snapshot(member),
    };
  }

  /** Ejections end when the settings change: they were made under others. */
  #judge(): void {
    const { cluster, clock, config } = this.#parts;
    const settings = config.outliers;
    if (isDeepStrictEqual(settings, this.#outlierSettings)) return;
    this.#outlierSettings = settings;
    this.#outliers?.stop('outliers are judged by other settings now');
    this.#outliers =
      settings === undefined
        ? undefined
        : new OutlierDetection({ cluster, clock, settings, verdicts: this.#verdicts });
  }

  #endProbes(): void {
    this.#active?.stop();
    this.#figures?.stop();
    this.#active = undefined;
    this.#figures = undefined;
  }

  #begin(config: HealthConfig | undefined): Promise<void> {
    this.#config = config;
    if (config === undefined) return Promise.resolve();
    const { cluster, clock } = this.#parts;
    const common = { cluster, clock, random: this.#random };
    const active = { ...common, settings: config, verdicts: this.#verdicts, probe: this.#probe(config) };
    this.#active = new ActiveHealth(active);
    if (config.infoInterval > 0) {
      const read = readPazparFigures((member) => this.#parts.upstream(member));
      this.#figures = new FiguresWatch({
        ...common,
        read,
        settings: { ...config, interval: config.infoInterval },
      });
      this.#figures.start();
    }
    return this.#active.start();
  }

  #probe({ http }: HealthConfig): Probe {
    return http === undefined ? pazparProbe((member) => this.#parts.upstream(member)) : httpProbe(http);
  }
}
