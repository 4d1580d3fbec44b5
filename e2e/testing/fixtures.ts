import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { findChromium, NO_CHROMIUM } from '../../scripts/ensure-chromium.ts';
import { PROJECTS, type ProjectName } from './make-projects.ts';
import { Served, type ServeOptions } from './serve.ts';
import { GalleyWindow } from './window.ts';

interface Fixtures {
  /** Skips, saying why, where there is no browser. */
  needsBrowser: undefined;
  /** A folder of the test's own; gone after it. */
  home: string;
  /** A fresh copy of one of the prepared projects in the test's folder. */
  copyOf(name: ProjectName): string;
  /** Starts `galley serve`; ended after the test. */
  serve(options?: Omit<Partial<ServeOptions>, 'home'>): Promise<Served>;
  /** Faults of the window that the test expects; every other one fails it. */
  expectedFaults: RegExp[];
  /** `galley serve` on a fresh copy of a project, and a window that shows it. */
  open(name?: ProjectName): Promise<{ window: GalleyWindow; served: Served; project: string }>;
}

const noBrowser = findChromium() === null;

export const test = base.extend<Fixtures>({
  needsBrowser: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from the pattern
    async ({}, use, info) => {
      info.skip(noBrowser, NO_CHROMIUM);
      await use(undefined);
    },
    { auto: true },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: as above
  home: async ({}, use) => {
    const home = mkdtempSync(join(tmpdir(), 'galley-e2e-home-'));
    await use(home);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  },
  copyOf: async ({ home }, use) => {
    await use((name) => {
      const folder = join(home, name);
      cpSync(join(process.env[PROJECTS] ?? '', name), folder, { recursive: true });
      return folder;
    });
  },
  serve: async ({ home, page }, use) => {
    const running: Served[] = [];
    await use(async (options = {}) => {
      const served = await Served.start({ home, ...options });
      running.push(served);
      return served;
    });
    // A window that still asks for a picture would log that nobody answers.
    await page.goto('about:blank').catch(() => {});
    for (const served of running) await served.kill();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  expectedFaults: async ({}, use) => {
    await use([]);
  },
  page: async ({ page, expectedFaults }, use) => {
    const faults = faultsOf(page);
    await use(page);
    expect(
      faults.filter((fault) => !expectedFaults.some((expected) => expected.test(fault))),
      'errors in the window',
    ).toEqual([]);
  },
  open: async ({ page, copyOf, serve }, use) => {
    await use(async (name = 'demo') => {
      const project = copyOf(name);
      const served = await serve({ project });
      const window = new GalleyWindow(page);
      await window.goto(served.address);
      return { window, served, project };
    });
  },
});

/** What goes wrong in a window without anyone seeing it: exceptions, and messages of the browser such as CSP violations. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  return faults;
}

export { expect };
