import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { textOf } from '../../helpers/raw-connection.ts';
import { SimulatedSession } from '../../helpers/simulated-session.ts';

let session: SimulatedSession;

beforeAll(async () => {
  session = await SimulatedSession.start();
  await session.find('music');
});

afterAll(async () => {
  await session.stop();
});

describe('termlist', () => {
  test('counts terms in all targets', async () => {
    const { body } = await session.run('command=termlist&name=subject&num=1');
    const holders = Number(textOf(await session.run('command=show'), 'total'));
    expect(body).toContain(
      `<list name="subject">\n<term><name>music</name><frequency>${holders}</frequency></term>\n</list>`,
    );
  });

  test('lists targets on demand, and everything when not asked for anything', async () => {
    expect((await session.run('command=termlist&name=xtargets&num=1')).body).toMatch(
      /<term>\n<id>[^<]+<\/id>\n<name>[^<]+<\/name>\n<frequency>\d+<\/frequency>\n<state>Client_Idle<\/state>/,
    );
    expect((await session.run('command=termlist&name=xtargets&version=2')).body).toContain(
      '<filtered>0</filtered>\n<approximation>',
    );
    const names = [...(await session.run('command=termlist')).body.matchAll(/list name="(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect(names).toEqual(['xtargets', 'author', 'date', 'subject']);
  });

  test('has an empty list for what it does not know', async () => {
    expect((await session.run('command=termlist&name=<b>')).body).toContain(
      '<list name="&lt;b&gt;">\n</list>\n',
    );
  });

  test('says OK when asked for a status', async () => {
    expect(textOf(await session.run('command=termlist&report=status'), 'status')).toBe('OK');
  });
});
