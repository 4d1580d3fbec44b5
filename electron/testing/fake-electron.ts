/** As much of Electron's main process as main.ts uses, for tests without its binary: nothing is shown, all is kept. */
import { EventEmitter } from 'node:events';
import { FakeChannel, FakeUtilityProcess } from './fake-utility.ts';

type Handler = (...given: unknown[]) => unknown;

/** What main did, and what the next dialogs answer. */
export const seen = {
  quits: 0,
  exitCode: null as number | null,
  userData: '',
  schemes: [] as { scheme: string; privileges: Record<string, boolean> }[],
  sandboxed: false,
  ipc: new Map<string, Handler>(),
  protocols: new Map<string, (request: Request) => Promise<Response>>(),
  session: new Map<string, unknown>(),
  windows: [] as FakeWindow[],
  menus: [] as { template: unknown[]; items: Map<string, Record<string, unknown>> }[],
  errors: [] as string[],
  notices: [] as string[],
  blockers: 0,
  chosenFolder: null as string | null,
  messageBoxAnswer: 0,
};

class FakeContents extends EventEmitter {
  readonly told: { name: string; payload: unknown }[] = [];
  send(_channel: string, name: string, payload: unknown): void {
    this.told.push({ name, payload });
    this.emit('told');
  }
  isDestroyed(): boolean {
    return false;
  }
  reload(): void {}
  setWindowOpenHandler(): void {}
}

class FakeWindow extends EventEmitter {
  readonly options: Record<string, unknown>;
  readonly webContents = new FakeContents();
  progress = -1;
  url = '';
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    seen.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(url: string): Promise<void> {
    this.url = url;
    this.emit('ready-to-show');
  }
  getNormalBounds() {
    return { x: 10, y: 20, width: 1000, height: 700 };
  }
  setProgressBar(share: number): void {
    this.progress = share;
  }
  isMaximized = () => false;
  isMinimized = () => false;
  isDestroyed = () => false;
  show(): void {}
  focus(): void {}
  maximize(): void {}
  restore(): void {}
  close(): void {
    this.emit('close');
    this.emit('closed');
    app.emit('window-all-closed');
  }
}

export { FakeWindow as BrowserWindow };

class FakeApp extends EventEmitter {
  readonly name = 'Galley';
  readonly isPackaged = false;
  enableSandbox(): void {
    seen.sandboxed = true;
  }
  requestSingleInstanceLock(): boolean {
    return true;
  }
  setPath(_name: string, path: string): void {
    seen.userData = path;
  }
  async whenReady(): Promise<void> {}
  isReady(): boolean {
    return true;
  }
  quit(): void {
    let prevented = false;
    this.emit('before-quit', { preventDefault: () => (prevented = true) });
    if (!prevented) seen.quits++;
    this.emit('asked-to-quit');
  }
  exit(code: number): void {
    seen.exitCode = code;
  }
}
export const app = new FakeApp();

export const ipcMain = { handle: (name: string, handler: Handler) => seen.ipc.set(name, handler) };
export const protocol = {
  registerSchemesAsPrivileged: (schemes: typeof seen.schemes) => {
    seen.schemes = schemes;
  },
  handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
    seen.protocols.set(scheme, handler),
};
const keep = (name: string) => (value: unknown) => void seen.session.set(name, value);
export const session = {
  defaultSession: {
    setPermissionRequestHandler: keep('permission-request'),
    setPermissionCheckHandler: keep('permission-check'),
    setDevicePermissionHandler: keep('device'),
    setSpellCheckerEnabled: keep('spell-checker'),
    webRequest: { onBeforeRequest: keep('before-request') },
  },
};
export const dialog = {
  showErrorBox: (_title: string, message: string) => void seen.errors.push(message),
  showOpenDialog: async () => ({
    canceled: seen.chosenFolder === null,
    filePaths: seen.chosenFolder === null ? [] : [seen.chosenFolder],
  }),
  showMessageBox: async () => ({ response: seen.messageBoxAnswer }),
};
export const Menu = {
  buildFromTemplate: (template: { id?: string; submenu?: unknown }[]) => {
    const items = new Map<string, Record<string, unknown>>();
    const visit = (list: { id?: string; submenu?: unknown }[]): void => {
      for (const item of list) {
        if (item.id) items.set(item.id, item);
        if (Array.isArray(item.submenu)) visit(item.submenu);
      }
    };
    visit(template);
    return { template, items, getMenuItemById: (id: string) => items.get(id) ?? null };
  },
  setApplicationMenu: (menu: (typeof seen.menus)[number]) => void seen.menus.push(menu),
};
export class Notification extends EventEmitter {
  static isSupported = () => true;
  readonly #body: string;
  constructor({ body }: { body: string }) {
    super();
    this.#body = body;
  }
  show(): void {
    seen.notices.push(this.#body);
  }
}
export const nativeTheme = { shouldUseDarkColors: false, themeSource: 'system' };
export const screen = {
  getPrimaryDisplay: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }),
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
};
export const shell = { openExternal: async () => {}, openPath: async () => '' };
export const powerMonitor = new EventEmitter();
export const powerSaveBlocker = {
  start: () => ++seen.blockers,
  stop: () => void seen.blockers--,
};
export const utilityProcess = {
  fork: (module: string, _args: string[], options: { serviceName?: string }) =>
    new FakeUtilityProcess(module, options),
};
export { FakeChannel as MessageChannelMain };
