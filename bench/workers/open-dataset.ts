import { openDatasetDict } from '../../core/datasets/dataset-dict.ts';
import type { Work } from './galley.ts';

/** Opening a dataset and reading its first page; once a process, as nothing may be known yet. */
export async function openDataset({ folder }: { folder: string }): Promise<Work> {
  return {
    async run() {
      const began = performance.now();
      const page = (await openDatasetDict(folder)).split('train').page(0);
      return { words: page.words.length, seconds: (performance.now() - began) / 1000 };
    },
  };
}
