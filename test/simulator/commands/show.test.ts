import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { expectedResult } from '../../../lib/simulator/index.ts';
import { allTexts, textOf } from '../../helpers/raw-connection.ts';
import { SimulatedSession } from '../../helpers/simulated-session.ts';

let session: SimulatedSession;

beforeEach(async () => {
  session = await SimulatedSession.start();
});

afterEach(async () => {
  await session.stop();
});

describe('show', () => {
  test('shows a range', async () => {
    await session.find('libraries');
    const whole = allTexts(await session.run('command=show&num=12&sort=title:1'), 'recid');
    const part = await session.run('command=show&start=5&num=4&sort=title:1');
    expect(allTexts(part, 'recid')).toEqual(whole.slice(5, 9));
    expect([textOf(part, 'start'), textOf(part, 'num')]).toEqual(['5', '4']);
  });

  test.each([
    ['', '20'],
    ['&num=0', '0'],
    ['&num=-3', '0'],
    ['&num=x', '0'],
    ['&start=-1', '0'],
  ])('with %j shows %s records', async (range, count) => {
    await session.find('science');
    expect(textOf(await session.run(`command=show${range}`), 'num')).toBe(count);
  });

  test('tells relevance only when it sorts by it', async () => {
    await session.find('libraries');
    expect((await session.run('command=show')).body).toContain('<relevance>');
    expect((await session.run('command=show&sort=date:0')).body).not.toContain('<relevance>');
  });

  test('tells an approximation in version 2', async () => {
    await session.find('libraries');
    expect(textOf(await session.run('command=show&version=2'), 'approximation')).toBe(
      String(expectedResult('libraries').hits),
    );
  });

  test('refuses to sort by what there is not', async () => {
    const reply = await session.run('command=show&sort=colour');
    expect(textOf(reply, 'error')).toBe('sort');
  });
});
