import { afterEach, describe, expect, test } from '@jest/globals';
import { PazparSimulator, type SimulatorOptions } from '../../lib/simulator/index.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { ask, begin, exchange, RawConnection, textOf } from '../helpers/raw-connection.ts';
import { until } from '../helpers/until.ts';

const started: PazparSimulator[] = [];

async function start(options: SimulatorOptions = {}): Promise<PazparSimulator> {
  const simulator = await PazparSimulator.start(options);
  started.push(simulator);
  return simulator;
}

afterEach(async () => {
  for (const simulator of started.splice(0)) await simulator.stop();
});

describe('Two servers', () => {
  test('that begin in the same second give the same numbers', async () => {
    const clock = new FakeClock();
    const [one, other] = [await start({ clock, id: 'pz1' }), await start({ clock, id: 'pz2' })];
    const values = [await begin(one.port), await begin(other.port)];
    expect(values[0]?.replace('.pz1', '.pz2')).toBe(values[1]);
  });

  test("take each other's values", async () => {
    const clock = new FakeClock();
    const [one, other] = [await start({ clock, id: 'pz1' }), await start({ clock, id: 'pz2' })];
    const value = await begin(one.port);
    await begin(other.port);
    expect((await ask(other.port, `command=ping&session=${value}`)).statusLine).toBe('HTTP/1.1 200 OK');
  });
});

describe('A server that dies', () => {
  test('resets its connections and refuses new ones', async () => {
    const simulator = await start();
    const connection = await RawConnection.open(simulator.port);
    await until(() => simulator.counters.connectionsOpen === 1);
    await simulator.kill();
    expect(await connection.end()).toBe('reset');
    await expect(RawConnection.open(simulator.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('comes back on its port with an empty memory', async () => {
    const simulator = await start({ clock: new FakeClock() });
    const { port, url } = simulator;
    const [first] = [await begin(port), await begin(port)];
    await simulator.restart();
    expect([simulator.port, simulator.url]).toEqual([port, url]);
    expect(textOf(await ask(port, `command=ping&session=${first}`), 'error')).toBe(first);
    expect(await begin(port)).toBe(first);
    expect(simulator.counters).toMatchObject({ inits: 1, liveSessions: 1 });
  });

  test('does not notice a second death', async () => {
    const simulator = await start();
    await simulator.kill();
    await simulator.kill();
    await simulator.restart();
    expect((await ask(simulator.port, 'command=info')).statusLine).toBe('HTTP/1.1 200 OK');
  });

  test.each([
    ['a setting', { dieOnSettings: true }, 'GET /?command=init&pz:name[x]=y HTTP/1.1\r\n\r\n'],
    [
      'a body',
      { dieOnBody: true },
      'POST /?command=init HTTP/1.1\r\nContent-Type: text/xml\r\nContent-Length: 10\r\n\r\n<service/>',
    ],
  ])('of %s in init answers nobody', async (_reason, behaviour, request) => {
    const simulator = await start(behaviour);
    const witness = await RawConnection.open(simulator.port);
    await begin(simulator.port);
    await expect(exchange(simulator.port, request)).rejects.toThrow('reset');
    expect(await witness.end()).toBe('reset');
    await expect(RawConnection.open(simulator.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('A server that stops', () => {
  test('ends its connections', async () => {
    const simulator = await start();
    const connection = await RawConnection.open(simulator.port);
    await until(() => simulator.counters.connectionsOpen === 1);
    await simulator.stop();
    expect(await connection.end()).toBe('end');
  });
});

describe('A server can be told', () => {
  test('to accept no more than so many connections', async () => {
    const simulator = await start({ socketLimit: 1 });
    const first = await RawConnection.open(simulator.port);
    const second = await RawConnection.open(simulator.port);
    expect([await second.end(), second.unread]).toEqual(['end', '']);
    simulator.behave({ socketLimit: 2 });
    expect((await ask(simulator.port, 'command=info')).statusLine).toBe('HTTP/1.1 200 OK');
    first.close();
  });

  test('to hang', async () => {
    const simulator = await start({ hang: true });
    const connection = await RawConnection.open(simulator.port);
    connection.get('command=init');
    await until(() => simulator.requests.length === 1);
    expect([simulator.requests[0]?.executed, simulator.counters.inits]).toEqual([false, 0]);
    connection.close();
  });

  test('to answer init late', async () => {
    const clock = new FakeClock();
    const simulator = await start({ clock, initDelay: 500, replyDelay: 100 });
    const connection = await RawConnection.open(simulator.port);
    connection.get('command=init');
    await until(() => simulator.counters.inits === 1);
    clock.advance(599);
    expect(connection.unread).toBe('');
    clock.advance(1);
    expect((await connection.reply()).statusLine).toBe('HTTP/1.1 200 OK');
    connection.close();
  });

  test('to answer everything late', async () => {
    const clock = new FakeClock();
    const simulator = await start({ clock, initDelay: 500, replyDelay: 100 });
    const connection = await RawConnection.open(simulator.port);
    connection.get('command=info');
    await until(() => simulator.requests.length === 1);
    clock.advance(100);
    expect((await connection.reply()).statusLine).toBe('HTTP/1.1 200 OK');
    connection.close();
  });
});

describe('A server remembers', () => {
  test('what it was asked, and whether it did it', async () => {
    const simulator = await start();
    const session = await begin(simulator.port);
    const form = `session=${session}`;
    const type = 'Content-Type: application/x-www-form-urlencoded';
    const head = `POST /?command=ping HTTP/1.1\r\n${type}\r\nContent-Length: ${form.length}\r\n\r\n`;
    await exchange(simulator.port, head + form);
    await ask(simulator.port, 'command=nope&session=7.x');
    await exchange(simulator.port, 'NONSENSE\r\n\r\n');
    expect(simulator.requests).toMatchObject([
      { command: 'init', executed: true, connection: 1 },
      { command: 'ping', session, head, body: form, executed: true, connection: 2 },
      {
        command: 'nope',
        session: '7.x',
        executed: false,
        head: 'GET /search.pz2?command=nope&session=7.x HTTP/1.1\r\nHost: x\r\n\r\n',
      },
      { command: undefined, executed: false, bytes: 12 },
    ]);
    expect(simulator.counters).toMatchObject({
      connectionsTotal: 4,
      inits: 1,
      executed: { init: 1, ping: 1 },
    });
  });

  test('no more requests than it should', async () => {
    const simulator = await start({ remembered: 2 });
    for (const command of ['a', 'b', 'c', 'd', 'e']) await ask(simulator.port, `command=${command}`);
    expect(simulator.requests.map(({ command }) => command)).toEqual(['d', 'e']);
    simulator.clearRequests();
    expect(simulator.requests).toEqual([]);
  });

  test('nothing when it should not', async () => {
    const simulator = await start({ remembered: 0 });
    await ask(simulator.port, 'command=info');
    expect(simulator.requests).toEqual([]);
  });
});
