import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { describeInBrowser } from '../helpers/browser.ts';
import { finished, PATIENCE, routeOfSession, search, useDemoPage } from '../helpers/demo-page.ts';
import { REPOSITORY } from '../helpers/repository.ts';

/** Stands in the README. Written anew with UPDATE_SCREENSHOT=1, never compared: fonts differ. */
const SCREENSHOT = join(REPOSITORY, 'test/e2e/demo-page.png');
const ROUTES = ['pz1', 'pz2', 'pz3', 'pz4'];

jest.setTimeout(2 * PATIENCE);

describeInBrowser('the page of the demo', () => {
  const open = useDemoPage();

  test('shows results as they arrive, with facets and the state of every library', async () => {
    const { page, demo, complaints, origins } = await open();
    await search(page, 'oceans');
    await page.locator('#hits > li').first().waitFor();
    expect(await page.locator('#progress').innerText()).toMatch(
      /^[0-4] of 5 libraries answered: \d+ records?.*…$/,
    );
    await page.getByRole('button', { name: 'Island Lending Library searching…' }).waitFor();
    expect(await finished(page)).toBeGreaterThan(10);
    expect(await page.locator('#hits > li').count()).toBe(10);
    const facets = await page.locator('.facet h3').allInnerTexts();
    expect(facets).toEqual(['Libraries', 'Subjects', 'Authors', 'Years']);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText(/^11–\d+ of/).waitFor();
    expect(await page.getByRole('status').textContent()).toContain('Session A: 5 of 5 libraries answered');
    expect(complaints).toEqual([]);
    expect([...origins]).toEqual([demo.origin]);
  });

  test('a second session lives on another server and repeats the search there', async () => {
    const { page, demo } = await open();
    await search(page, 'oceans');
    const all = await finished(page);
    await page.getByRole('button', { name: 'Open another session' }).click();
    const routes = [await routeOfSession(page, 'A'), await routeOfSession(page, 'B')];
    expect(routes[1]).not.toBe(routes[0]);
    expect(await finished(page)).toBe(all);
    for (const [place, route] of routes.entries()) {
      await server(page, route).getByText('AB'.charAt(place), { exact: true }).waitFor();
      await logLine(page, 'search', route).waitFor();
    }
    expect((await demo.status()).servers.filter(({ sessions }) => sessions === 1)).toHaveLength(2);
  });

  test('a killed server: the page says what was lost, and goes on elsewhere with the same search', async () => {
    const { page, complaints } = await open();
    await search(page, 'oceans');
    const all = await finished(page);
    await page.getByRole('button', { name: 'Open another session' }).click();
    const [kept, lost] = [await routeOfSession(page, 'A'), await routeOfSession(page, 'B')];
    await finished(page);

    await page.getByRole('button', { name: `Kill ${lost}` }).click();
    const notice = page.locator('.notice');
    await notice.getByText('So this page asked for a new session').waitFor();
    const words = await notice.innerText();
    const replacement = await routeOfSession(page, 'B', lost);
    expect(words).toContain('Session B was lost');
    expect(words).toContain('417 Session does not exist or it has expired, code 1');
    expect(words).toMatch(new RegExp(`got \\d+\\.${replacement} and repeated the search`));
    expect(await finished(page)).toBe(all);
    await server(page, lost).getByText('dead; its sessions are gone').waitFor();
    await logLine(page, '417 session lost', lost).waitFor();
    if (process.env['UPDATE_SCREENSHOT'] === '1') await takeScreenshot(page);

    await page.getByRole('button', { name: 'Understood' }).click();
    await page.getByRole('button', { name: 'Session A' }).click();
    expect(await routeOfSession(page, 'A')).toBe(kept);
    expect(await notice.count()).toBe(0);
    await page.getByRole('button', { name: `Start ${lost}` }).click();
    await page.getByRole('button', { name: `Kill ${lost}` }).waitFor();
    // Chromium complains of every answer that is no success.
    expect(complaints.filter((text) => !/status of (?:417|503)/.test(text))).toEqual([]);
  });

  test('while no server is there it waits, and goes on with the first that comes back', async () => {
    const { page, demo } = await open();
    await routeOfSession(page, 'A');
    for (const route of ROUTES) await demo.step(route, 'kill');
    await page.getByText('Session A waits').waitFor();
    await search(page, 'oceans');
    await demo.step('pz3', 'restart');
    expect(await finished(page)).toBeGreaterThan(10);
    expect(await routeOfSession(page, 'A')).toBe('pz3');
    expect(await page.locator('.notice h3').allInnerTexts()).toEqual(['Session A was lost']);
  });

  test('visitors are spread over all servers', async () => {
    const { page, demo } = await open();
    await routeOfSession(page, 'A');
    await page.getByRole('button', { name: 'Send 12 visitors' }).click();
    for (const route of ROUTES)
      await server(page, route)
        .getByText(/^[34] sessions/)
        .waitFor();
    expect((await demo.status()).servers.map(({ sessions }) => sessions)).toEqual([4, 3, 3, 3]);
  });

  test('a demo that was stopped is missed', async () => {
    const { page, demo } = await open();
    await routeOfSession(page, 'A');
    await demo.stop();
    await page.getByText('The demo does not answer').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('Does it still run in the terminal?');
  });
});

function server(page: Page, route: string): Locator {
  return page.locator('.server', { hasText: route });
}

function logLine(page: Page, text: string, route: string): Locator {
  return page.locator('#log tr', { hasText: text }).filter({ hasText: route }).first();
}

async function takeScreenshot(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1200, height: 840 });
  await page.evaluate('document.activeElement.blur()');
  await page.screenshot({ path: SCREENSHOT });
}
