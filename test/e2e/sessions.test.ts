import { Agent } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { distinctSearches } from '../helpers/distinct-searches.ts';
import { freePort } from '../helpers/free-port.ts';
import { startGateway } from '../helpers/gateway-program.ts';
import { countBy, logLines, type LogLine } from '../helpers/gateway-log.ts';
import { Mishaps } from '../helpers/mishaps.ts';
import { MixedFarm } from '../helpers/mixed-farm.ts';
import { Pz2User, type SessionStory } from '../helpers/pz2-user.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { HEALTH, OUTLIERS } from '../helpers/mishap-watch.ts';
import { Started } from '../helpers/started.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';

/** `npm run e2e` asks for 1,000. */
const SESSIONS = Number(process.env['E2E_SESSIONS'] ?? 40);
const SEED = Number(process.env['E2E_SEED'] ?? Date.now() % 2 ** 31);
const IS_FULL = SESSIONS >= 500;
/** Every request must have ended by then. The gateway gives up after 15 s, if it gets its share of the processors. */
const REQUEST_LIMIT_MS = IS_FULL ? 60_000 : 20_000;
/** pz2.js asks once a second. */
const POLL_EVERY_MS = IS_FULL ? 1000 : 100;
/** Every server is killed, hangs and is slow so many times, and the link breaks as often for each. */
const ROUNDS_PER_SERVER = IS_FULL ? 4 : 1;
const MISHAP_EVERY_MS = 250;
/** What members that are killed, hang, are slow or break off may lead to, and nothing else. */
const ALLOWED_ERRORS = [
  'SESSION_LOST',
  'MEMBER_UNREACHABLE',
  'CONNECT_TIMEOUT',
  'REPLY_MISSING',
  'REPLY_TIMEOUT',
  'BODY_TIMEOUT',
  'REQUEST_TIMEOUT',
  // A thousand users may want more of one member than it takes at a time.
  'MEMBER_FULL',
  'QUEUE_TIMEOUT',
  'NO_MEMBER_AVAILABLE',
];

const started = new Started();
afterEach(() => started.stopAll());
const inTemporaryDirectory = useTemporaryDirectory();

async function startTwoGateways(farm: MixedFarm) {
  const gateways = [];
  for (const name of ['a', 'b']) {
    const port = await freePort();
    const options = {
      listen: `127.0.0.1:${port}`,
      trustProxy: 'loopback',
      clusters: {
        pz2: {
          path: '/search.pz2',
          members: farm.members,
          retry: '500ms',
          replyTimeout: '4s',
          blockingReplyTimeout: '8s',
          requestTimeout: '15s',
          health: HEALTH,
          outliers: OUTLIERS,
        },
      },
    } as const;
    const program = await startGateway(options, inTemporaryDirectory(`gateway-${name}.json`));
    started.also(() => program.stop());
    gateways.push({ program, url: `http://127.0.0.1:${port}/search.pz2` });
  }
  return gateways;
}

test(
  `${SESSIONS} sessions each find their own, whatever happens to the servers (seed ${SEED})`,
  async () => {
    const random = seededRandom(SEED);
    const farm = await MixedFarm.start({});
    started.also(() => farm.stop());
    const gateways = await startTwoGateways(farm);
    const agent = new Agent({ keepAlive: true, maxFreeSockets: Infinity });
    started.also(() => Promise.resolve(agent.destroy()));
    const mishaps = new Mishaps(farm, random);
    const searches = distinctSearches(2 * SESSIONS);
    const users = Array.from({ length: SESSIONS }, (_, index) => {
      return new Pz2User({
        endpoints: gateways.map(({ url }) => url),
        searches: searches.slice(2 * index, 2 * index + 2),
        agent,
        address: `10.0.${index >> 8}.${index & 255}`,
        random: seededRandom(SEED + index),
        pollEvery: POLL_EVERY_MS,
        limit: REQUEST_LIMIT_MS,
      });
    });

    const beganAt = performance.now();
    const outcomes = await Promise.allSettled([
      mishaps.run(ROUNDS_PER_SERVER * farm.servers.size, { every: MISHAP_EVERY_MS }),
      ...users.map((user) => user.run()),
    ]);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    const seconds = (performance.now() - beganAt) / 1000;

    const stories = users.flatMap(({ sessions }) => sessions);
    const values = new Set(stories.map(({ value }) => value));
    expect(values.size).toBe(stories.length);
    const numbers = new Set(Array.from(values, (value) => value.split('.')[0]));
    expect(numbers.size).toBeLessThan(values.size);
    expect(stories.filter((story) => isLostWithoutCause(story, mishaps))).toEqual([]);

    const logs = gateways.map(({ program }) => logLines(program.output()));
    expect(without(ALLOWED_ERRORS, countBy(logs.flat(), 'error'))).toEqual({});
    for (const log of logs) expect(restartsWithoutCause(log, mishaps)).toEqual([]);

    agent.destroy();
    const statuses = await Promise.all(gateways.map(({ program }) => program.stop()));
    expect(statuses).toEqual([0, 0]);
    expect(gateways.map(({ program }) => program.errors())).toEqual(['', '']);
    expect(await farm.stop()).toEqual([0, 0]);
    expect(farm.errors).toBe('');
    report(users, mishaps, {
      seconds,
      seed: SEED,
      values: values.size,
      numbers: numbers.size,
      restartsNoticed: restarts(logs.flat()).length,
      ...countBy(logs.flat(), 'axis'),
      ...countBy(logs.flat(), 'error'),
    });
  },
  SESSIONS * 500 + 120_000,
);

/** A session may only be lost when its server was killed meanwhile. */
function isLostWithoutCause({ value, begunAt, lostAt }: SessionStory, mishaps: Mishaps): boolean {
  return lostAt !== undefined && !mishaps.killed(value.split('.')[1] ?? '', begunAt, lostAt);
}

/** A restart may only be noticed after a kill, and once for each. */
function restartsWithoutCause(log: readonly LogLine[], mishaps: Mishaps): LogLine[] {
  const noticed: Record<string, number> = {};
  return restarts(log).filter(({ route, time }) => {
    const name = String(route);
    noticed[name] = (noticed[name] ?? 0) + 1;
    return noticed[name] > mishaps.killsOf(name, time - performance.timeOrigin + 1);
  });
}

function restarts(log: readonly LogLine[]): LogLine[] {
  return log.filter(({ msg }) => / restarted: /.test(msg));
}

function without(keys: readonly string[], counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([key]) => !keys.includes(key)));
}

function report(
  users: readonly Pz2User[],
  mishaps: Mishaps,
  figures: Readonly<Record<string, number>>,
): void {
  const total: Record<string, number> = { requests: 0 };
  for (const { outcomes } of users) {
    for (const [kind, count] of Object.entries(outcomes)) {
      total[kind] = (total[kind] ?? 0) + count;
      total['requests'] = (total['requests'] ?? 0) + count;
    }
  }
  const { kills, hangs, slows, breaks } = mishaps;
  const all = { users: users.length, ...figures, ...total, kills: kills.length, hangs, slows, breaks };
  process.stdout.write(`${JSON.stringify(all)}\n`);
}
