import { groupWarnings, splitWarning } from '../experiment/warnings.ts';

/** Pages named as they come before the same warning is only counted. */
const SHOWN = 2;

/**
 * Prints warnings as they come, but one that many pages share only for the first of them; the rest are counted and
 * told in one line by {@link WarningNotes.end}. A thousand pages without a scan must not bury the one line that matters.
 */
export class WarningNotes {
  readonly #note: (line: string) => void;
  readonly #held = new Map<string, { shown: number; held: string[] }>();

  constructor(note: (line: string) => void) {
    this.#note = note;
  }

  add(message: string): void {
    const { page, text } = splitWarning(message);
    if (page === null) {
      this.#note(`warning: ${message}`);
      return;
    }
    const seen = this.#held.get(text) ?? { shown: 0, held: [] };
    this.#held.set(text, seen);
    if (seen.shown < SHOWN) {
      seen.shown += 1;
      this.#note(`warning: ${message}`);
    } else seen.held.push(message);
  }

  /** Tells what was held back, one line for each kind of warning. */
  end(): void {
    for (const { held } of this.#held.values())
      for (const line of groupWarnings(held))
        this.#note(`warning: ${line.replace(/^(\d+) pages:/, '$1 more pages:')}`);
    this.#held.clear();
  }
}
