/** One state of a long piece of work. */
export interface Progress {
  done: number;
  total: number;
  /** What is being done, a few words. */
  what: string;
  /** Seconds left, from measured time; absent until something was measured. */
  etaSeconds?: number;
}

/** `3 min 20 s`, `45 s`, `2 h 05 min`; a duration as people read it. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
}

/**
 * Draws progress on stderr: one line rewritten in place on a terminal, a plain line every ten seconds elsewhere.
 * Results belong on stdout, so pipes stay clean.
 */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #plainEveryMs: number;
  #started = performance.now();
  #doneAtStart = 0;
  #lastPlain = Number.NEGATIVE_INFINITY;
  #what = '';
  #open = false;

  constructor(stream: NodeJS.WriteStream = process.stderr, plainEveryMs = 10_000) {
    this.#stream = stream;
    this.#plainEveryMs = plainEveryMs;
  }

  update(progress: Progress): void {
    const changed = progress.what !== this.#what;
    if (changed) {
      this.#started = performance.now();
      this.#doneAtStart = progress.done;
    }
    this.#what = progress.what;
    const eta = progress.etaSeconds ?? this.#estimate(progress);
    const share = progress.total > 0 ? Math.floor((100 * progress.done) / progress.total) : 0;
    const left = eta === undefined || progress.done >= progress.total ? '' : `, ${formatDuration(eta)} left`;
    const text = `${progress.what} ${progress.done}/${progress.total} (${share} %${left})`;
    if (this.#stream.isTTY) {
      const width = this.#stream.columns || 100;
      this.#stream.write(`\r\x1b[K${text.slice(0, width - 1)}`);
      this.#open = true;
      return;
    }
    const now = performance.now();
    if (!changed && progress.done < progress.total && now - this.#lastPlain < this.#plainEveryMs) return;
    if (changed && progress.done < progress.total) {
      this.#lastPlain = now;
      return;
    }
    this.#lastPlain = now;
    this.#stream.write(`${text}\n`);
  }

  /** A line of its own (a note or a warning) that does not disturb the bar. */
  print(line: string): void {
    this.end();
    this.#stream.write(`${line}\n`);
  }

  end(): void {
    if (this.#open) this.#stream.write('\r\x1b[K');
    this.#open = false;
  }

  #estimate(progress: Progress): number | undefined {
    const done = progress.done - this.#doneAtStart;
    if (done <= 0) return undefined;
    const elapsed = (performance.now() - this.#started) / 1000;
    return (elapsed / done) * (progress.total - progress.done);
  }
}
