import { Agent } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { ApplicationFarm } from '../helpers/application-farm.ts';
import { freePort } from '../helpers/free-port.ts';
import { countBy, logLines, type LogLine } from '../helpers/gateway-log.ts';
import { startGateway } from '../helpers/gateway-program.ts';
import { MemberTroubles } from '../helpers/member-troubles.ts';
import { Mishaps } from '../helpers/mishaps.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { HEALTH, OUTLIERS } from '../helpers/mishap-watch.ts';
import { Started } from '../helpers/started.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { WebUser, type WebSession } from '../helpers/web-user.ts';

/** `npm run e2e` asks for 1,000. */
const USERS = Number(process.env['E2E_SESSIONS'] ?? 100);
const SEED = Number(process.env['E2E_SEED'] ?? Date.now() % 2 ** 31);
const IS_FULL = USERS >= 500;
/** Every request must have ended by then, if gateways and servers get their share of the processors. */
const REQUEST_LIMIT_MS = IS_FULL ? 60_000 : 20_000;
const PAUSE_MS = IS_FULL ? 1000 : 100;
/** Every server is killed, hangs and is slow so many times, and the link breaks as often for each. */
const ROUNDS_PER_SERVER = IS_FULL ? 4 : 1;
const MISHAP_EVERY_MS = IS_FULL ? 250 : 100;
/** One user in so many has a WebSocket. */
const SOCKETS = 10;
/** Both clocks are read in other processes, in whole milliseconds. */
const SLACK_MS = 5;
/** What members that are killed, hang, are slow or break off may lead to, and nothing else. */
const ALLOWED_ERRORS = [
  'NO_MEMBER_AVAILABLE',
  'MEMBER_UNREACHABLE',
  'CONNECT_TIMEOUT',
  'REPLY_INCOMPLETE',
  'REPLY_OVERDUE',
];
/** A session that is lost is told so, or begins anew elsewhere. */
const CLUSTERS = { strict: 'error', loose: 'redispatch' } as const;

const started = new Started();
afterEach(() => started.stopAll());
const inTemporaryDirectory = useTemporaryDirectory();

type ClusterName = keyof typeof CLUSTERS;

function clusterOptions(name: ClusterName, farm: ApplicationFarm) {
  return {
    protocol: 'http',
    path: `/${name}`,
    members: farm.membersAt(`/${name}`),
    sessionLoss: CLUSTERS[name],
    stickyCookie: { name: 'lb' },
    signing: { keys: [{ id: 'k1', secret: 'a secret of twenty-two characters' }] },
    retry: '500ms',
    maxRetry: '1s',
    replyTimeout: '3s',
    health: { ...HEALTH, http: { path: '/health' } },
    outliers: OUTLIERS,
  } as const;
}

async function startTwoGateways(farm: ApplicationFarm) {
  const gateways = [];
  for (const name of ['a', 'b']) {
    const port = await freePort();
    const clusters = { strict: clusterOptions('strict', farm), loose: clusterOptions('loose', farm) };
    const options = { listen: `127.0.0.1:${port}`, trustProxy: 'loopback', clusters } as const;
    const program = await startGateway(options, inTemporaryDirectory(`gateway-${name}.json`));
    started.also(() => program.stop());
    gateways.push({ program, url: `http://127.0.0.1:${port}` });
  }
  return gateways;
}

interface Visitor {
  readonly cluster: ClusterName;
  readonly user: WebUser;
}

function makeVisitors(urls: readonly string[], agent: Agent): Visitor[] {
  return Array.from({ length: USERS }, (_, index) => {
    const cluster = index % 2 === 0 ? 'strict' : 'loose';
    const user = new WebUser({
      name: `user-${index}`,
      endpoints: urls.map((url) => `${url}/${cluster}`),
      agent,
      address: `10.0.${index >> 8}.${index & 255}`,
      random: seededRandom(SEED + index),
      pause: PAUSE_MS,
      limit: REQUEST_LIMIT_MS,
      hasSocket: index % SOCKETS < 2,
    });
    return { cluster, user };
  });
}

