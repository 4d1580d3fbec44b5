import { resolve } from 'node:path';

/**
 * The project named on a command line (`--project folder` or `--project=folder`), absolute. Chromium's own switches
 * stand among the words, and may come before them.
 */
export function projectOf(argv: readonly string[], cwd: string): string | undefined {
  for (const [i, word] of argv.entries()) {
    const given = word === '--project' ? argv[i + 1] : /^--project=(.+)$/s.exec(word)?.[1];
    if (given && !given.startsWith('--')) return resolve(cwd, given);
  }
  return undefined;
}
