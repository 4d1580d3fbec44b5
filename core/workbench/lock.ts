import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const LOCK_FILE = '.galley-lock.json';
const lockSchema = z.object({
  pid: z.int(),
  /** When the process began, so that another process with the same number is not taken for it. */
  began: z.string(),
  host: z.string(),
  since: z.string(),
  token: z.string(),
});
type Lock = z.output<typeof lockSchema>;

/** Start time of a process in clock ticks (Linux); elsewhere its number must do. */
function beganAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; field 22 counts from after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(lock: Lock): boolean {
  // Another machine on a shared disk: nothing can be known, so it counts as alive.
  if (lock.host !== hostname()) return true;
  try {
    process.kill(lock.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  // Where either time could not be read, the number must do: better to wait for a stranger than to write beside an owner.
  const began = beganAt(lock.pid);
  return began === '' || lock.began === '' || began === lock.began;
}

function readLock(path: string): Lock | null {
  try {
    const parsed = lockSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** One workbench at a time may write in a project: who holds its lock file. */
export class ProjectLock {
  /** Why this workbench may only read, or null where it holds the lock. */
  readonly refusal: string | null;
  readonly #otherHolds: boolean;
  readonly #path: string;
  readonly #token: string;

  private constructor(path: string, token: string, refusal: string | null, otherHolds = false) {
    this.#path = path;
    this.#token = token;
    this.refusal = refusal;
    this.#otherHolds = otherHolds;
  }

  /** Takes the lock, also from a process that is gone; never waits and never throws. */
  static take(folder: string): ProjectLock {
    const path = join(folder, LOCK_FILE);
    const token = randomUUID();
    const lock: Lock = {
      pid: process.pid,
      began: beganAt(process.pid),
      host: hostname(),
      since: new Date().toISOString(),
      token,
    };
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        writeFileSync(path, `${JSON.stringify(lock)}\n`, { flag: 'wx' });
        return new ProjectLock(path, token, null);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code !== 'EEXIST')
          return new ProjectLock(path, token, `the project folder cannot be written (${code ?? message})`);
      }
      const holder = readLock(path);
      if (holder && isAlive(holder)) {
        const at = holder.host === hostname() ? `process ${holder.pid}` : `the machine ${holder.host}`;
        return new ProjectLock(
          path,
          token,
          `another window has had this project open since ${holder.since.slice(0, 16).replace('T', ' ')} UTC (${at})`,
          true,
        );
      }
      // Renaming is atomic: of two windows that find the same dead lock one moves it, the other tries again.
      try {
        renameSync(path, `${path}.${token}`);
        rmSync(`${path}.${token}`, { force: true });
      } catch {}
    }
    return new ProjectLock(path, token, 'the lock of the project could not be taken');
  }

  /** Whether the lock file is still this workbench's. */
  isHeld(): boolean {
    return this.refusal === null && readLock(this.#path)?.token === this.#token;
  }

  /** Whether the workbench that kept this one from writing is gone. */
  isFreeNow(): boolean {
    if (!this.#otherHolds) return false;
    const holder = readLock(this.#path);
    return holder === null || !isAlive(holder);
  }

  /** Whether another process that is alive has it: trying again would change nothing. */
  isHeldElsewhere(): boolean {
    return this.#otherHolds && !this.isFreeNow();
  }

  release(): void {
    if (this.isHeld()) rmSync(this.#path, { force: true });
  }
}
