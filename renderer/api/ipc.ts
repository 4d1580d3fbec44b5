import type {
  CallInput,
  CallName,
  CallOutput,
  ContractError,
  WorkbenchApi,
} from '../../core/workbench/contract.ts';
import { CallError } from './errors.ts';

/** What the preload script of the desktop application puts on `window.galley`. */
export interface GalleyBridge {
  call(
    name: string,
    input: unknown,
  ): Promise<{ ok: true; value: unknown } | { ok: false; error: ContractError }>;
  /** Plans an import of files and folders that were dropped on the window; their paths stay on the other side. */
  importDropped(
    ...files: Blob[]
  ): Promise<{ ok: true; value: unknown } | { ok: false; error: ContractError }>;
  /** Returns the way to stop listening; the payload comes without Electron's event object. */
  on(name: string, listener: (payload: unknown) => void): () => void;
}

declare global {
  interface Window {
    readonly galley?: GalleyBridge;
  }
}

/** The workbench behind Electron's IPC; page images come through the `app://` protocol that serves the window. */
export function ipcApi(bridge: GalleyBridge, onConnection: (online: boolean) => void): WorkbenchApi {
  // The workbench is a process of its own, and may have to start again.
  bridge.on('transport.online', (online) => onConnection(online === true));
  const unwrap = (answer: Awaited<ReturnType<GalleyBridge['call']>>): unknown => {
    if (!answer.ok) throw new CallError(answer.error);
    return answer.value;
  };
  return {
    call: async <N extends CallName>(name: N, input: CallInput<N>) =>
      unwrap(await bridge.call(name, input)) as CallOutput<N>,
    importDropped: async (files) =>
      unwrap(await bridge.importDropped(...files)) as CallOutput<'project.choose'>,
    on: (name, listener) => bridge.on(name, listener as (payload: unknown) => void),
    pageImageUrl: (pageNum, width) => {
      const url = new URL(`api/page-image/${pageNum}`, new URL('./', document.baseURI));
      if (width) url.searchParams.set('w', String(width));
      return url.href;
    },
  };
}
