/**
 * Model folders both ways, with transformers 4 and 5: each saves folders of all forms, Galley loads them and saves them
 * again, each loads what Galley saved.
 *
 *     GALLEY_REFERENCE_PYTHON=python GALLEY_REFERENCE_TRANSFORMERS4=FOLDER node scripts/reference/run-folders.ts --seed N
 *
 * --base adds one folder of base size, saved by transformers 4 in float16.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    base: { type: 'boolean', default: false },
  },
});
const python = process.env.GALLEY_REFERENCE_PYTHON ?? 'python3';
const versions: readonly (readonly [string, string])[] = [
  ['5', ''],
  ['4', process.env.GALLEY_REFERENCE_TRANSFORMERS4 ?? ''],
];
const script = (name: string) => join(import.meta.dirname, name);
const made = mkdtempSync(join(tmpdir(), 'galley-folders-'));
let failed = false;

function run(command: string, args: readonly string[], pythonPath = ''): boolean {
  const env = { ...process.env, PYTHONPATH: pythonPath };
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env });
  if (error) throw error;
  failed ||= status !== 0;
  return status === 0;
}

try {
  console.log(`seed ${values.seed}`);
  const folders = versions.map(([version]) => join(made, version));
  for (const [i, [version, path]] of versions.entries()) {
    const drawn = ['--out', folders[i], '--seed', values.seed];
    const base = values.base && version === '4' ? ['--base'] : [];
    run(python, [script('model_folders.py'), 'make', ...drawn, ...base], path);
  }
  if (!failed) run(process.execPath, [script('model-folders.ts'), ...folders]);
  if (!failed)
    for (const [, path] of versions) run(python, [script('model_folders.py'), 'check', ...folders], path);
} finally {
  rmSync(made, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
