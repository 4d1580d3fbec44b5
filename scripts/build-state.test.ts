import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BUILT, needsBuild } from './build-state.ts';

it('builds where nothing is built, where a build broke off, and where a source is newer', () => {
  const root = mkdtempSync(join(tmpdir(), 'galley-build-'));
  const at = (path: string, minute: number): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), '');
    const date = new Date(2026, 0, 1, 0, minute);
    utimesSync(join(root, path), date, date);
  };
  at('core/cli/main.ts', 1);
  at('package.json', 2);
  expect(needsBuild(root)).toBe(true);
  mkdirSync(join(root, 'dist'));
  expect(needsBuild(root)).toBe(true);
  writeFileSync(
    join(root, 'dist', BUILT),
    JSON.stringify({ begun: new Date(2026, 0, 1, 0, 5).toISOString() }),
  );
  expect(needsBuild(root)).toBe(false);
  at('core/cli/main.test.ts', 9);
  at('core/cli/testing/run.ts', 9);
  expect(needsBuild(root)).toBe(false);
  at('renderer/shell/shell.tsx', 6);
  expect(needsBuild(root)).toBe(true);
});
