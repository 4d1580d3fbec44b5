import type {
  CallInput,
  CallName,
  CallOutput,
  ContractError,
  EventName,
  EventPayload,
  WorkbenchApi,
} from '../../core/workbench/contract.ts';
import { t } from '../messages/index.ts';
import { CallError, UNREACHABLE } from './errors.ts';
import { Listeners } from './listeners.ts';

const TOKEN_KEY = 'galley.token';
const WINDOW_KEY = 'galley.window';
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

/** Whether the workbench answers; `locked`: it does, but it wants another token. */
export type OnConnection = (online: boolean, locked?: boolean) => void;

type Answer = { ok: true; value: unknown } | { ok: false; error: ContractError };

/** Takes the one-time token out of the address (and out of the history) into this tab's storage. */
export function takeToken(location: Location, history: History, storage: Storage): string {
  const address = new URL(location.href);
  const given = address.searchParams.get('token');
  if (given) {
    storage.setItem(TOKEN_KEY, given);
    address.searchParams.delete('token');
    history.replaceState(null, '', address);
  }
  return given ?? storage.getItem(TOKEN_KEY) ?? '';
}

/**
 * What this window calls itself, kept while it is loaded again. It is taken out of the tab's storage meanwhile: a tab
 * that is made as a copy of this one gets a name of its own.
 */
export function windowName(storage: Storage, page: Pick<Window, 'addEventListener'>): string {
  const name = storage.getItem(WINDOW_KEY) ?? crypto.randomUUID();
  storage.removeItem(WINDOW_KEY);
  page.addEventListener('pagehide', () => storage.setItem(WINDOW_KEY, name));
  return name;
}

/** The workbench behind `galley serve`: JSON over POST for calls, one WebSocket for events. */
export function httpApi(token: string, name: string, onConnection: OnConnection): WorkbenchApi {
  const listeners = new Listeners();
  const base = new URL('./', document.baseURI);
  const listening = listen(base, { token, window: name }, listeners, onConnection);
  return {
    call: async <N extends CallName>(call: N, input: CallInput<N>) => {
      // An answer that is older than the first event heard would leave a gap between the two.
      await listening;
      let answer: Answer;
      try {
        const response = await fetch(new URL(`api/call/${call}`, base), {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-galley-token': token, 'x-galley-window': name },
          body: JSON.stringify(input),
        });
        // A workbench that was started again: what is to be saved waits, as while it does not answer at all.
        if (response.status === 401) {
          onConnection(false, true);
          throw new Error('the token is no longer valid');
        }
        answer = (await response.json()) as Answer;
      } catch {
        throw new CallError({
          code: UNREACHABLE,
          message: t('error.network'),
          where: null,
          hint: t('error.network.hint'),
        });
      }
      if (!answer.ok) throw new CallError(answer.error);
      return answer.value as CallOutput<N>;
    },
    on: listeners.on,
    sendFile: async (importId, path, file) => {
      const url = new URL(`api/import-file/${importId}`, base);
      url.searchParams.set('name', path);
      let answer: Answer;
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/octet-stream', 'x-galley-token': token },
          body: file,
        });
        answer = (await response.json()) as Answer;
      } catch {
        // Also a file that went away, or that the browser may not read.
        throw new CallError({ code: UNREACHABLE, message: t('drop.unread'), where: path, hint: null });
      }
      if (!answer.ok) throw new CallError(answer.error);
    },
    pageImageUrl: (pageNum, width) => {
      const url = new URL(`api/page-image/${pageNum}`, base);
      if (width) url.searchParams.set('w', String(width));
      url.searchParams.set('token', token);
      return url.href;
    },
  };
}

/** @returns when events are heard for the first time, or could not be */
function listen(
  base: URL,
  query: Readonly<Record<string, string>>,
  listeners: Listeners,
  onConnection: OnConnection,
): Promise<void> {
  const { promise: listening, resolve: settle } = Promise.withResolvers<void>();
  let wait = FIRST_WAIT_MS;
  const connect = () => {
    const address = new URL('api/events', base);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    for (const [key, value] of Object.entries(query)) address.searchParams.set(key, value);
    const socket = new WebSocket(address);
    socket.onopen = () => {
      wait = FIRST_WAIT_MS;
      settle();
      onConnection(true);
    };
    socket.onmessage = (message) => {
      const { name, payload } = JSON.parse(String(message.data)) as {
        name: EventName;
        payload: EventPayload<EventName>;
      };
      listeners.emit(name, payload);
    };
    socket.onclose = () => {
      settle();
      onConnection(false);
      setTimeout(connect, wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    };
  };
  connect();
  return listening;
}
