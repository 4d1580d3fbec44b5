import { type OcrOptions, ocrSchema } from '../../ocr/scan-options.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';
import { runWithProgress } from '../run-with-progress.ts';

const spec: CommandSpec<typeof ocrSchema> = {
  name: 'ocr',
  summary: 'words of scans and PDFs: pictures in, JSON Lines of pages out',
  details: `PNG, JPEG, WebP, TIFF (every page) and PDF. A PDF page's own text is used where it is sound. Nothing is fetched:
Tesseract and its English data come with the program, other languages from a file (--language_data).
Words are kept with their confidence; what the repair of broken fractions changed is in "repairs" and "words_before".
A run that was stopped goes on with --resume. docs/ocr.md has the limits and the measured error rates.

Examples:
  galley ocr --images scans/ --out pages.jsonl
  galley label --pages pages.jsonl --box_space 0-1000 --out_dir data/datasets/my-book`,
  schema: ocrSchema,
  positional: 'images',
  async run(given, context) {
    const options: OcrOptions = parseValues(ocrSchema, given);
    const done = await runWithProgress('ocr', options, context);
    const { print, note } = context;
    for (const { source, reason } of done.refused)
      note(`refused: ${reason.startsWith(source) ? reason : `${source}: ${reason}`}`);
    for (const title of done.blank) note(`${title}: no words were found; it is left out`);
    const confidence =
      done.meanConfidence === null ? '' : `, mean confidence ${done.meanConfidence.toFixed(3)}`;
    const skipped = done.skipped > 0 ? ` (${done.skipped} read before)` : '';
    print(
      `pages: ${done.pages}${skipped}; words: ${done.words}${confidence}; repaired fractions: ${done.repairs}`,
    );
    print(`pages file: ${done.out}`);
  },
};
export default spec;
