import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toGalleyError } from '../errors/galley-error.ts';
import { ensureFolder } from '../files/files.ts';
import type { TrainingEvent } from './trainer-types.ts';

/** `<name>.jsonl` with every row of the log as it comes, `<name>.log` to read. */
export class StageLog {
  readonly #text: string;
  readonly #rows: string;
  #queue: Promise<void> = Promise.resolve();

  private constructor(base: string) {
    this.#text = `${base}.log`;
    this.#rows = `${base}.jsonl`;
  }

  static async open(dir: string, name: string, goOn: boolean): Promise<StageLog> {
    const log = new StageLog(join(dir, name));
    try {
      await ensureFolder(dir);
      if (!goOn) for (const file of [log.#text, log.#rows]) await writeFile(file, '');
    } catch (error) {
      throw toGalleyError(error, dir);
    }
    return log;
  }

  line(text: string): void {
    this.#append(this.#text, `${new Date().toISOString()} ${text}\n`);
  }

  event(event: TrainingEvent): void {
    if (event.kind === 'log') {
      this.#append(this.#rows, `${JSON.stringify(event.row)}\n`);
      const values = Object.entries(event.row).map(([key, x]) => `${key} ${Number(x.toPrecision(5))}`);
      this.line(values.join(', '));
    } else if (event.kind === 'checkpoint') this.line(`checkpoint ${event.path}`);
    else if (event.kind === 'warning') this.line(`warning: ${event.warning.message}`);
  }

  /** A log that cannot be written must not end a training. */
  #append(file: string, text: string): void {
    this.#queue = this.#queue.then(() => appendFile(file, text)).catch(() => {});
  }

  close(): Promise<void> {
    return this.#queue;
  }
}
