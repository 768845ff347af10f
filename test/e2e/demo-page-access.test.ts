import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../helpers/browser.ts';
import { finished, PATIENCE, useDemoPage } from '../helpers/demo-page.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
jest.setTimeout(2 * PATIENCE);

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

describeInBrowser('the page of the demo, for everybody', () => {
  const open = useDemoPage();

  test.each(['light', 'dark'] as const)('axe finds nothing in its %s form', async (colorScheme) => {
    const { page } = await open([], { colorScheme });
    await page.locator('.server').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await showEverything(page);
    expect(await violations(page)).toEqual([]);
  });

  test('axe finds nothing on a narrow screen, and nothing sticks out of it', async () => {
    const { page } = await open([], { viewport: { width: 320, height: 640 } });
    await page.getByRole('button', { name: 'oceans' }).click();
    await page.getByText('Narrow the search').click();
    await page.getByRole('button', { name: /^Optics/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    const [needed, given] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    );
    expect(needed).toBeLessThanOrEqual(given);
  });

  test('all of it can be done with the keyboard alone', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: /Session A pz1/ }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the search');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('oceans');
    await page.keyboard.press('Enter');
    await finished(page);
    await tabTo(page, 'Optics');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Remove Optics' }).waitFor();
    expect(await focused(page)).toContain('Optics');
    await finished(page);
    await tabTo(page, /ighthouses$/);
    const title = await focused(page);
    await page.keyboard.press('Enter');
    await page.getByText('Held by').waitFor();
    expect(await focused(page)).toBe(title);
    await tabTo(page, 'Kill pz1');
    await page.keyboard.press('Enter');
    await page.getByText('So this page asked for a new session').waitFor();
    expect(await focused(page)).toBe('Start pz1');
    await page.getByRole('status').filter({ hasText: 'goes on at pz2' }).waitFor({ state: 'attached' });
    await tabTo(page, 'Understood', 'Shift+Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('query');
  });
});

/** Brings the page into the state in which most of it is shown: results, an open record, a loss, a dead server. */
async function showEverything(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'oceans' }).click();
  await page.getByRole('button', { name: /^Optics/ }).click();
  await page.locator('.hit .title').first().click();
  await page.getByText('Held by').waitFor();
  await page.getByRole('button', { name: /^Kill pz1/ }).click();
  await page.getByText('So this page asked for a new session').waitFor();
  await page.getByText('dead; its sessions are gone').waitFor();
  await page.getByText('The same in a terminal').click();
  await finished(page);
}

async function violations(page: Page): Promise<unknown[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<Violation[]>('axe.run().then(({ violations }) => violations)');
  return found.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])]);
}

/** What has the focus, by its text. */
function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.textContent.trim()');
}

/** Presses Tab until something with this text has the focus. */
async function tabTo(page: Page, text: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press(key);
    const found = await focused(page);
    if (typeof text === 'string' ? found.startsWith(text) : text.test(found)) return;
  }
  throw new Error(`No way to ${String(text)} with the keyboard`);
}
