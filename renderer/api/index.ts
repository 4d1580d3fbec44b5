import type { WorkbenchApi } from '../../core/workbench/contract.ts';
import { httpApi, type OnConnection, takeToken, windowName } from './http.ts';
import { ipcApi } from './ipc.ts';

/** The transport this window has: Electron's bridge where there is one, else loopback HTTP. */
export async function connect(onConnection: OnConnection): Promise<WorkbenchApi> {
  // The in-memory workbench exists in development and in the screenshot build only; a product build drops it.
  if (import.meta.env.MODE !== 'production' && new URLSearchParams(location.search).has('fake')) {
    const { fakeApi, fakeOptions } = await import('./fake.ts');
    return fakeApi(fakeOptions(new URLSearchParams(location.search)));
  }
  if (window.galley) return ipcApi(window.galley, onConnection);
  const token = takeToken(location, history, sessionStorage);
  return httpApi(token, windowName(sessionStorage, window), onConnection);
}
