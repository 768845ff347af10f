import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { resetSocket } from '../../lib/simulator/reset-socket.ts';
import { Started } from '../helpers/started.ts';

const started = new Started();
afterEach(() => started.stopAll());

/** The two ends of a connection; the errors of the near one. */
async function connection(): Promise<{ near: Socket; far: Socket; errors: unknown[] }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near] = (await accepted) as [Socket];
  const errors: unknown[] = [];
  near.on('error', (error) => errors.push(error));
  started.also(async () => {
    const closed = once(server, 'close');
    server.close();
    near.destroy();
    far.destroy();
    await closed;
  });
  return { near, far, errors };
}

test('ends a connection with a reset', async () => {
  const { near, far } = await connection();
  const failed = once(far, 'error');
  resetSocket(near);
  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
});

test('closes a connection whose end was just sent, which Node could not reset', async () => {
  const { near, far, errors } = await connection();
  const ended = once(far.resume(), 'end');
  near.end('last words');
  resetSocket(near);
  await once(near, 'close');
  await ended;
  expect(errors).toEqual([]);
});
