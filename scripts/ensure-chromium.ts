/**
 * Finds a Chromium for the end-to-end specs, and on a bare Linux machine (root, Debian or Ubuntu) installs one from the
 * distribution. Never fails: where no browser can be had the specs skip and say why.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

/** Files that may be a Chromium of this machine, the most likely first. */
function candidates(): string[] {
  const { platform, env } = process;
  if (platform === 'darwin')
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  if (platform === 'win32')
    return [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].flatMap((folder) =>
      folder
        ? [
            join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
            join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
          ]
        : [],
    );
  return ['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser'].flatMap((name) =>
    (env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)),
  );
}

/** A browser counts when it can say its version: Ubuntu's `chromium-browser` may be an empty shell around a snap. */
const starts = (path: string): boolean =>
  process.platform === 'win32' || spawnSync(path, ['--version'], { timeout: 20_000 }).status === 0;

/** `GALLEY_CHROMIUM`, else Playwright's own browser, else Chrome or Chromium of this machine; null where there is none. */
export function findChromium(): string | null {
  const given = process.env.GALLEY_CHROMIUM;
  if (given) return existsSync(given) ? given : null;
  const own = chromium.executablePath();
  if (existsSync(own)) return own;
  return candidates().find((path) => existsSync(path) && starts(path)) ?? null;
}

export const NO_CHROMIUM =
  'no Chromium or Chrome on this machine: install one (Debian: apt-get install chromium), run ' +
  '`npx playwright install chromium`, or name one with GALLEY_CHROMIUM';

/** Chromium from Debian's or Ubuntu's packages; says what it does and whether it worked. */
function install(): void {
  const apt = (...args: string[]) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 300_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  console.log('no Chromium here: installing it with apt-get for the end-to-end tests');
  if (!apt('update') || !apt('install', '--yes', '--no-install-recommends', 'chromium'))
    console.log('apt-get could not install chromium');
}

if (import.meta.main) {
  let found = findChromium();
  const mayInstall = process.platform === 'linux' && process.getuid?.() === 0 && !process.env.GALLEY_CHROMIUM;
  if (found === null && mayInstall && spawnSync('apt-get', ['--version']).status === 0) {
    install();
    found = findChromium();
  }
  console.log(found ? `end-to-end tests use ${found}` : `end-to-end tests will skip: ${NO_CHROMIUM}`);
}
