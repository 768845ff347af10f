import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** Debian's package `chromium`. */
const EXECUTABLE = '/usr/bin/chromium';

/** No sandbox, for root in a container, and nothing that Chromium would ask of the Internet by itself. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const isMissing = !existsSync(EXECUTABLE) && process.env['CI'] === undefined;
if (isMissing)
  console.warn(`There is no ${EXECUTABLE}: tests in a browser are left out. They fail where CI is set.`);

/** `describe` for tests that need a browser: left out where there is none, except in CI. */
export const describeInBrowser: typeof describe | typeof describe.skip = isMissing ? describe.skip : describe;

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
}

/** A page that keeps what went wrong in it, and what it asked for. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors and warnings of the console, and exceptions that nobody caught. */
  readonly complaints: readonly string[];
  /** Origins of everything that was loaded. */
  readonly origins: ReadonlySet<string>;
}

/** Opens a page in a context of its own and waits until it is loaded. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const complaints: string[] = [];
  const origins = new Set<string>();
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 }, ...options });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  await page.goto(url);
  return { page, complaints, origins };
}
