import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { _electron, test as base, type ElectronApplication, expect, type Page } from '@playwright/test';
import { electronProgram } from '../scripts/electron-program.ts';
import { faultsOf } from './testing/fixtures.ts';
import { SMALL_TRAINING } from './testing/training.ts';
import { GalleyWindow } from './testing/window.ts';

/**
 * The core path through the desktop application. `GALLEY_DESKTOP` names the program of a packaged one, built with
 * `enableNodeCliInspectArguments` (docs/desktop.md); without it, Electron runs what is built in dist/.
 */
const root = dirname(import.meta.dirname);
const packaged = process.env.GALLEY_DESKTOP;
const program = packaged ?? electronProgram();
/** Chromium refuses its sandbox to root (containers); everywhere else it keeps it. */
const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];

interface Desktop {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly window: GalleyWindow;
  /** Exceptions and violations of the policy so far. */
  readonly faults: readonly string[];
}
/** What the window has of the application (renderer/api/ipc.ts); tests ask it what a person cannot see. */
type Bridge = {
  galley: { call(name: string, input: unknown): Promise<{ ok: boolean; value: unknown; error?: unknown }> };
};

const test = base.extend<{ home: string; start(): Promise<Desktop> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from the pattern
  home: async ({}, use) => {
    const home = mkdtempSync(join(tmpdir(), 'galley-desktop-'));
    await use(home);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  },
  start: async ({ home }, use) => {
    const running: ElectronApplication[] = [];
    await use(async () => {
      const app = await _electron.launch({
        executablePath: program!,
        args: [...(packaged ? [] : [root]), ...asRoot],
        // Nothing may depend on the folder it is started in.
        cwd: home,
        env: {
          ...(process.env as Record<string, string>),
          GALLEY_CONFIG_DIR: join(home, 'config'),
          GALLEY_DATA_DIR: join(home, 'data'),
        },
      });
      running.push(app);
      const page = await app.firstWindow();
      return { app, page, window: new GalleyWindow(page), faults: faultsOf(page) };
    });
    for (const app of running) await app.close();
  },
});

test.skip(
  !program,
  'Electron is not downloaded (npx install-electron), and GALLEY_DESKTOP names no packaged application',
);

const call = (page: Page, name: string, input: unknown = {}) =>
  page.evaluate(([n, i]) => (globalThis as unknown as Bridge).galley.call(n as string, i), [name, input]);

test('opens the demo, labels with keys, undoes, trains and predicts, and opens it again', async ({
  start,
}) => {
  test.setTimeout(900_000);
  const { app, page, window, faults } = await start();
  await page.getByRole('button', { name: /^Open the demo/ }).click();
  await expect(window.heading).toContainText(/Page \d+/, { timeout: 300_000 });
  await window.openPage(3);
  await window.scanShown();

  await window.source('Gold');
  await window.clickWord(5);
  await page.keyboard.press('1');
  await expect(window.word(5)).toHaveText(/: Title/);
  const undo = () =>
    app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('undo')?.enabled ?? null);
  await expect.poll(undo).toBe(true);
  await page.keyboard.press('ControlOrMeta+z');
  await expect(window.word(5)).toHaveText(/: undecided/);
  // The native menu runs the same action.
  await page.keyboard.press('2');
  await expect(window.word(5)).toHaveText(/: Ingredient line/);
  await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('undo')?.click());
  await expect(window.word(5)).toHaveText(/: undecided/);
  await page.keyboard.press('2');
  await window.saved();

  const started = await call(page, 'train.start', { options: SMALL_TRAINING });
  expect(started.error).toBeUndefined();
  const { jobId } = started.value as { jobId: string };
  const state = async () => {
    const { value } = await call(page, 'jobs.list');
    return (value as { jobs: { id: string; state: string }[] }).jobs.find(({ id }) => id === jobId)?.state;
  };
  await expect.poll(state, { timeout: 500_000, intervals: [1000] }).toBe('done');
  await page.keyboard.press('ControlOrMeta+p');
  await window.source('Predicted');
  await expect(window.word(5)).toHaveText(/, \d+ %/);

  expect(faults, 'errors in the window').toEqual([]);
  await app.close();
  const again = await start();
  await again.window.openPage(3);
  await again.window.source('Gold');
  await expect(again.window.word(5)).toHaveText(/: Ingredient line/);
});

test('keeps its window when the engine or the workbench is killed', async ({ start }) => {
  const { app, page } = await start();
  await expect(page.getByRole('button', { name: /^Open the demo/ })).toBeVisible();
  const kill = (name: string) =>
    app.evaluate(({ app: electron }, wanted) => {
      const found = electron
        .getAppMetrics()
        .find(({ name, serviceName }) => name === wanted || serviceName === wanted);
      if (found) process.kill(found.pid, 'SIGKILL');
      return found !== undefined;
    }, name);
  expect(await kill('Galley engine')).toBe(true);
  await expect.poll(async () => (await call(page, 'app.info')).ok).toBe(true);
  expect(await kill('Galley workbench')).toBe(true);
  await expect.poll(async () => (await call(page, 'project.current')).ok).toBe(true);
});

test('gives the window nothing but its contract', async ({ start }) => {
  const { app, page } = await start();
  await expect(page.getByRole('button', { name: /^Open the demo/ })).toBeVisible();
  expect(
    await page.evaluate(() => ['require', 'process', 'module', 'Buffer'].filter((n) => n in globalThis)),
  ).toEqual([]);
  expect(await page.evaluate(() => Object.keys((globalThis as unknown as Bridge).galley))).toEqual([
    'call',
    'on',
  ]);
  expect(await call(page, 'file/read', { path: '/etc/passwd' })).toMatchObject({ ok: false });
  expect(await call(page, 'project.choose', { name: '.' })).toMatchObject({ ok: false });

  const blocked = await page.evaluate(async () => {
    const failed = (work: () => unknown) =>
      Promise.resolve()
        .then(work)
        .then(
          () => false,
          () => true,
        );
    const status = async (path: string) => (await fetch(path)).status;
    return {
      network: await failed(() => fetch('https://example.com/')),
      loopback: await failed(() => fetch('http://127.0.0.1:9/')),
      code: await failed(() => new Function('return 1')()),
      camera: await failed(() => navigator.mediaDevices.getUserMedia({ video: true })),
      opened: globalThis.open('https://example.com/') === null,
      outside: await status('/..%2fpackage.json'),
      missing: await status('/package.json'),
      policy: (await fetch('/index.html')).headers.get('content-security-policy'),
    };
  });
  expect(blocked).toEqual({
    network: true,
    loopback: true,
    code: true,
    camera: true,
    opened: true,
    outside: 404,
    missing: 404,
    policy: expect.stringContaining("default-src 'none'"),
  });
  await page.evaluate(() => globalThis.location.assign('https://example.com/'));
  await expect(page.getByRole('button', { name: /^Open the demo/ })).toBeVisible();
  expect(page.url()).toBe('app://galley/index.html');
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});
