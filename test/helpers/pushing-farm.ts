import { checkClusterOptions } from '../../lib/config/check.ts';
import type { ClusterOptions, MemberOptions } from '../../lib/config/options.ts';
import { Balancer } from '../../lib/gateway/balancer.ts';
import { StatisticsEngine } from '../../lib/statistics/engine.ts';
import type { Clock } from '../../lib/clock.ts';
import { seededRandom } from './seeded-random.ts';

/** Servers that push, and whom the engine answers: `pz1`, `pz2`, … of one farm, to which nobody connects. */
export class PushingFarm {
  readonly balancer: Balancer;
  readonly engine: StatisticsEngine;

  constructor(
    count: number,
    clock: Clock,
    {
      members = {},
      ...options
    }: Partial<Omit<ClusterOptions, 'members'>> & { members?: Partial<MemberOptions> } = {},
  ) {
    const all = Array.from({ length: count }, (_, index) => ({
      url: `http://pz${index + 1}.example:9004`,
      route: `pz${index + 1}`,
      ...members,
    }));
    const config = checkClusterOptions({ limits: 'off', ...options, members: all }, { name: 'farm' });
    this.balancer = new Balancer(config, { clock, random: { next: seededRandom(7) } });
    this.engine = new StatisticsEngine(() => [this.balancer.farm], clock);
  }

  push(host: string, figures: Readonly<Record<string, number>>): void {
    this.engine.execute([
      {
        kind: 'update/phys',
        host,
        administrative: undefined,
        health: undefined,
        figures: Object.entries(figures),
      },
    ]);
  }

  /** Who is to be used now. */
  choose(): string {
    const [answer] = this.engine.execute([
      { kind: 'balance', farm: 'farm', session: undefined, format: undefined },
    ]);
    return answer?.text ?? '';
  }

  /** Who is to be used, so many times. */
  chooseTimes(count: number): string {
    return Array.from({ length: count }, () => this.choose()).join(' ');
  }
}
