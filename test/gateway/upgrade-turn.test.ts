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
  const server = createServer((_, response) => void waiting.push(response));
  server.on('upgrade', (_, socket) => {
    heard.push('handshake');
    whenItsTurn(socket, () => {
      heard.push('turn');
      socket.end('SWITCHED');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  started.also(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  const client = await RawConnection.open(typeof address === 'object' ? (address?.port ?? 0) : 0);
  started.also(() => Promise.resolve(client.close()));
  return { client, waiting, heard };
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
