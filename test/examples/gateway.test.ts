import { afterEach, expect, test } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { initSession, originOf, Started } from '../helpers/started.ts';

const started = new Started();
afterEach(() => started.stopAll());

const inTemporaryDirectory = useTemporaryDirectory();

const PROGRAM = 'dist/lib/cli/main.js';

test('gateway.yaml passes the check', async () => {
  const program = started.program([PROGRAM, 'check', '--config', 'examples/gateway.yaml']);
  expect(await program.ended).toBe(0);
  expect(program.output()).toContain('route: pz2');
});

test('gateway.yaml runs a gateway, with other addresses put in', async () => {
  const members = [await started.simulator(), await started.simulator()].map(originOf);
  const example = await readFile('examples/gateway.yaml', 'utf8');
  const file = inTemporaryDirectory('gateway.yaml');
  await writeFile(
    file,
    example
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:0')
      .replace('http://localhost:8004', members[0] ?? '')
      .replace('http://localhost:8005', members[1] ?? ''),
  );
  const program = started.program([PROGRAM, 'gateway', '--config', file]);
  const [, address] = await program.printed(/"public":"([^"]+)"/);
  expect(await initSession(`http://${address}/pazpar2/search.pz2`)).toMatch(/^\d+\.pz2$/);
  expect(await program.stop()).toBe(0);
});
