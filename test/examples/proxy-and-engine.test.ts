import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, expect, test } from '@jest/globals';
import { PROGRAM } from '../helpers/program.ts';
import { initSession, originOf, Started } from '../helpers/started.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';

const started = new Started();
afterEach(() => started.stopAll());

const inTemporaryDirectory = useTemporaryDirectory();

test('proxy-and-engine.yaml places sessions by what the servers push', async () => {
  const members = [await started.simulator(), await started.simulator()].map(originOf);
  const [pz1 = '', pz2 = ''] = members;
  const example = await readFile('examples/proxy-and-engine.yaml', 'utf8');
  const file = inTemporaryDirectory('gateway.yaml');
  await writeFile(
    file,
    example
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:0')
      .replace('url: http://localhost:8004', `url: ${pz1}`)
      .replace('url: http://localhost:8005', `url: ${pz2}`),
  );
  const gateway = started.program([PROGRAM, 'gateway', '--config', file]);
  const [, open] = await gateway.printed(/"public":"([^"]+)"/);
  const [, inner] = await gateway.printed(/"internal":"([^"]+)"/);
  const push = (host: string, url: string) => {
    const argv = ['push', '--engine', `http://${inner}`, '--host', host, '--pazpar2', url, '--once'];
    return started.program([PROGRAM, ...argv]).ended;
  };

  // Sessions that came to the first server without the gateway are known by its push.
  for (let session = 0; session < 60; session += 1) await initSession(`${pz1}/search.pz2`);
  expect(await Promise.all([push('pz1', pz1), push('pz2', pz2)])).toEqual([0, 0]);
  for (let session = 0; session < 5; session += 1) {
    expect(await initSession(`http://${open}/pazpar2/search.pz2`)).toMatch(/^\d+\.pz2$/);
  }
  expect((await fetch(`http://${open}/athena/balance?pz2cluster`)).status).toBe(403);
  expect(await gateway.stop()).toBe(0);
}, 30_000);
