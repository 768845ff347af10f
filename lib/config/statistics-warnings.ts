import type { GatewayConfig } from './config.ts';
import type { FoundProblem } from './problem.ts';

const TOKEN = 'set statistics.token';

/** Updates that whoever reaches the internal listener may send: they take servers out, and decide where users go. */
export function statisticsWarnings({ admin, statistics, trustProxy }: GatewayConfig): FoundProblem[] {
  if (admin === undefined || statistics === undefined || statistics.token !== undefined) return [];
  if (statistics.allow.includes('all')) {
    const message = `updates are taken from everybody who reaches the internal listener; ${TOKEN}, or name networks`;
    return [{ path: ['statistics', 'allow'], message, found: '"all"' }];
  }
  if (trustProxy !== true || statistics.allow.length === 0) return [];
  const message = `believes whatever X-Forwarded-For says, so that anybody can pass statistics.allow; ${TOKEN}, or name the proxies in front`;
  return [{ path: ['trustProxy'], message, found: 'true' }];
}
