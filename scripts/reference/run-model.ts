/**
 * Holds the model to the real transformers: forward, backward, files both ways, ONNX export.
 *
 *     GALLEY_REFERENCE_PYTHON=/path/to/python node scripts/reference/run-model.ts [--seed N] [--count N] [--base]
 *
 * The Python needs torch, transformers, torchvision, pillow, safetensors, onnx and onnxruntime. Without
 * --seed every run draws new cases; the seed is printed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    count: { type: 'string', default: '20' },
    base: { type: 'boolean', default: false },
  },
});
const python = process.env.GALLEY_REFERENCE_PYTHON ?? 'python3';
const here = import.meta.dirname;
const cases = mkdtempSync(join(tmpdir(), 'galley-reference-'));

function run(command: string, args: string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

try {
  console.log(`seed ${values.seed}`);
  const drawn = ['--out', cases, '--seed', values.seed, '--count', values.count];
  run(python, [join(here, 'layoutlmv3_cases.py'), 'live', ...drawn, ...(values.base ? ['--base'] : [])]);
  run(process.execPath, [join(here, 'compare-layoutlmv3.ts'), cases]);
  run(python, [join(here, 'check_galley_models.py'), cases]);
} finally {
  rmSync(cases, { recursive: true, force: true });
}
