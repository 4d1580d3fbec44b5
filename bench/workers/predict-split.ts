import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../harness.ts';
import type { Work } from './galley.ts';

/** `galley predict` over every page of a split, from the start of the command to its end. */
export async function predictSplit(options: { model: string; dataset: string }): Promise<Work> {
  const main = join(repository, 'core/cli/main.ts');
  return {
    async run() {
      const out = mkdtempSync(join(tmpdir(), 'galley-predict-'));
      const flags = ['--model_dir', options.model, '--dataset_dir', options.dataset, '--split', 'train'];
      await promisify(execFile)(process.execPath, [
        main,
        'predict',
        ...flags,
        '--out_dir',
        out,
        '--device',
        'cpu',
      ]);
      rmSync(out, { recursive: true });
      return undefined;
    },
  };
}
