import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SimulatedSession } from '../../helpers/simulated-session.ts';

let session: SimulatedSession;

beforeAll(async () => {
  session = await SimulatedSession.start();
  await session.find('music');
});

afterAll(async () => {
  await session.stop();
});

describe('bytarget', () => {
  test('shows settings, passwords included, when asked', async () => {
    await session.run('command=settings&pz:authentication[*]=user/secret');
    expect((await session.run('command=bytarget')).body).not.toContain('secret');
    expect((await session.run('command=bytarget&settings=1')).body).toContain(
      '<set name="pz:authentication" value="user/secret"></set>\n',
    );
  });

  test('tells an approximation in version 2', async () => {
    expect((await session.run('command=bytarget&version=2')).body).toContain('<approximation>');
  });
});
