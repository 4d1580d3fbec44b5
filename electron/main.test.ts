import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallInput, CallName, CallOutput, EventName, EventPayload } from '../core/workbench/contract.ts';
import { TINY_TRAINING, tinyFolder, writeTinyProject } from '../core/workbench/testing/tiny-workbench.ts';
import { app, type BrowserWindow, nativeTheme, seen } from './testing/fake-electron.ts';
import { FakeUtilityProcess } from './testing/fake-utility.ts';
import { WINDOW_URL } from './window-security.ts';
import type { Answer } from './workbench/protocol.ts';

vi.mock('electron', () => import('./testing/fake-electron.ts'));

/**
 * The whole desktop but for Chromium: main with a stand-in for Electron, the workbench and the engine as real processes
 * with ports between them, worker threads and ONNX Runtime inside.
 */
const WAIT = { timeout: 30_000 };
let folder: string;
let project: string;
const window = (): BrowserWindow => seen.windows.at(-1)!;
const processOf = (name: string) => [...FakeUtilityProcess.running].find((p) => p.serviceName === name);

/** A call as the window's bridge makes it. */
async function call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const event = { sender: window().webContents, senderFrame: { parent: null, url: WINDOW_URL } };
  const answer = (await seen.ipc.get('galley:call')!(event, name, input)) as Answer;
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
  return answer.value as CallOutput<N>;
}

/** Waits for an event that was or will be told to the window. */
function told<N extends EventName | 'transport.online'>(
  name: N,
  fits: (payload: N extends EventName ? EventPayload<N> : boolean) => boolean,
): Promise<unknown> {
  const { webContents } = window();
  return new Promise((resolve) => {
    const look = (): void => {
      const found = webContents.told.find((t) => t.name === name && fits(t.payload as never));
      if (!found) return;
      webContents.off('told', look);
      resolve(found.payload);
    };
    webContents.on('told', look);
    look();
  });
}

beforeAll(async () => {
  folder = await tinyFolder();
  project = await writeTinyProject(folder, 8);
  vi.stubEnv('GALLEY_CONFIG_DIR', join(folder, 'config'));
  process.argv.push(`--project=${project}`);
  await import('./main.ts');
  await vi.waitFor(() => expect(seen.windows).toHaveLength(1), WAIT);
});
afterAll(() => {
  // What a failed test left running; the host starts no other once it closes.
  app.quit();
  for (const child of FakeUtilityProcess.running) process.kill(child.pid!, 'SIGKILL');
  vi.unstubAllEnvs();
});

