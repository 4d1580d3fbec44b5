/** How long a window may be gone, as while it is loaded again, before another one may write. */
const GRACE_MS = 4000;

/**
 * Which of several windows of one workbench may write: the first that came, until it goes or another one takes over.
 * Labels are shown before they are saved, so two windows that write would tear each other's undo.
 */
export class Pen {
  /** Windows that are connected, the oldest first, with the number of their connections. */
  readonly #windows = new Map<string, number>();
  readonly #changed: () => void;
  readonly #graceMs: number;
  #holder: string | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** @param changed called after another window got the pen */
  constructor(changed: () => void, graceMs = GRACE_MS) {
    this.#changed = changed;
    this.#graceMs = graceMs;
  }

  /** Whether a window may write; while no window holds the pen, each may. */
  mayWrite(window: string): boolean {
    return this.#holder === null || this.#holder === window;
  }

  connect(window: string): void {
    this.#windows.set(window, (this.#windows.get(window) ?? 0) + 1);
    if (this.#holder === null) this.#give(window);
    else if (this.#holder === window) this.#clear();
  }

  disconnect(window: string): void {
    const left = (this.#windows.get(window) ?? 0) - 1;
    if (left > 0) {
      this.#windows.set(window, left);
      return;
    }
    this.#windows.delete(window);
    if (this.#holder !== window) return;
    this.#clear();
    this.#timer = setTimeout(() => this.#give([...this.#windows.keys()][0] ?? null), this.#graceMs);
    this.#timer.unref();
  }

  /** The person wants to go on in this window. */
  claim(window: string): void {
    if (this.#holder !== window) this.#give(window);
  }

  close(): void {
    this.#clear();
  }

  #give(window: string | null): void {
    this.#clear();
    this.#holder = window;
    this.#changed();
  }

  #clear(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
