import { afterEach, expect, jest, test } from '@jest/globals';
import { inventWorks, PazparSimulator, type SimulatorOptions } from '../../lib/simulator/index.ts';
import { describeInBrowser } from '../helpers/browser.ts';
import { finished, PATIENCE, search, useDemoPage } from '../helpers/demo-page.ts';

jest.setTimeout(2 * PATIENCE);

describeInBrowser('the page of the demo before servers that were there already', () => {
  const open = useDemoPage();
  let server: PazparSimulator;

  async function openBefore(options: SimulatorOptions) {
    server = await PazparSimulator.start({ latency: [0, 50], ...options });
    return open(['--backend', server.url]);
  }

  afterEach(async () => {
    await server.stop();
  });

  test('opens records, and narrows a search by subject and by library', async () => {
    const { page, complaints } = await openBefore({});
    await search(page, 'oceans');
    const all = await finished(page);
    await page.locator('.hit .title').first().click();
    await page.getByText('Held by').waitFor();
    await page.locator('.hit .title').first().click();
    expect(await page.getByText('Held by').count()).toBe(0);

    await page.getByRole('button', { name: /^Optics \d+/ }).click();
    await page.getByRole('button', { name: 'Remove Optics' }).waitFor();
    const narrowed = await finished(page);
    expect(narrowed).toBeLessThan(all);
    await page.getByRole('button', { name: /^Harbour Town Library/ }).click();
    await page.getByText(/^1 of 1 library answered/).waitFor();
    await page.getByRole('button', { name: 'Remove Harbour Town Library' }).click();
    expect(await finished(page)).toBe(narrowed);
    await page.getByRole('button', { name: 'Remove Optics' }).click();
    expect(await finished(page)).toBe(all);
    expect(complaints).toEqual([]);
  });

  test('shows what catalogues hold as text, whatever it looks like', async () => {
    const hostile = `<img src=x onerror="document.title='hit'"> & <b>bold</b>`;
    const works = inventWorks(1).map((work) =>
      Object.assign(work, { title: hostile, author: hostile, subjects: [hostile], publisher: hostile }),
    );
    const { page, complaints } = await openBefore({
      targets: [{ id: 'evil', name: hostile, works, latency: [0, 0] }],
    });
    await search(page, 'bold');
    await page.locator('.hit .title', { hasText: hostile }).click();
    await page.getByText('Held by').waitFor();
    expect(await page.locator('#results').innerText()).toContain(hostile);
    expect(await page.locator('#results img, #results b').count()).toBe(0);
    expect(await page.title()).toBe('pazpar2-balancer demo');
    expect(complaints).toEqual([]);
  });

  test('has no buttons that kill, and says that they are real', async () => {
    const { page } = await openBefore({});
    await page.getByText('real server', { exact: true }).waitFor();
    await page.getByText('Behind this gateway: pz1, real servers.').waitFor();
    expect(await page.getByRole('button', { name: /^Kill/ }).count()).toBe(0);
  });

  test('says what is wrong with a query, and goes on with the next one', async () => {
    const { page } = await openBefore({});
    await search(page, 'oceans and');
    await page
      .getByText('Malformed parameter value: query: Search word expected (status 417, code 3).')
      .waitFor();
    await search(page, 'oceans');
    expect(await finished(page)).toBeGreaterThan(10);
    expect(await page.locator('.notice').count()).toBe(0);
  });
});
