import { isAbsolute } from 'node:path';
import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron';
import { calls } from '../core/workbench/contract.ts';
import { isOurs } from './window-security.ts';
import type { Answer } from './workbench/protocol.ts';

/** Whether a message comes from the main frame of one of our windows, and from a page of ours. */
export function isTrusted(
  event: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>,
  windows: ReadonlySet<WebContents>,
): boolean {
  const { sender, senderFrame } = event;
  return (
    windows.has(sender) && senderFrame !== null && senderFrame.parent === null && isOurs(senderFrame.url)
  );
}

const refuse = (message: string): Answer => ({
  ok: false,
  error: { code: 'usage', message, where: null, hint: null },
});

/**
 * Carries the contract over Electron's IPC. Sender, name and data of every call are checked here, before anything
 * else hears of it; the workbench checks name and data again, and what it answers.
 * @param call never rejects
 */
export function carryCalls(
  ipcMain: Pick<IpcMain, 'handle'>,
  call: (name: string, input: unknown) => Promise<Answer>,
  windows: ReadonlySet<WebContents>,
): void {
  ipcMain.handle('galley:call', async (event, name: unknown, input: unknown): Promise<Answer> => {
    if (!isTrusted(event, windows)) return refuse('calls come from the window only');
    if (typeof name !== 'string' || !Object.hasOwn(calls, name)) return refuse('there is no such call');
    const parsed = calls[name as keyof typeof calls].input.safeParse(input ?? {});
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return refuse(`${name}: ${issue.path.join('.') || 'input'}: ${issue.message}`);
    }
    return call(name, input ?? {});
  });
}

/** Most files of one drop; more are dropped as their folder. */
const MOST_DROPPED = 5000;

/**
 * Takes the paths of what was dropped on a window, as the preload script found them.
 * @param plan never rejects
 */
export function carryDropped(
  ipcMain: Pick<IpcMain, 'handle'>,
  plan: (paths: readonly string[]) => Promise<Answer>,
  windows: ReadonlySet<WebContents>,
): void {
  ipcMain.handle('galley:dropped', async (event, given: unknown): Promise<Answer> => {
    if (!isTrusted(event, windows)) return refuse('calls come from the window only');
    const paths = Array.isArray(given) ? given.filter((path) => path !== '') : [];
    if (paths.length > MOST_DROPPED) return refuse(`drop at most ${MOST_DROPPED} files, or their folder`);
    if (paths.length === 0 || !paths.every((path) => typeof path === 'string' && isAbsolute(path)))
      return refuse('nothing was dropped that lies on this machine');
    return plan(paths);
  });
}

/** Tells every window of an event; the window never gets Electron's own event object (see preload.cts). */
export function tellWindows(windows: ReadonlySet<WebContents>, name: string, payload: unknown): void {
  for (const contents of windows) if (!contents.isDestroyed()) contents.send('galley:event', name, payload);
}
