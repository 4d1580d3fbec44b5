import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/ensure-chromium.ts';

const executablePath = findChromium() ?? undefined;

/**
 * `chromium`: the window that `galley serve` serves, in a real browser. `desktop`: the same core path through Electron.
 * No retries: a test that passes the second time only hides something.
 */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalSetup: './e2e/testing/make-projects.ts',
  // Generous, since a busy machine is no failure: nothing waits for these limits where all goes well.
  timeout: 400_000,
  expect: { timeout: 60_000 },
  forbidOnly: !!process.env.CI,
  retries: 0,
  workers: 2,
  reporter: [['list'], ['./e2e/testing/closing-reporter.ts']],
  use: {
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    contextOptions: { reducedMotion: 'reduce' },
    actionTimeout: 60_000,
    screenshot: 'only-on-failure',
    launchOptions: executablePath ? { executablePath } : {},
  },
  projects: [
    { name: 'chromium', testIgnore: 'desktop.spec.ts' },
    { name: 'desktop', testMatch: 'desktop.spec.ts', workers: 1 },
  ],
});
