/**
 * The only bridge between the window and the rest: two functions, names and plain data. Runs in a sandbox, so it is
 * one CommonJS file. Main checks sender, name and data of every call.
 */
const { contextBridge, ipcRenderer } = require('electron') as typeof import('electron');

contextBridge.exposeInMainWorld('galley', {
  call: (name: string, input: unknown): Promise<unknown> =>
    ipcRenderer.invoke('galley:call', String(name), input),
  on: (name: string, listener: (payload: unknown) => void): (() => void) => {
    // The window never sees Electron's event object, which would lead it to ipcRenderer.
    const forward = (_: unknown, told: string, payload: unknown): void => {
      if (told === name) listener(payload);
    };
    ipcRenderer.on('galley:event', forward);
    return () => void ipcRenderer.removeListener('galley:event', forward);
  },
});
