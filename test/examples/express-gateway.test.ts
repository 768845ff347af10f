import { afterEach, expect, test } from '@jest/globals';
import { initSession, originOf, Started } from '../helpers/started.ts';

const started = new Started();
afterEach(() => started.stopAll());

test('express-gateway.js shares sessions between its members and ends in peace', async () => {
  const members = [await started.simulator(), await started.simulator()].map(originOf).join(',');
  const program = started.program(['examples/express-gateway.js'], { PZ2_MEMBERS: members, PORT: '0' });
  const [, url] = await program.printed(/listening on (http:\S+)/);
  const endpoint = `${url}/pazpar2/search.pz2`;

  const first = await initSession(endpoint);
  expect(first).toMatch(/^\d+\.pz1$/);
  expect(await initSession(endpoint)).toMatch(/^\d+\.pz2$/);
  const ping = await fetch(`${endpoint}?command=ping&session=${first}`);
  expect(await ping.text()).toContain('<ping><status>OK</status></ping>');

  const status: unknown = await (await fetch(`${url}/status`)).json();
  expect(status).toMatchObject({ members: [{ route: 'pz1' }, { route: 'pz2' }] });
  expect(await program.stop()).toBe(0);
});
