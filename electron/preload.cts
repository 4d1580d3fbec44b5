/**
 * The only bridge between the window and the rest: three functions, names and plain data. Runs in a sandbox, so it is
 * one CommonJS file. Main checks sender, name and data of every call.
 */
const { contextBridge, ipcRenderer, webUtils } = require('electron') as typeof import('electron');

contextBridge.exposeInMainWorld('galley', {
  call: (name: string, input: unknown): Promise<unknown> =>
    ipcRenderer.invoke('galley:call', String(name), input),
  // Only a file that a person dropped or chose has a path here; the window itself never learns it.
  importDropped: (...files: File[]): Promise<unknown> =>
    ipcRenderer.invoke(
      'galley:dropped',
      files.map((file) => webUtils.getPathForFile(file)),
    ),
  on: (name: string, listener: (payload: unknown) => void): (() => void) => {
    // The window never sees Electron's event object, which would lead it to ipcRenderer.
    const forward = (_: unknown, told: string, payload: unknown): void => {
      if (told === name) listener(payload);
    };
    ipcRenderer.on('galley:event', forward);
    return () => void ipcRenderer.removeListener('galley:event', forward);
  },
});
