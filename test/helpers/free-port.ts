import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the range from which systems take the local ports of outgoing connections, so that none of those comes in between.
const FIRST = 18_000;
const LAST = 32_000;

/** A port of 127.0.0.1 on which nobody listens, for programs that cannot be told to take any free one. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
