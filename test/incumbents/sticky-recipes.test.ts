import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeIncumbent } from '../helpers/describe-incumbent.ts';
import { startIncumbent, type Incumbent, type IncumbentServer, type Place } from '../helpers/incumbents.ts';
import { PazparSession } from '../helpers/pazpar-session.ts';
import { ShimmedFarm } from '../helpers/shimmed-farm.ts';
import { apacheSticky } from './apache.ts';
import { haproxySticky } from './haproxy.ts';
import { nginxSticky } from './nginx.ts';
import { ENDPOINT, type StickyMember } from './sticky-member.ts';

const ROUTES = ['pz1', 'pz2', 'pz3', 'pz4'];
const SESSIONS = 100;
const COMMANDS = ['ping', 'search', 'stat', 'show', 'termlist', 'bytarget', 'stop', 'ping'];

const RECIPES: Record<Incumbent, (members: readonly StickyMember[]) => (place: Place) => string> = {
  apache2: apacheSticky,
  haproxy: haproxySticky,
  nginx: nginxSticky,
};

for (const [name, recipe] of Object.entries(RECIPES)) {
  describeIncumbent(name as Incumbent, () => {
    let farm: ShimmedFarm;
    let server: IncumbentServer;

    beforeAll(async () => {
      farm = await ShimmedFarm.start(ROUTES);
      server = await startIncumbent(name as Incumbent, recipe(farm.places));
    });

    afterAll(async () => {
      await server?.stop();
      await farm?.stop();
    });

    test('with the sticky recipe every request of 100 sessions reaches the server of its session', async () => {
      const users = Array.from({ length: SESSIONS }, (_, user) => user);
      const sessions = await Promise.all(
        users.map((user) => useSession(`http://127.0.0.1:${server.port}${ENDPOINT}`, user)),
      );
      expect(new Set(sessions.map(({ route }) => route))).toEqual(new Set(ROUTES));
      expect(sessions.flatMap(({ statuses }) => statuses).filter((status) => status !== 200)).toEqual([]);

      const marked = farm.requests.filter(({ line }) => line.includes('&user='));
      expect(marked).toHaveLength(SESSIONS * COMMANDS.length);
      const strays = marked.filter(({ route, line }) => route !== sessions[userOf(line)]?.route);
      expect(strays).toEqual([]);
    }, 30_000);
  });
}

/** Every request carries the user's number, which Pazpar2 ignores: session numbers of different servers coincide. */
async function useSession(
  endpoint: string,
  user: number,
): Promise<{ readonly route: string; readonly statuses: readonly number[] }> {
  const session = await PazparSession.begin(endpoint);
  const statuses: number[] = [];
  for (const command of COMMANDS) statuses.push(await session.send(command, `&query=history&user=${user}`));
  return { route: session.route, statuses };
}

function userOf(requestLine: string): number {
  return Number(/&user=(\d+)/.exec(requestLine)?.[1]);
}
