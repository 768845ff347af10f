import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser, openPage, type WatchedPage } from './browser.ts';
import { startDemo, type RunningDemo } from './running-demo.ts';

/** Milliseconds for anything on the page. The slowest library needs 3 s, and the machine may be busy. */
export const PATIENCE = 20_000;

/** A demo and its page in a browser. */
export interface DemoPage extends WatchedPage {
  readonly demo: RunningDemo;
}

/** Opens demos with their pages in one browser for the tests of a file, and closes them after each test. */
export function useDemoPage(): (
  argv?: readonly string[],
  options?: BrowserContextOptions,
) => Promise<DemoPage> {
  let browser: Browser;
  const demos: RunningDemo[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  }, PATIENCE);

  afterAll(async () => {
    await browser.close();
  });

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    for (const demo of demos.splice(0)) await demo.stop();
  });

  return async (argv = [], options = {}) => {
    const demo = await startDemo(...argv);
    demos.push(demo);
    const watched = await openPage(browser, demo.origin, options);
    watched.page.setDefaultTimeout(PATIENCE);
    return { ...watched, demo };
  };
}

/** Types a query and presses Enter. */
export async function search(page: Page, query: string): Promise<void> {
  await page.getByLabel('Search for').fill(query);
  await page.keyboard.press('Enter');
}

/** Waits until all libraries have answered, and gives the number of records. */
export async function finished(page: Page): Promise<number> {
  const done = page.locator('#progress', { hasText: /(\d+) of \1 librar.* answered: .*\.$/ });
  await done.waitFor();
  return Number(/(\d+) records?/.exec(await done.innerText())?.[1]);
}

/** The server that a session's button names, as soon as it names one, and not the other one. */
export function routeOfSession(page: Page, letter: string, other = '…'): Promise<string> {
  const session = page.getByRole('button', { name: `Session ${letter}` });
  return session.locator('.server-chip', { hasText: 'pz', hasNotText: other }).innerText();
}
