import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Fuses in the order of their bytes in Electron's program (@electron/fuses), by electron-builder's names. */
const FUSES = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
] as const;
export type Fuse = (typeof FUSES)[number];
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const VERSION = 1;

/** Fuses of a program by its bytes; those it does not have are absent. Null where there is no wire to read. */
export function readFuses(program: Buffer): Partial<Record<Fuse, boolean>> | null {
  const at = program.indexOf(SENTINEL);
  if (at < 0) return null;
  const [version, count] = program.subarray(at + SENTINEL.length);
  if (version !== VERSION) return null;
  const states = program
    .subarray(at + SENTINEL.length + 2, at + SENTINEL.length + 2 + count)
    .toString('latin1');
  const known = FUSES.map((name, i) => [name, states[i]] as const);
  return Object.fromEntries(
    known.filter(([, state]) => state === '0' || state === '1').map(([name, state]) => [name, state === '1']),
  );
}

/** The file that holds the wire: on macOS a framework inside the application. */
export function fusedFile(program: string): string {
  const framework = join(program, 'Contents/Frameworks/Electron Framework.framework/Electron Framework');
  return existsSync(framework) ? framework : program;
}

/** One line for each fuse of a program that is not as the configuration wants it. */
export function fuseProblems(program: string, wanted: Readonly<Record<string, unknown>>): string[] {
  const found = readFuses(readFileSync(fusedFile(program)));
  if (!found) return [`${program} has no fuses to read`];
  return FUSES.filter((name) => found[name] !== wanted[name]).map(
    (name) => `${name}: expected ${wanted[name]}, found ${found[name]}`,
  );
}
