import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  app,
  dialog,
  ipcMain,
  MessageChannelMain,
  Notification,
  nativeTheme,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  session,
  shell,
  utilityProcess,
} from 'electron';
import type { CallInput, CallOutput, Job } from '../core/workbench/contract.ts';
import { configFolder } from '../core/workbench/user-folders.ts';
import { AppMenu } from './app-menu.ts';
import { answerApp } from './app-protocol.ts';
import { carryCalls, carryDropped, tellWindows } from './ipc-transport.ts';
import { projectOf } from './launch.ts';
import { MainWindow } from './main-window.ts';
import { messages as t } from './messages.ts';
import { pathsFrom } from './paths.ts';
import { RunningJobs } from './running-jobs.ts';
import { confine, cutNetwork, denyPermissions, SCHEME, SCHEME_PRIVILEGES } from './window-security.ts';
import type { Answer, Question } from './workbench/protocol.ts';
import { type Child, WorkbenchHost } from './workbench-host.ts';

/**
 * Electron's main process: the window and what surrounds it. It holds nothing of the project: the workbench and the
 * engine are utility processes of their own, so that neither can freeze the window or take it along.
 */
const paths = pathsFrom(import.meta.dirname, import.meta.url);
const config = configFolder();
const profile = join(config, 'desktop');
/** Chosen without a dialog: on the command line of a second start, or by dropping a folder on the application. */
let folderWaiting: string | readonly string[] | null = null;
let quitting: 'no' | 'asked' | 'closing' | 'closed' = 'no';
/** The session of the person or the system ends: nobody is there to be asked. */
let unasked = false;
let blocker: number | null = null;

const fork = (module: string, serviceName: string): Child =>
  utilityProcess.fork(module, [], { serviceName, stdio: 'inherit', execArgv: [] });

const window = new MainWindow({
  preload: paths.preload,
  stateFile: join(profile, 'window.json'),
  onClosed: () => {
    if (quitting === 'no' && jobs.busy) notify(t['notice.closed']);
  },
});

const jobs = new RunningJobs({
  onBusy: (busy) => {
    if (busy) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
    if (busy || window.current || quitting !== 'no') return;
    notify(t['notice.ended']);
    if (process.platform !== 'darwin') app.quit();
  },
  onProgress: (share) => window.current?.setProgressBar(share ?? -1),
});

const menu = new AppMenu({
  platform: process.platform,
  development: !app.isPackaged,
  run: (id) => tellWindows(window.contents, 'menu.run', { id }),
});

const host = new WorkbenchHost({
  startWorkbench: () => fork(paths.workbench, 'Galley workbench'),
  startEngine: () => fork(paths.engine, 'Galley engine'),
  channel: () => new MessageChannelMain(),
  // Both outlive a SIGTERM, which `UtilityProcess.kill` would send: they end when main says so.
  kill: (child) => {
    try {
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
      else child.kill();
    } catch {}
  },
  projectDir: projectOf(process.argv, process.cwd()),
  answer,
  onEvent: (name, payload) => {
    if (name === 'job.changed') jobs.changed(payload as Job);
    tellWindows(window.contents, name, payload);
  },
  onOnline: (online) => {
    if (!online) jobs.clear();
    tellWindows(window.contents, 'transport.online', online);
  },
  onFailed: (reason) => {
    dialog.showErrorBox(t['dialog.cannotStart'], reason);
    app.exit(1);
  },
});

app.enableSandbox();
protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: SCHEME_PRIVILEGES }]);
keepOwnProfile();
if (app.requestSingleInstanceLock({ projectDir: projectOf(process.argv, process.cwd()) ?? null }))
  void main();
else {
  quitting = 'closed';
  app.quit();
}

async function main(): Promise<void> {
  confine(app, (address) => void shell.openExternal(address));
  carryCalls(ipcMain, call, window.contents);
  carryDropped(ipcMain, planDropped, window.contents);
  await app.whenReady();
  denyPermissions(session.defaultSession);
  cutNetwork(session.defaultSession);
  session.defaultSession.setSpellCheckerEnabled(false);
  protocol.handle(SCHEME, (request) => answerApp(request, paths.window, (n, width) => host.image(n, width)));
  powerMonitor.on('shutdown', () => {
    unasked = true;
    app.quit();
  });
  menu.show([]);
  host.start();
  window.show();
}

