import { labelPagesFile, labelSchema } from '../../weak-labels/label-book.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';

const spec: CommandSpec<typeof labelSchema> = {
  name: 'label',
  summary: 'weak labels for pages: JSON Lines in, the full dataset out',
  details: `Each line of --pages is one page: {"page_num", "words", "bboxes", "width", "height", "image"?}.
Gold labels, where given, are kept beside the weak ones and never trained on.

Example:
  galley label --pages pages.jsonl --box_space 0-1000 --images_dir scans --out_dir data/datasets/boston_layoutlmv3_full`,
  schema: labelSchema,
  async run(given, { print, note, progress, signal }) {
    const options = parseValues(labelSchema, given);
    const done = await labelPagesFile(options, {
      onProgress: (p) => progress.update(p),
      onWarning: (message) => note(`warning: ${message}`),
      signal,
    });
    const pages = Object.entries(done.pages)
      .map(([split, n]) => `${split} ${n}`)
      .join(', ');
    const words = Object.entries(done.words)
      .map(([label, n]) => `${label} ${n}`)
      .join(', ');
    print(
      `pages: ${pages}; with gold labels: ${done.goldPages}; mean confidence ${done.meanConfidence.toFixed(3)}`,
    );
    print(`words: ${words}`);
    print(`dataset: ${done.datasetDir}`);
  },
};
export default spec;
