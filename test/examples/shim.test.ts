import { afterEach, expect, test } from '@jest/globals';
import { initSession, originOf, Started } from '../helpers/started.ts';

const started = new Started();
afterEach(() => started.stopAll());

test('shim.js gives a legacy server an id and ends in peace', async () => {
  const backend = originOf(await started.simulator());
  const program = started.program(['examples/shim.js'], { PZ2_BACKEND: backend, PZ2_ID: 'pz7', PORT: '0' });
  const [, url] = await program.printed(/listening on (http:\S+)/);
  expect(await initSession(url ?? '')).toMatch(/^\d+\.pz7$/);
  expect(await program.stop()).toBe(0);
});