/** Settings, recent projects and the window's own storage lie in one folder, which `GALLEY_CONFIG_DIR` can move. */
function keepOwnProfile(): void {
  try {
    mkdirSync(profile, { recursive: true });
    app.setPath('userData', profile);
  } catch (error) {
    console.error(`${profile}: ${error instanceof Error ? error.message : error}`);
  }
}

async function call(name: string, input: unknown): Promise<Answer> {
  const result = await host.call(name, input);
  // Title bar and menus follow the theme that was chosen in the window.
  if (result.ok && name === 'settings.get') follow((result.value as CallOutput<'settings.get'>).theme);
  if (result.ok && name === 'settings.set') follow((input as CallInput<'settings.set'>).theme);
  return result;
}

function follow(theme: CallInput<'settings.set'>['theme']): void {
  if (theme) nativeTheme.themeSource = theme === 'light' || theme === 'dark' ? theme : 'system';
}

async function answer(question: Question): Promise<unknown> {
  switch (question.what) {
    case 'choose-folder':
      return chooseFolder(question.purpose);
    case 'reveal':
      return (await shell.openPath(question.folder)) === '';
    case 'menu':
      menu.show(question.entries);
      return true;
  }
}

async function chooseFolder(purpose: 'open' | 'import'): Promise<string | readonly string[] | null> {
  if (folderWaiting !== null) {
    const folder = folderWaiting;
    folderWaiting = null;
    return folder;
  }
  const options = { title: t[`dialog.${purpose}`], properties: ['openDirectory' as const] };
  const { filePaths, canceled } = window.current
    ? await dialog.showOpenDialog(window.current, options)
    : await dialog.showOpenDialog(options);
  return canceled ? null : (filePaths[0] ?? null);
}

async function planDropped(paths: readonly string[]): Promise<Answer> {
  folderWaiting = paths;
  const result = await host.call('project.choose', { purpose: 'import' });
  folderWaiting = null;
  return result;
}

async function openFolder(folder: string): Promise<void> {
  folderWaiting = folder;
  const result = await host.call('project.choose', {});
  folderWaiting = null;
  if (!result.ok) dialog.showErrorBox(t['dialog.cannotOpen'], result.error.message);
}

function notify(body: string): void {
  if (!Notification.isSupported()) return;
  const notice = new Notification({ title: app.name, body });
  notice.on('click', () => window.show());
  notice.show();
}

app.on('second-instance', (_event, _argv, _cwd, data) => {
  window.show();
  const { projectDir } = (data ?? {}) as { projectDir?: string | null };
  if (projectDir) void openFolder(projectDir);
});
app.on('activate', () => {
  if (app.isReady()) window.show();
});
app.on('open-file', (event, path) => {
  event.preventDefault();
  void app.whenReady().then(() => openFolder(path));
});
// A training goes on without its window; starting Galley again shows it.
app.on('window-all-closed', () => {
  if (!jobs.busy && process.platform !== 'darwin') app.quit();
});
app.on('before-quit', (event) => {
  if (quitting === 'closed') return;
  event.preventDefault();
  if (quitting === 'no') void quit();
});

/** Ends the workbench before the application, and asks first where a training would end with it. */
async function quit(): Promise<void> {
  quitting = 'asked';
  if (jobs.busy && !unasked) {
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: t['quit.busy'],
      detail: t['quit.detail'],
      buttons: [t['quit.stop'], t['quit.stay'], t['quit.cancel']],
      defaultId: 1,
      cancelId: 2,
    });
    if (response > 0) {
      quitting = 'no';
      if (response === 1) window.current?.close();
      return;
    }
  }
  quitting = 'closing';
  await host.close();
  quitting = 'closed';
  app.quit();
}

// Ctrl-C reaches main more than once: from the terminal, and from who started it.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    unasked = true;
    app.quit();
  });
process.on('unhandledRejection', (error) => console.error(error));
