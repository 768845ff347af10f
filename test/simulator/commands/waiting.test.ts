import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { inventWorks, PazparSimulator, type Target } from '../../../lib/simulator/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { ask, begin, RawConnection, textOf } from '../../helpers/raw-connection.ts';
import { until } from '../../helpers/until.ts';

const works = inventWorks(6);
/** Batches come at 60 %, 80 % and 100 % of the latency. */
const targets: readonly Target[] = [
  { id: 'fast', name: 'Fast', works, latency: [100, 100] },
  { id: 'slow', name: 'Slow', works, latency: [1000, 1000], preferred: true },
];

let clock: FakeClock;
let simulator: PazparSimulator;
let session: string;
const connections: RawConnection[] = [];

beforeEach(async () => {
  clock = new FakeClock();
  simulator = await PazparSimulator.start({ clock, targets });
  session = await begin(simulator.port);
});

afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  await simulator.stop();
});

/** Sends a command and resolves when the server has run it, which need not mean that it has answered. */
async function send(query: string): Promise<RawConnection> {
  const connection = await RawConnection.open(simulator.port);
  connections.push(connection);
  const before = simulator.requests.length;
  connection.get(`${query}&session=${session}`);
  await until(() => simulator.requests.length > before);
  return connection;
}

async function search(query = 'id=pzb?'): Promise<void> {
  await (await send(`command=search&query=${encodeURIComponent(query)}`)).reply();
}

/** Whether an answer has come, seen after the server has answered something else. */
async function isWaiting(connection: RawConnection): Promise<boolean> {
  await ask(simulator.port, `command=ping&session=${session}`);
  return connection.unread === '' && !connection.ended;
}

/** Name, request, root of the answer, and when the answer comes: with the first records, or when the preferred target is done. */
const KINDS = [
  ['show', 'command=show&block=1', 'show', 60],
  ['show of preferred targets', 'command=show&block=preferred', 'show', 1000],
  ['termlist', 'command=termlist&block=1', 'termlist', 60],
  ['bytarget', 'command=bytarget&block=1', 'bytarget', 60],
] as const;

describe.each(KINDS)('%s', (name, query, element, release) => {
  test('answers at once when nothing was searched', async () => {
    expect((await (await send(query)).reply()).body).toContain(`<${element}>`);
  });

  test(`waits for ${release} ms`, async () => {
    await search();
    const waiting = await send(query);
    expect(await isWaiting(waiting)).toBe(true);
    clock.advance(release - 1);
    expect(await isWaiting(waiting)).toBe(true);
    clock.advance(1);
    expect((await waiting.reply()).body).toContain(`<${element}>`);
  });

  test('waits for the end when nothing is found', async () => {
    await search('unfindable');
    const waiting = await send(query);
    clock.advance(999);
    expect(await isWaiting(waiting)).toBe(true);
    clock.advance(1);
    expect(textOf(await waiting.reply(), element === 'bytarget' ? 'state' : 'activeclients')).toBe(
      element === 'bytarget' ? 'Client_Idle' : '0',
    );
  });

  test.each(['command=stop', 'command=search&query=science'])('is released by %s', async (other) => {
    await search();
    const waiting = await send(query);
    await (await send(other)).reply();
    expect((await waiting.reply()).statusLine).toBe('HTTP/1.1 200 OK');
  });

  test('answers a second request at once while one waits', async () => {
    await search();
    const waiting = await send(query);
    expect((await (await send(query)).reply()).statusLine).toBe('HTTP/1.1 200 OK');
    expect(await isWaiting(waiting)).toBe(true);
  });

  test('refuses a second request that asks for it', async () => {
    await search();
    await send(query);
    const { statusLine, body } = await (
      await send(`${query}&report=${element === 'show' ? '1' : 'error'}`)
    ).reply();
    const what = name === 'show of preferred targets' ? 'show (preferred targets)' : name;
    expect(statusLine).toBe('HTTP/1.1 417 Already blocked in session on: ');
    expect(body).toContain(`<error code="13" msg="Already blocked in session on: ">${what}</error>`);
  });

  test('has room again when the client that waited has gone', async () => {
    await search();
    const gone = await send(query);
    gone.close();
    await until(() => simulator.counters.connectionsOpen === 1);
    expect(await isWaiting(await send(query))).toBe(true);
  });

  test('is cut without an answer after 60 s', async () => {
    simulator.behave({ latency: [150_000, 150_000] });
    await search();
    const waiting = await send(query);
    clock.advance(59_999);
    expect(waiting.ended).toBe(false);
    clock.advance(1);
    expect([await waiting.end(), waiting.unread]).toEqual(['end', '']);
  });

  test('does not keep its session alive, and is not answered when it ends', async () => {
    await simulator.stop();
    simulator = await PazparSimulator.start({
      clock,
      targets,
      latency: [150_000, 150_000],
      sessionTimeout: 10,
    });
    session = await begin(simulator.port);
    await search();
    const waiting = await send(query);
    clock.advance(10_000);
    expect(simulator.counters.liveSessions).toBe(0);
    expect(await isWaiting(waiting)).toBe(true);
    clock.advance(50_000);
    expect([await waiting.end(), waiting.unread]).toEqual(['end', '']);
  });
});