test(
  `${USERS} users of applications each find their own session, whatever happens to the servers (seed ${SEED})`,
  async () => {
    const farm = await ApplicationFarm.start();
    started.also(() => farm.stop());
    const gateways = await startTwoGateways(farm);
    const agent = new Agent({ keepAlive: true, maxFreeSockets: Infinity });
    started.also(() => Promise.resolve(agent.destroy()));
    const mishaps = new Mishaps(farm, seededRandom(SEED));
    const visitors = makeVisitors(
      gateways.map(({ url }) => url),
      agent,
    );

    const beganAt = performance.now();
    let isOver = false;
    const outcomes = await Promise.allSettled([
      mishaps
        .run(ROUNDS_PER_SERVER * farm.servers.size, { every: MISHAP_EVERY_MS })
        .finally(() => (isOver = true)),
      ...visitors.map(({ user }) => user.run(() => isOver)),
    ]);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    const seconds = (performance.now() - beganAt) / 1000;

    agent.destroy();
    const statuses = await Promise.all(gateways.map(({ program }) => program.stop()));
    expect(statuses).toEqual([0, 0]);
    expect(gateways.map(({ program }) => program.errors())).toEqual(['', '']);

    const logs = gateways.map(({ program }) => logLines(program.output()));
    const troubles = logs.map((log) => new MemberTroubles(log));
    const withoutCause = visitors.flatMap((visitor) =>
      visitor.user.sessions.filter((session) => !hasCause(session, visitor, { mishaps, troubles, logs })),
    );
    expect(withoutCause).toEqual([]);
    expect(without(ALLOWED_ERRORS, countBy(logs.flat(), 'error'))).toEqual({});
    expect(logs.flat().filter(isErrorWithoutCause)).toEqual([]);

    report(visitors, mishaps, {
      seconds,
      seed: SEED,
      ...countBy(logs.flat(), 'axis'),
      ...countBy(logs.flat(), 'error'),
    });
  },
  IS_FULL ? 600_000 : 180_000,
);

interface Evidence {
  readonly mishaps: Mishaps;
  readonly troubles: readonly MemberTroubles[];
  readonly logs: readonly (readonly LogLine[])[];
}

/** A session may only end with its server, and begins anew there; where it may move, also when a gateway could not reach its server just then. */
function hasCause(
  { route, begunAt, lost }: WebSession,
  { cluster, user }: Visitor,
  { mishaps, troubles, logs }: Evidence,
): boolean {
  if (lost === undefined) return true;
  const isKilled = mishaps.killed(route, begunAt, lost.at);
  if (cluster === 'strict') return isKilled && lost.movedTo === route;
  if (isKilled) return true;
  const [from, until] = [lost.askedAt, lost.at].map((time) => performance.timeOrigin + time) as [
    number,
    number,
  ];
  return (
    troubles.some((trouble) => trouble.had({ cluster, route }, from - SLACK_MS, until + SLACK_MS)) ||
    logs.flat().some((line) => wasTriedAgain(line, user.address, from))
  );
}

/** The line of a request of this client that needed several attempts, of which the last one was elsewhere. */
function wasTriedAgain({ time, client, attempts }: LogLine, address: string, since: number): boolean {
  return client === address && Number(attempts) > 1 && time >= since - SLACK_MS;
}

/** What became of the last attempt is told with each error, unless there was none. */
function isErrorWithoutCause({ code, cause }: LogLine): boolean {
  return code !== undefined && code !== 'NO_MEMBER_AVAILABLE' && typeof cause !== 'string';
}

function without(keys: readonly string[], counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([key]) => !keys.includes(key)));
}

function report(
  visitors: readonly Visitor[],
  mishaps: Mishaps,
  figures: Readonly<Record<string, number>>,
): void {
  const total: Record<string, number> = { requests: 0, sessions: 0, moved: 0 };
  const add = (name: string, count: number): void => void (total[name] = (total[name] ?? 0) + count);
  for (const { user } of visitors) {
    for (const [kind, count] of Object.entries({ ...user.outcomes, ...user.echoes })) add(kind, count);
    for (const count of Object.values(user.outcomes)) add('requests', count);
    add('sessions', user.sessions.length);
    add(
      'moved',
      user.sessions.filter(({ route, lost }) => lost !== undefined && lost.movedTo !== route).length,
    );
  }
  const { kills, hangs, slows, breaks } = mishaps;
  const all = { users: visitors.length, ...figures, ...total, kills: kills.length, hangs, slows, breaks };
  process.stdout.write(`${JSON.stringify(all)}\n`);
}
