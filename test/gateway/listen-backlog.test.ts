import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { systemClock } from '../../lib/clock.ts';
import { HttpServer } from '../../lib/gateway/http-server.ts';

const CLIENTS = 1000;

/** Connects a thousand times at once, waits a while, and says how often it has worked. */
const CROWD = `
  const net = require('node:net');
  let connected = 0;
  for (let client = 0; client < ${CLIENTS}; client++) {
    net.connect(Number(process.argv[1]), '127.0.0.1', () => (connected += 1)).on('error', () => undefined);
  }
  setTimeout(() => {
    process.stdout.write(String(connected));
    process.exit();
  }, 1500);
`;

test('a thousand clients may come while the gateway is busy', async () => {
  const server = new HttpServer(() => undefined, systemClock);
  await server.listen({ host: '127.0.0.1', port: 0 });
  const crowd = spawn(process.execPath, ['-e', CROWD, server.address.split(':')[1] ?? ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let connected = '';
  crowd.stdout.on('data', (chunk: Buffer) => (connected += chunk.toString()));
  // Nobody is accepted meanwhile.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4000);
  await once(crowd, 'close');
  await server.stop(0);
  expect(connected).toBe(String(CLIENTS));
});
