import { createServer, type ServerResponse } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { whenItsTurn } from '../../lib/gateway/upgrade-turn.ts';
import { RawConnection } from '../helpers/raw-connection.ts';
import { Started } from '../helpers/started.ts';
import { until } from '../helpers/until.ts';

const started = new Started();
afterEach(() => started.stopAll());

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const HANDSHAKE = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

/** A server that answers nothing by itself and says SWITCHED when a handshake has its turn. */
async function scene() {
  const waiting: ServerResponse[] = [];
  const heard: string[] = [];
  const listeners: object[] = [];
  const server = createServer((_, response) => void waiting.push(response));
  server.on('upgrade', (_, socket) => {
    heard.push('handshake');
    whenItsTurn(socket, () => {
      heard.push('turn');
      listeners.push({ error: socket.listenerCount('error'), drain: socket.listenerCount('drain') });
      socket.end('SWITCHED');
    });
  });
  const client = await RawConnection.open(await started.listen(server));
  started.also(() => Promise.resolve(client.close()));
  return { client, waiting, heard, listeners };
}

test('a handshake that comes alone has its turn at once', async () => {
  const { client } = await scene();
  client.send(HANDSHAKE);
  await client.end();
  expect(client.unread).toBe('SWITCHED');
});

test('behind other requests it waits for all of their answers, in whatever order these are made', async () => {
  const { client, waiting, heard } = await scene();
  client.send(GET + GET + HANDSHAKE);
  await until(() => heard.length === 1);
  waiting[1]?.end('second');
  await new Promise((resolve) => void waiting[0]?.end('first', () => resolve(undefined)));
  await client.end();
  expect(client.unread).toMatch(/first[^]*secondSWITCHED$/);
});

test('behind many requests its connection is listened to no more than behind none', async () => {
  const [alone, behind] = [await scene(), await scene()];
  alone.client.send(HANDSHAKE);
  behind.client.send(GET.repeat(30) + HANDSHAKE);
  await until(() => behind.heard.length === 1);
  for (const response of behind.waiting) response.end();
  await until(() => alone.listeners.length + behind.listeners.length === 2);
  expect(behind.listeners).toEqual(alone.listeners);
});

test('its turn does not come when the connection has ended before', async () => {
  const { client, waiting, heard } = await scene();
  client.send(GET + HANDSHAKE);
  await until(() => heard.length === 1);
  waiting[0]?.socket?.destroy();
  await until(() => waiting[0]?.closed === true);
  expect(heard).toEqual(['handshake']);
});

test('nor when it ends with the answer', async () => {
  const { client, waiting, heard } = await scene();
  client.send(GET + HANDSHAKE);
  await until(() => heard.length === 1);
  const connection = waiting[0]?.socket;
  waiting[0]?.end('first', () => connection?.destroy());
  await until(() => waiting[0]?.closed === true);
  expect(heard).toEqual(['handshake']);
});
