import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** Electron's program of this clone, or null where it was never downloaded (the npm package is a few kilobytes). */
export function electronProgram(): string | null {
  try {
    const folder = dirname(require.resolve('electron/package.json'));
    const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist');
    const program = join(dist, readFileSync(join(folder, 'path.txt'), 'utf8').trim());
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}

export const electronVersion = (): string =>
  JSON.parse(readFileSync(require.resolve('electron/package.json'), 'utf8')).version;

/** What `npx install-electron` runs. Waits at most so long for a server that does not answer. */
const PATIENCE_MS = 15 * 60_000;

/** Downloads Electron's program; null and one line why where that does not work. */
export function downloadElectron(): { program: string | null; reason: string } {
  const folder = dirname(require.resolve('electron/package.json'));
  const { stderr, error } = spawnSync(process.execPath, [join(folder, 'install.js')], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: PATIENCE_MS,
  });
  return { program: electronProgram(), reason: shortReason(error ? error.message : (stderr ?? '')) };
}

/** The line of a stack trace that says what happened. */
export function shortReason(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('at '));
  const telling = lines.find((line) => /error/i.test(line)) ?? lines[0] ?? 'no reason was given';
  return telling.replace(/^(\w*Error|error): /i, '').slice(0, 160);
}
