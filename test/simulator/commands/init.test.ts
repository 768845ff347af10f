import { afterEach, describe, expect, test } from '@jest/globals';
import { PazparSimulator, type SimulatorOptions } from '../../../lib/simulator/index.ts';
import { keepAlive } from '../../../lib/simulator/commands/init.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { ask, begin, exchange, textOf, type RawReply } from '../../helpers/raw-connection.ts';

let simulator: PazparSimulator;
const clock = new FakeClock();

async function start(options: SimulatorOptions = {}): Promise<void> {
  simulator = await PazparSimulator.start({ clock, latency: [0, 0], ...options });
}

afterEach(async () => {
  await simulator.stop();
});

function post(query: string, xml: string, type = 'text/xml'): Promise<RawReply> {
  const head = `POST /?${query} HTTP/1.1\r\nContent-Type: ${type}\r\nContent-Length: ${xml.length}\r\n\r\n`;
  return exchange(simulator.port, head + xml);
}

/** Names of the targets that a search of the session asks. */
async function searched(session: string | undefined): Promise<readonly string[]> {
  await ask(simulator.port, `command=search&query=poetry&session=${session}`);
  const { body } = await ask(simulator.port, `command=bytarget&session=${session}`);
  return [...body.matchAll(/<name>(.*)<\/name>/g)].map(([, name = '']) => name);
}

describe('init', () => {
  test.each([
    [60, 50_000],
    [120, 110_000],
    [20, 10_000],
    [19, 50_000],
    [9, 50_000],
  ])('with a timeout of %i s asks for a ping every %i ms', async (sessionTimeout, milliseconds) => {
    await start({ sessionTimeout });
    expect(textOf(await ask(simulator.port, 'command=init'), 'keepAlive')).toBe(String(milliseconds));
    expect(keepAlive(sessionTimeout)).toBe(milliseconds);
  });

  test('writes the server id as it is', async () => {
    await start({ id: "a&b<'ø" });
    expect((await ask(simulator.port, 'command=init')).body).toMatch(
      /<session>\d+\.a&b<'\xc3\xb8<\/session>/,
    );
  });

  test('ignores a session', async () => {
    await start();
    const first = await begin(simulator.port);
    expect(await begin(simulator.port, `&session=${first}`)).toBe(String(Number(first) + 1));
  });

  test('knows the services it was told about', async () => {
    await start({ services: ['maps'] });
    expect((await ask(simulator.port, 'command=init&service=maps')).statusLine).toBe('HTTP/1.1 200 OK');
    expect(textOf(await ask(simulator.port, 'command=init&service='), 'error')).toBe('');
  });

  test('with clear begins without targets', async () => {
    await start();
    expect(await searched(await begin(simulator.port, '&clear=1'))).toEqual([]);
    expect(await searched(await begin(simulator.port, '&clear=0'))).toHaveLength(5);
    expect(
      textOf(
        await ask(simulator.port, `command=search&query=x&session=${await begin(simulator.port, '&clear=')}`),
        'error',
      ),
    ).toBe('');
  });

  test('applies settings of query and form, with or without the closing bracket', async () => {
    await start();
    const session = await begin(
      simulator.port,
      '&pz:name[sru.polytechnic.example/catalogue]=P&pz:name[z3950.abbey.example:210/old=A',
    );
    expect(await searched(session)).toEqual([
      'Island Lending Library',
      'A',
      'P',
      'Observatory Library',
      'Harbour Town Library',
    ]);
  });

  test.each(['[a]', 'name[]', 'name[', 'a[b]c', 'a[b][c]', ']['])(
    'fails by the setting %j, but the session has begun',
    async (name) => {
      await start();
      const { statusLine, body } = await ask(
        simulator.port,
        `command=init&x[y]=1&${encodeURIComponent(name)}=z`,
      );
      expect(statusLine).toBe('HTTP/1.1 417 Malformed setting argument');
      expect(body).toContain(`<error code="5" msg="Malformed setting argument">${name}</error>`);
      expect(simulator.counters.liveSessions).toBe(1);
    },
  );

  test('takes the targets from a service in the body', async () => {
    await start();
    const service =
      '<service><settings target="z3950.abbey.example:210/old"><set name="pz:name" value="Abbey"/></settings>' +
      '<set target="elsewhere" name="pz:name" value="Elsewhere"/></service>';
    expect(await searched(textOf(await post('command=init&service=ignored', service), 'session'))).toEqual([
      'Elsewhere',
      'Abbey',
    ]);
    expect(await searched(textOf(await post('command=init', '<service/>'), 'session'))).toHaveLength(5);
  });

  test('ignores bodies of other types', async () => {
    await start();
    expect((await post('command=init', '<service', 'application/xml')).statusLine).toBe('HTTP/1.1 200 OK');
    expect((await post('command=init', '<service', 'text/xml; charset=utf-8')).statusLine).toBe(
      'HTTP/1.1 417 Malformed setting argument',
    );
  });
});

describe('settings', () => {
  test('of a body come before those of the query, the last of which comes first', async () => {
    await start();
    const session = await begin(simulator.port, '&clear=1');
    const body = '<settings target="t"><set name="pz:name" value="Body"/></settings>';
    await post(`command=settings&session=${session}&pz:name[t]=First&pz:name[t]=Second`, body);
    expect(await searched(session)).toEqual(['First']);
  });

  test('must have the root settings', async () => {
    await start();
    const { statusLine } = await post(
      `command=settings&session=${await begin(simulator.port)}`,
      '<service/>',
    );
    expect(statusLine).toBe('HTTP/1.1 417 Malformed setting argument');
  });

  test('hold for every target when they name a star', async () => {
    await start();
    const session = await begin(simulator.port);
    await ask(simulator.port, `command=settings&session=${session}&pz:name[*]=Same`);
    expect(new Set(await searched(session))).toEqual(new Set(['Same']));
  });

  test('can forbid a target', async () => {
    await start();
    const session = await begin(simulator.port, '&pz:allow[z3950.abbey.example:210/old]=0');
    expect(await searched(session)).not.toContain('Abbey Reading Room');
    await ask(simulator.port, `command=settings&session=${session}&pz:allow[*]=0`);
    expect((await ask(simulator.port, `command=search&query=x&session=${session}`)).statusLine).toBe(
      'HTTP/1.1 417 No targets',
    );
  });

  test('with a malformed name fail', async () => {
    await start();
    const { statusLine } = await ask(
      simulator.port,
      `command=settings&session=${await begin(simulator.port)}&a[b]c=d`,
    );
    expect(statusLine).toBe('HTTP/1.1 417 Malformed setting argument');
  });
});