describe('the desktop', () => {
  it('opens one sandboxed window on its own protocol, with a profile of its own', () => {
    expect(seen.sandboxed).toBe(true);
    expect(seen.schemes).toEqual([
      { scheme: 'app', privileges: expect.objectContaining({ standard: true, secure: true }) },
    ]);
    expect(seen.schemes[0].privileges.bypassCSP).toBeUndefined();
    expect(window().url).toBe(WINDOW_URL);
    expect(window().options.webPreferences).toMatchObject({ sandbox: true, contextIsolation: true });
    expect(seen.userData).toBe(join(folder, 'config', 'desktop'));
    for (const name of ['permission-request', 'permission-check', 'device', 'before-request'])
      expect(seen.session.has(name)).toBe(true);
  });

  it('answers the calls of its window from the workbench in a process of its own', async () => {
    const current = await call('project.current', {});
    expect(current.project?.folder).toBe(project);
    expect(processOf('Galley workbench')?.module).toMatch(/workbench.process\.[jt]s$/);
    await expect(call('pages.get', { pageNum: 9999 })).rejects.toThrow(/not-found/);
    await expect(call('project.choose', { name: '..' })).rejects.toThrow(/dialog only/);
  });

  it('gives pictures of pages through app:// and nothing else of the project', async () => {
    const { pages } = await call('pages.list', {});
    const get = (path: string) => seen.protocols.get('app')!(new Request(`app://galley/${path}`));
    const image = await get(`api/page-image/${pages[0].pageNum}?w=320`);
    expect(image.headers.get('content-type')).toMatch(/^image\/(jpeg|png)$/);
    expect((await image.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    expect((await get('api/page-image/9999')).status).toBe(404);
    expect((await get('galley-project.json')).status).toBe(404);
  });

  it('opens the folder chosen in the dialog', async () => {
    seen.chosenFolder = project;
    expect((await call('project.choose', {})).project?.folder).toBe(project);
    seen.chosenFolder = null;
    expect((await call('project.choose', {})).project).toBeNull();
  });

  it('shows the window’s actions in the native menu and runs them there', async () => {
    const entry = { id: 'undo', title: 'Undo', group: 'edit', key: 'mod+z', enabled: false, checked: null };
    expect(await call('app.menu', { entries: [entry] })).toEqual({ shown: true });
    const menus = seen.menus.length;
    const item = seen.menus.at(-1)!.items.get('undo')!;
    expect(item).toMatchObject({ label: 'Undo', accelerator: 'CommandOrControl+Z', enabled: false });
    await call('app.menu', { entries: [{ ...entry, enabled: true }] });
    expect([seen.menus.length, item.enabled]).toEqual([menus, true]);
    (item.click as () => void)();
    await told('menu.run', ({ id }) => id === 'undo');
  });

  it('follows the theme chosen in the window', async () => {
    await call('settings.set', { theme: 'dark' });
    expect(nativeTheme.themeSource).toBe('dark');
    await call('settings.set', { theme: 'system' });
    expect(nativeTheme.themeSource).toBe('system');
  });

  it('trains and predicts in the engine’s process, and stays awake meanwhile', async () => {
    const { jobId } = await call('train.start', { options: TINY_TRAINING, experiment: false });
    await told('job.changed', (job) => job.id === jobId && job.state === 'running');
    expect(seen.blockers).toBe(1);
    const ended = ['done', 'failed', 'cancelled', 'interrupted'];
    const job = await told('job.changed', ({ id, state }) => id === jobId && ended.includes(state));
    expect(job).toMatchObject({ state: 'done', error: null });
    expect(processOf('Galley engine')?.module).toMatch(/engine-process\.[jt]s$/);
    await expect.poll(() => seen.blockers, WAIT).toBe(0);
    expect(window().progress).toBe(-1);
    const { pages } = await call('pages.list', {});
    const { predicted, words } = await call('pages.predict', { pageNum: pages[0].pageNum });
    expect(predicted).toHaveLength(words.length);
  }, 240_000);

  it('keeps its window when the engine is killed, and starts another', async () => {
    const engine = processOf('Galley engine')!;
    process.kill(engine.pid!, 'SIGKILL');
    await told('engine.state', ({ state }) => state === 'crashed');
    await told('engine.state', ({ state }) => state === 'restarting');
    const { devices } = await call('app.info', {});
    expect(devices.find(({ name }) => name === 'cpu')?.available).toBe(true);
    expect(processOf('Galley engine')?.pid).not.toBe(engine.pid);
  });

  it('keeps its window when the workbench is killed, and opens the same project again', async () => {
    const workbench = processOf('Galley workbench')!;
    const engine = processOf('Galley engine')!;
    process.argv.pop();
    process.kill(workbench.pid!, 'SIGKILL');
    await told('transport.online', (online) => !online);
    await told('transport.online', (online) => online);
    expect((await call('project.current', {})).project).toMatchObject({ folder: project, readOnly: false });
    // The engine went with the workbench that had asked for it.
    await expect.poll(() => [...FakeUtilityProcess.running].includes(engine), WAIT).toBe(false);
  });

  it('ends everything it started, after the workbench gave its lock back', async () => {
    app.quit();
    expect(seen.quits).toBe(0);
    await expect.poll(() => seen.quits, WAIT).toBe(1);
    await expect.poll(() => FakeUtilityProcess.running.size, WAIT).toBe(0);
    expect(() => readFileSync(join(project, '.galley-lock.json'))).toThrow(/ENOENT/);
    expect(seen.errors).toEqual([]);
  });
});
