import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser } from '../helpers/browser.ts';
import { certificateFiles } from '../helpers/certificates.ts';
import { PATIENCE } from '../helpers/demo-page.ts';
import { CLUSTER_PATH, ofOneCluster, useGatewayBench } from '../helpers/gateway-bench.ts';
import { documentReply, pingReply } from '../helpers/pazpar-bytes.ts';
import { until } from '../helpers/until.ts';

jest.setTimeout(2 * PATIENCE);

/** What stands on the page: it asks as pz2.js does, each widget with a session of its own. */
const PAGE = `<!doctype html><title>Widgets</title><script>
  const ask = async (parameters) => {
    const reply = await fetch('${CLUSTER_PATH}?' + new URLSearchParams(parameters));
    return { status: reply.status, text: await reply.text() };
  };
  const valueOf = (name, { text }) => new RegExp('<' + name + '>([^<]*)<').exec(text)?.[1];
  const widget = async (query) => {
    const session = valueOf('session', await ask({ command: 'init' }));
    await ask({ command: 'search', session, query });
    for (;;) {
      const [show, ...others] = await Promise.all([
        ask({ command: 'show', session, block: 1, num: 20 }),
        ask({ command: 'stat', session }),
        ask({ command: 'termlist', session, block: 1, name: 'author' }),
        ask({ command: 'bytarget', session, block: 1 }),
      ]);
      const statuses = [show, ...others].map(({ status }) => status);
      if (statuses.some((status) => status !== 200)) return { session, statuses };
      if (valueOf('activeclients', show) === '0') return { session, statuses, total: Number(valueOf('total', show)) };
    }
  };
  const protocols = () => {
    const asked = performance.getEntriesByType('resource').filter(({ name }) => name.includes('${CLUSTER_PATH}'));
    return [...new Set(asked.map(({ nextHopProtocol }) => nextHopProtocol))];
  };
</script>`;

interface Widget {
  readonly session: string;
  readonly statuses: readonly number[];
  readonly total?: number;
}

describeInBrowser('a page with several widgets', () => {
  const bench = useGatewayBench();
  const tls = certificateFiles('server');
  let browser: Browser;
  beforeAll(async () => void (browser = await launchBrowser()));
  afterAll(() => browser.close());

  /** The page, which the browser takes for one of the gateway's. */
  async function open(url: string): Promise<Page> {
    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    bench.also(() => page.close());
    await page.route('**/widgets', (route) => route.fulfill({ contentType: 'text/html', body: PAGE }));
    await page.goto(`${url}/widgets`);
    return page;
  }

  test('polls by HTTP/2, twenty requests at a time on one connection, and every widget finds all', async () => {
    const { gateway, url } = await bench.oneCluster(2, { tls });
    const page = await open(url);
    const queries = ['water', 'oceans', 'light', 'history', 'music'];
    const widgets = await page.evaluate<Widget[]>(
      `Promise.all(${JSON.stringify(queries)}.map((query) => widget(query)))`,
    );
    expect(new Set(widgets.map(({ session }) => session)).size).toBe(queries.length);
    expect(widgets.map(({ statuses }) => statuses)).toEqual(queries.map(() => [200, 200, 200, 200]));
    expect(await page.evaluate('protocols()')).toEqual(['h2']);
    // Chromium now and then opens another one, in case it should need it; the twenty requests at a time went on one.
    expect(gateway.connections.open).toBeLessThanOrEqual(2);
  });

  test('is answered at once while twelve of its requests wait', async () => {
    const backend = await bench.backend({
      script: (connection, { head }) => {
        if (head.includes('command=ping')) connection.write(pingReply());
      },
    });
    const members = [{ url: backend.url, route: 'pz1' }];
    const { gateway, url } = await bench.gateway({ ...ofOneCluster({ members }), tls });
    const page = await open(url);
    await page.evaluate(`{ shows = Promise.all(Array.from({ length: 12 }, (_, index) =>
      ask({ command: 'show', block: 1, session: (7 + index % 3) + '.pz1', start: index }))); 0 }`);
    await until(() => gateway.snapshot()[0]?.members[0]?.blocking.inFlight === 12);
    const ping = await page.evaluate(`ask({ command: 'ping', session: '7.pz1' })`);
    expect(ping).toMatchObject({ status: 200, text: expect.stringContaining('OK') });
    expect(gateway.snapshot()[0]?.members[0]?.blocking.inFlight).toBe(12);
    for (const connection of backend.connections) connection.write(documentReply('<show/>'));
    const shows = await page.evaluate<readonly { readonly status: number }[]>('shows');
    expect(shows.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
    expect(await page.evaluate('protocols()')).toEqual(['h2']);
  });

  test('that is left calls its waiting requests off at the servers', async () => {
    const backend = await bench.backend({ script: () => undefined });
    const members = [{ url: backend.url, route: 'pz1' }];
    const { gateway, url } = await bench.gateway({ ...ofOneCluster({ members }), tls });
    const page = await open(url);
    await page.evaluate(`{ shows = Array.from({ length: 8 }, (_, index) =>
      ask({ command: 'show', block: 1, session: index + '.pz1' }).catch(() => 0)); 0 }`);
    await until(() => backend.connections.length === 8);
    await page.goto('about:blank');
    await until(() => backend.connections.every(({ isClosed }) => isClosed));
    await until(() => gateway.snapshot()[0]?.members[0]?.blocking.inFlight === 0);
    expect(gateway.snapshot()[0]?.members[0]?.quick.inFlight).toBe(0);
  });
});
