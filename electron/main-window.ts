import { writeFileSync } from 'node:fs';
import { BrowserWindow, nativeTheme, screen, type WebContents } from 'electron';
import { WINDOW_URL, webPreferences } from './window-security.ts';
import { placeWindow, readWindowState, SMALLEST, writeWindowState } from './window-state.ts';

const PAPER = { light: '#f6f2ea', dark: '#1d1a17' };
/** A page that dies again and again is not loaded for ever. */
const MOST_RELOADS = 3;

export interface MainWindowOptions {
  readonly preload: string;
  /** File that keeps size and place. */
  readonly stateFile: string;
  readonly onClosed: () => void;
}

/** The one window, where there is one. */
export class MainWindow {
  /** Pages that may talk to main. */
  readonly contents = new Set<WebContents>();
  readonly #options: MainWindowOptions;
  #window: BrowserWindow | null = null;
  #reloads = 0;

  constructor(options: MainWindowOptions) {
    this.#options = options;
  }

  get current(): BrowserWindow | null {
    return this.#window;
  }

  /** Brings the window to the front, opening it first where there is none. */
  show(): void {
    if (!this.#window) this.#open();
    else {
      if (this.#window.isMinimized()) this.#window.restore();
      this.#window.show();
      this.#window.focus();
    }
  }

  #open(): void {
    const { preload, stateFile, onClosed } = this.#options;
    // The main screen first: it takes a window whose own screen is gone.
    const displays = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()];
    const { maximized, ...place } = placeWindow(
      readWindowState(stateFile),
      displays.map(({ workArea }) => workArea),
    );
    const window = new BrowserWindow({
      ...place,
      minWidth: Math.min(SMALLEST.width, place.width),
      minHeight: Math.min(SMALLEST.height, place.height),
      show: false,
      title: 'Galley',
      backgroundColor: nativeTheme.shouldUseDarkColors ? PAPER.dark : PAPER.light,
      webPreferences: webPreferences(preload),
    });
    this.#window = window;
    const { webContents } = window;
    this.contents.add(webContents);
    window.once('ready-to-show', () => {
      if (maximized) window.maximize();
      window.show();
      sayStarted();
    });
    window.on('close', () =>
      writeWindowState(stateFile, { bounds: window.getNormalBounds(), maximized: window.isMaximized() }),
    );
    window.on('closed', () => {
      this.contents.delete(webContents);
      this.#window = null;
      onClosed();
    });
    webContents.on('render-process-gone', (_, { reason }) => {
      if (reason === 'clean-exit' || window.isDestroyed() || ++this.#reloads > MOST_RELOADS) return;
      webContents.reload();
    });
    window.loadURL(WINDOW_URL).catch((error) => console.error(error));
  }
}

/** `npm start` opens the browser form where this never happens (scripts/start.ts). */
function sayStarted(): void {
  const file = process.env.GALLEY_STARTED_FILE;
  if (!file) return;
  try {
    writeFileSync(file, 'started');
  } catch {}
}
