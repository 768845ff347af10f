import { describe, expect, test } from '@jest/globals';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { call } from '../helpers/http-client.ts';
import { LogRecorder } from '../helpers/log-recorder.ts';
import { initReply, pingReply, sessionLostReply } from '../helpers/pazpar-bytes.ts';
import { initSession } from '../helpers/started.ts';

const bench = useBalancerBench();

/** One simulator, and sessions that it gave. */
async function serving(count: number) {
  const clock = new FakeClock();
  const { simulators, members } = await bench.farm(1, { clock });
  const logger = new LogRecorder();
  const served = await bench.balancer({ members, retryPause: 0 }, { logger, clock });
  const sessions: string[] = [];
  for (let session = 0; session < count; session += 1) sessions.push(await initSession(served.url));
  const ping = async (session: string | undefined): Promise<number> =>
    (await call(`${served.url}?command=ping&session=${session}`)).status;
  const restart = async (): Promise<void> => {
    await simulators[0]?.kill();
    // Within the same second it would give the numbers of before once more.
    clock.advance(1000);
    await simulators[0]?.restart();
  };
  const known = () => served.balancer.snapshot().members[0];
  return { ...served, logger, sessions, ping, restart, known };
}

describe('A member that forgot several live sessions one after another', () => {
  test('has restarted: that is an event and a line in the log, and all its sessions are known to be lost', async () => {
    const { sessions, ping, restart, known, events, logger, url } = await serving(5);
    await restart();
    expect(known()).toMatchObject({ sessions: 5, restarts: 0, restartedAgo: undefined });
    const young = await initSession(url);
    for (const session of sessions.slice(0, 2)) expect(await ping(session)).toBe(417);
    expect(await ping(young)).toBe(200);
    expect(events.memberRestarted).toEqual([]);
    expect(await ping(sessions[2])).toBe(417);
    expect(events.memberRestarted).toEqual([{ route: 'pz1', sessionsLost: 5 }]);
    expect(logger.lines).toMatchObject([
      { level: 'warn', message: 'member pz1 restarted: 5 sessions are lost' },
    ]);
    expect(known()).toMatchObject({ sessions: 1, restarts: 1, restartedAgo: expect.any(Number) });
    expect([await ping(sessions[3]), await ping(sessions[4]), await ping(young)]).toEqual([417, 417, 200]);
    expect(events.memberRestarted).toHaveLength(1);
  });

  test('has not where a session as old goes on', async () => {
    const { url, balancer } = await serving(0);
    const backend = await bench.backend({
      script: (connection, { head }) => {
        const number = /session=(\d+)/.exec(head)?.[1];
        if (number === undefined) connection.end(initReply(String((given += 1))));
        else connection.end(forgotten.has(number) ? sessionLostReply(number) : pingReply());
      },
    });
    let given = 100;
    const forgotten = new Set(['102', '103', '104']);
    balancer.members.update('pz1', { url: backend.url });
    for (let session = 0; session < 4; session += 1) await initSession(url);
    for (const number of ['102', '103', '101', '104'])
      await call(`${url}?command=ping&session=${number}.pz1`);
    expect(balancer.snapshot().members[0]).toMatchObject({ restarts: 0 });
  });

  test('has not where nobody knows that the sessions ever were', async () => {
    const { ping, events } = await serving(0);
    for (const number of [1, 2, 3, 4, 5]) expect(await ping(`${number}.pz1`)).toBe(417);
    expect(events.memberRestarted).toEqual([]);
  });
});
