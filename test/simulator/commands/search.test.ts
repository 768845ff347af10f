import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { defaultTargets, expectedResult, inventWorks } from '../../../lib/simulator/index.ts';
import { allTexts, RawConnection, textOf, type RawReply } from '../../helpers/raw-connection.ts';
import { SimulatedSession } from '../../helpers/simulated-session.ts';

let session: SimulatedSession;

beforeEach(async () => {
  session = await SimulatedSession.start();
});

afterEach(async () => {
  await session.stop();
});

describe('search', () => {
  test('finds what it must find', async () => {
    await session.find('letters or poetry');
    const expected = expectedResult('letters or poetry');
    const shown = await session.run('command=show&num=1000');
    expect([textOf(shown, 'total'), textOf(shown, 'merged'), textOf(shown, 'num')]).toEqual([
      String(expected.hits),
      String(expected.merged),
      String(expected.merged),
    ]);
    expect(allTexts(shown, 'recid').toSorted()).toEqual(
      expected.recids.map((id) => Buffer.from(id).toString('latin1')).toSorted(),
    );
  });

  test('keeps to the limit', async () => {
    const limit = 'subject=Museums,date=1800|1900|1950|1990|1791|1810|1820|1830|1840|1848|1896';
    await session.find('science', `&limit=${encodeURIComponent(limit)}`);
    const { merged } = expectedResult('science', { limit });
    expect(textOf(await session.run('command=show'), 'merged')).toBe(String(merged));
  });

  test('keeps to the filter', async () => {
    await session.find('poetry', `&filter=${encodeURIComponent('pz:id~abbey|island')}`);
    expect(allTexts(await session.run('command=bytarget'), 'name')).toEqual([
      'Island Lending Library',
      'Abbey Reading Room',
    ]);
    await session.find(
      'poetry',
      `&filter=${encodeURIComponent('pz:id~abbey|island,pz:name=Abbey Reading Room,nonsense')}`,
    );
    expect(allTexts(await session.run('command=bytarget'), 'name')).toEqual(['Abbey Reading Room']);
  });

  test.each([
    ['x', '&filter=pz:id%3Dnowhere', 'No targets', ''],
    ['x', '&limit=nonsense', 'Malformed parameter value', 'limit'],
    ['x', '&limit=%ff', 'Malformed parameter value', 'limit'],
    ['x', '&sort=colour', 'Malformed parameter value', 'sort'],
    ['xx=a', '', 'Malformed parameter value', 'query: Unknown qualifier'],
  ])('%j%s fails: %s', async (query, more, message, detail) => {
    const reply = await session.search(query, more);
    expect([reply.statusLine, textOf(reply, 'error')]).toEqual([`HTTP/1.1 417 ${message}`, detail]);
  });

  test('wants UTF-8', async () => {
    const reply = await session.run('command=search&query=caf%e9');
    expect([reply.statusLine, textOf(reply, 'error')]).toEqual([
      'HTTP/1.1 417 Malformed parameter encoding',
      'query',
    ]);
  });

  test('that fails leaves the one before alone', async () => {
    await session.find('poetry');
    await session.search('(');
    expect(textOf(await session.run('command=show'), 'merged')).toBe(String(expectedResult('poetry').merged));
  });

  test('grows over time', async () => {
    await session.search('libraries');
    const seen: (string | undefined)[][] = [];
    for (const wait of [0, 30, 30, 20, 20]) {
      session.clock.advance(wait);
      const reply = await session.run('command=stat');
      seen.push(
        ['connecting', 'working', 'idle', 'records', 'progress'].map((element) => textOf(reply, element)),
      );
    }
    const { hits } = expectedResult('libraries');
    expect(
      seen.map(([connecting, working, idle, , progress]) => [connecting, working, idle, progress]),
    ).toEqual([
      ['5', '0', '0', '0.00'],
      ['0', '5', '0', '0.00'],
      ['0', '5', '0', '0.00'],
      ['0', '5', '0', '0.00'],
      ['0', '0', '5', '1.00'],
    ]);
    const records = seen.map(([, , , count]) => Number(count));
    expect([records[0], records[1], records[4]]).toEqual([0, 0, hits]);
    expect(records[2]).toBeGreaterThan(0);
    expect(records[3]).toBeGreaterThan(records[2] ?? 0);
  });

  test('ends with stop', async () => {
    await session.search('libraries');
    session.clock.advance(60);
    await session.run('command=stop');
    const before = await session.run('command=stat');
    session.clock.advance(100);
    expect((await session.run('command=stat')).body).toBe(before.body);
    expect([textOf(before, 'unconnected'), textOf(before, 'activeclients')]).toEqual(['5', '0']);
  });

  test('replaces the one before', async () => {
    await session.find('poetry');
    await session.search('music');
    expect(textOf(await session.run('command=show'), 'merged')).toBe('0');
  });

  test('cannot reach a target that only a setting named', async () => {
    await session.run('command=settings&pz:name[nowhere:210/x]=Nowhere');
    await session.find('poetry');
    const { body } = await session.run('command=bytarget');
    expect(body).toContain('<name>Nowhere</name>\n<hits>0</hits>\n<diagnostic>10000</diagnostic>\n');
    expect(textOf(await session.run('command=stat'), 'error')).toBe('1');
  });

  test('finds its own for each of a thousand sessions', async () => {
    const works = inventWorks(1000);
    await session.stop();
    session = await SimulatedSession.start({ targets: defaultTargets(works) });
    const connection = await RawConnection.open(session.simulator.port);
    const say = async (query: string): Promise<RawReply> => {
      connection.get(query);
      return connection.reply();
    };
    const sessions: string[] = [];
    for (const { id } of works) {
      if (sessions.length % 250 === 249) session.clock.advance(1000);
      sessions.push(textOf(await say('command=init'), 'session') ?? '');
      await say(`command=search&query=id%3D${id}&session=${sessions.at(-1)}`);
    }
    session.clock.advance(100);
    const shown: (string | undefined)[] = [];
    for (const each of sessions) shown.push(textOf(await say(`command=show&session=${each}`), 'md-id'));
    expect(shown).toEqual(works.map(({ id }) => id));
    connection.close();
  });
});
