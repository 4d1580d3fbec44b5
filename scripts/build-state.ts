import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Written to dist/ when a build is complete. */
export const BUILT = 'built.json';

const SOURCES = [
  'core',
  'electron',
  'renderer',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/build.ts',
];
const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path) || /(^|[\\/])testing[\\/]/.test(path);

function latestChange(path: string): number {
  if (!existsSync(path)) return 0;
  if (statSync(path).isFile()) return statSync(path).mtimeMs;
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !isTest(file))
    .reduce((latest, file) => Math.max(latest, statSync(file).mtimeMs), 0);
}

/** Whether dist/ is missing, incomplete, or older than something it is made from. */
export function needsBuild(root: string): boolean {
  try {
    const { begun } = JSON.parse(readFileSync(join(root, 'dist', BUILT), 'utf8')) as { begun: string };
    return !SOURCES.every((source) => latestChange(join(root, source)) <= Date.parse(begun));
  } catch {
    return true;
  }
}
