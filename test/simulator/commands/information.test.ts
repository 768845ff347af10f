import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ask, textOf } from '../../helpers/raw-connection.ts';
import { SimulatedSession } from '../../helpers/simulated-session.ts';

let session: SimulatedSession;

beforeAll(async () => {
  session = await SimulatedSession.start();
  await session.find('music');
});

afterAll(async () => {
  await session.stop();
});

describe('A command for operators', () => {
  test('service shows the targets as configured', async () => {
    const { body } = await session.run('command=service');
    expect(body).toContain('<database id="z3950.abbey.example:210/old">');
    expect(body).toContain('<metadata name="title" ');
  });

  test('session-status counts requests', async () => {
    const count = Number(textOf(await session.run('command=session-status'), 'http_count'));
    expect(Number(textOf(await session.run('command=session-status'), 'http_count'))).toBe(count + 1);
  });

  test('exit says OK and does nothing', async () => {
    expect((await ask(session.simulator.port, 'command=exit')).body).toContain(
      '<exit><status>OK</status></exit>',
    );
    expect((await session.run('command=ping')).statusLine).toBe('HTTP/1.1 200 OK');
  });

  test('info counts sessions and clients', async () => {
    const reply = await ask(session.simulator.port, 'command=info');
    expect([textOf(reply, 'sessions'), textOf(reply, 'clients')]).toEqual(['1', '5']);
  });
});
