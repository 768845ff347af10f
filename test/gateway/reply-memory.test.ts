import { describe, expect, test } from '@jest/globals';
import { pieceMemory } from '../../lib/forward/piece-memory.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();
const SMALL = 300_000;
/** More than the system takes for a client that does not read. */
const LARGE = 12 * 1024 * 1024;

/** Sessions with an odd number get a large reply. */
const sizeOf = (number: number): number => (number % 2 === 1 ? LARGE : SMALL);
const letterOf = (number: number): string => String.fromCodePoint(97 + (number % 26));

/** A balancer whose member answers each session with its own letter, many times. */
async function lettered(): Promise<string> {
  const backend = await bench.backend({
    script: (connection, { head }) => {
      const number = Number(/session=(\d+)/.exec(head)?.[1]);
      connection.write(`HTTP/1.1 200 OK\r\nContent-Length: ${sizeOf(number)}\r\n\r\n`);
      connection.write(letterOf(number).repeat(sizeOf(number)));
    },
  });
  const { url } = await bench.balancer({ members: [{ url: backend.url, route: 'pz1' }] });
  return url;
}

describe('the memory that replies pass through', () => {
  test('never shows one client what another asked for, whether they read, wait or leave', async () => {
    const url = await lettered();
    const ask = async (number: number) => {
      const client = await bench.connect(url);
      client.get(`command=show&session=${number}.pz1`);
      await client.until(/\r\n\r\n./);
      return client;
    };
    const waiting = await Promise.all(
      [1, 3, 5, 7].map(async (number) => {
        const client = await ask(number);
        client.pause();
        return { client, number };
      }),
    );
    for (let number = 9; number < 29; number += 2) {
      (await ask(number)).close();
      const { body } = await (await ask(number + 1)).reply();
      expect(body.length).toBe(SMALL);
      expect(body.replaceAll(letterOf(number + 1), '')).toBe('');
    }
    for (const { client } of waiting) client.resume();
    for (const { client, number } of waiting) {
      await until(() => client.unread.length > LARGE);
      const { body } = await client.reply();
      expect(body.length).toBe(LARGE);
      expect(body.replaceAll(letterOf(number), '')).toBe('');
    }
  });

  test('is used again once a reply has left', async () => {
    const url = await lettered();
    const client = await bench.connect(url);
    client.get('command=show&session=2.pz1');
    await client.reply();
    await until(() => pieceMemory.free > 0);
    const { free } = pieceMemory;
    client.get('command=show&session=4.pz1');
    expect((await client.reply()).body.length).toBe(SMALL);
    await until(() => pieceMemory.free >= free);
  });
});
