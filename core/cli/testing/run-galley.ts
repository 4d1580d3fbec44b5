import { spawn } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../main.ts');

export interface Ran {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunningGalley {
  readonly done: Promise<Ran>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when stderr or stdout holds the pattern. */
  until(pattern: RegExp): Promise<void>;
}

/** Starts `galley` as a user would, in a process of its own. */
export function startGalley(args: readonly string[], cwd?: string): RunningGalley {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const ran: Ran = { code: null, signal: null, stdout: '', stderr: '' };
  const waiting: { pattern: RegExp; resolve: () => void }[] = [];
  const look = () => {
    for (const w of [...waiting]) if (w.pattern.test(ran.stdout + ran.stderr)) w.resolve();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    ran.stdout += text;
    look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    ran.stderr += text;
    look();
  });
  const done = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ ...ran, code, signal }));
  });
  return {
    done,
    kill: (signal) => child.kill(signal),
    until: (pattern) =>
      Promise.race([
        new Promise<void>((resolve) => {
          waiting.push({ pattern, resolve });
          look();
        }),
        done.then((r) => {
          throw new Error(`galley ended (${r.code}) before ${pattern}: ${r.stderr}`);
        }),
      ]),
  };
}

export const galley = (...args: string[]): Promise<Ran> => startGalley(args).done;

/** A model small enough to train in a moment, with the vocabulary of galley-nano. */
export async function writeTinyModel(folder: string): Promise<string> {
  const base = join(import.meta.dirname, '../../../configs/models/galley-nano');
  await cp(base, folder, { recursive: true });
  const config = JSON.parse(await readFile(join(base, 'config.json'), 'utf8'));
  await writeFile(
    join(folder, 'config.json'),
    JSON.stringify({
      ...config,
      hidden_size: 24,
      num_hidden_layers: 1,
      num_attention_heads: 2,
      intermediate_size: 32,
      coordinate_size: 4,
      shape_size: 4,
      input_size: 32,
      patch_size: 16,
    }),
  );
  return folder;
}