describe('A released request', () => {
  test('restarts the timeout of its session', async () => {
    simulator.behave({ latency: [50_000, 50_000] });
    await search('unfindable');
    const waiting = await send('command=show&block=1');
    clock.advance(50_000);
    await waiting.reply();
    clock.advance(59_999);
    expect(simulator.counters.liveSessions).toBe(1);
    clock.advance(1);
    expect(simulator.counters.liveSessions).toBe(0);
  });
});

describe('show', () => {
  test('does not wait when there are records', async () => {
    await search();
    clock.advance(60);
    expect(textOf(await (await send('command=show&block=1')).reply(), 'activeclients')).toBe('2');
  });

  test('does not wait without block', async () => {
    await search();
    expect(textOf(await (await send('command=show')).reply(), 'merged')).toBe('0');
  });
});

describe.each(['termlist', 'bytarget'])('%s', (name) => {
  test.each([`command=${name}`, `command=${name}&block=2`])('does not wait when asked %s', async (query) => {
    await search();
    expect((await (await send(query)).reply()).statusLine).toBe('HTTP/1.1 200 OK');
  });

  test('waits for news although there are records', async () => {
    await search();
    clock.advance(60);
    const waiting = await send(`command=${name}&block=1`);
    expect(await isWaiting(waiting)).toBe(true);
    clock.advance(20);
    expect((await waiting.reply()).statusLine).toBe('HTTP/1.1 200 OK');
  });

  test('tells a second request about the first when it asks for the status', async () => {
    await search();
    await send(`command=${name}&block=1`);
    const second = await (await send(`command=${name}&block=1&report=status`)).reply();
    expect(textOf(second, 'status')).toBe(`WARNING (Already blocked on ${name})`);
  });
});

describe('record', () => {
  test('waits for an id that is not known, until there are records', async () => {
    await search();
    const waiting = await send('command=record&id=x');
    clock.advance(59);
    expect(await isWaiting(waiting)).toBe(true);
    clock.advance(1);
    expect(await isWaiting(waiting)).toBe(true);
    clock.advance(940);
    expect((await waiting.reply()).statusLine).toBe('HTTP/1.1 417 Record missing');
  });

  test('is not released by stop, a new search or the end', async () => {
    await search('unfindable');
    const waiting = await send('command=record&id=x');
    await (await send('command=stop')).reply();
    await search('unfindable');
    clock.advance(1000);
    expect(await isWaiting(waiting)).toBe(true);
    clock.advance(59_000);
    expect([await waiting.end(), waiting.unread]).toEqual(['end', '']);
  });

  test('is missing for a second request while one waits', async () => {
    await search();
    await send('command=record&id=x');
    expect(textOf(await (await send('command=record&id=y')).reply(), 'error')).toBe('y');
  });

  test('answers when the record comes', async () => {
    const { body } = await found();
    const id = /<recid>(.*)<\/recid>/.exec(body)?.[1] ?? '';
    await search();
    const waiting = await send(`command=record&id=${encodeURIComponent(id)}`);
    expect(await isWaiting(waiting)).toBe(true);
    clock.advance(60);
    expect(textOf(await waiting.reply(), 'recid')).toBe(id);
  });
});

/** The record of the first work, found with time to spare; its author's name is plain ASCII. */
async function found(): Promise<{ body: string }> {
  await search('id=pzb00001');
  clock.advance(1000);
  return (await send('command=show')).reply();
}
