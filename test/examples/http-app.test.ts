import { afterEach, expect, test } from '@jest/globals';
import { RawConnection } from '../helpers/raw-connection.ts';
import { SessionApplication } from '../helpers/session-application.ts';
import { Started } from '../helpers/started.ts';

const started = new Started();
afterEach(() => started.stopAll());

test('http-app.js keeps each client on its server, WebSockets too, and ends in peace', async () => {
  const [a, b] = [await SessionApplication.start('a'), await SessionApplication.start('b')];
  started.also(() => Promise.all([a.kill(), b.kill()]));
  const COOKIE_KEY = 'a secret of twenty-two characters';
  const environment = { SHOP_A: a.url, SHOP_B: b.url, PORT: '0', COOKIE_KEY };
  const program = started.program(['examples/http-app.js'], environment);
  const [, url = ''] = await program.printed(/listening on (http:\S+)/);

  const first = await fetch(`${url}/shop/`);
  const cookie = first.headers.getSetCookie().find((line) => line.startsWith('shop=')) ?? '';
  const [pair = ''] = cookie.split(';');
  const { route } = (await first.json()) as { route: string };
  for (let round = 0; round < 3; round++) {
    const next = await fetch(`${url}/shop/`, { headers: { Cookie: pair } });
    expect(await next.json()).toMatchObject({ route });
  }

  const client = await RawConnection.open(Number(new URL(url).port));
  client.send(
    `GET /shop/ws HTTP/1.1\r\nHost: x\r\nCookie: ${pair}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  );
  expect(await client.until(/[ab]:$/)).toContain(`${route}:`);
  client.close();
  expect(await program.stop()).toBe(0);
});
