import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatasetDict } from '../../datasets/dataset-dict.ts';
import type { LabelledPage } from '../../datasets/labelled-page.ts';
import { renderOverlay } from '../../drawing/overlay.ts';
import { readingLines } from '../../encoding/reading-lines.ts';
import { GalleyError } from '../../errors/galley-error.ts';
import { assemblePredictions } from '../../inference/assemble.ts';
import { type Predictions, writePredictions } from '../../inference/predictions.ts';
import type { LabelMap } from '../../labels/labels.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';
import { predictionsFileName } from './predict.ts';

/** Labels of a page as they are to be drawn and written. */
export interface PageToExport {
  readonly pageNum: number;
  readonly split: string;
  readonly row: number;
  /** Ids; negative counts as O. */
  readonly labels: readonly number[];
  readonly confidence: readonly number[];
}

export interface ExportInput {
  readonly datasetDir: string;
  readonly outDir: string;
  readonly source: 'prediction' | 'weak' | 'gold';
  /** Who gave the labels: a model's name, `weak labels`, `gold labels`. */
  readonly labelledBy: string;
  readonly overlay: boolean;
  readonly json: boolean;
  readonly pages: readonly PageToExport[];
}

/** Overlay PNGs and predictions JSON of pages into a folder. */
export async function exportJob(input: ExportInput, context: JobContext<CommonEvent>): Promise<string[]> {
  const hooks = jobHooks(context);
  const dataset = await openDatasetDict(input.datasetDir);
  await mkdir(input.outDir, { recursive: true });
  const written: string[] = [];
  for (const [i, wanted] of input.pages.entries()) {
    if (hooks.signal.aborted)
      throw new GalleyError('cancelled', `stopped after ${i} of ${input.pages.length} pages`);
    hooks.onProgress({ done: i, total: input.pages.length, what: 'exporting pages' });
    const page = dataset.split(wanted.split).page(wanted.row);
    const record = recordOf(page, wanted, dataset.labelMap, input.labelledBy);
    const base = predictionsFileName(page.pageNum);
    if (input.json) {
      written.push(join(input.outDir, base));
      await writePredictions(written.at(-1)!, record);
    }
    if (input.overlay) {
      written.push(join(input.outDir, base.replace('_predictions.json', '_overlay.png')));
      const { problem } = await renderOverlay(
        { ...record, image_bytes: page.imagePath === null ? (page.imageBytes ?? null) : null },
        { outPng: written.at(-1)!, source: input.source, confidence: input.source !== 'gold' },
      );
      if (problem) hooks.onWarning(`page ${page.pageNum}: ${problem}`);
    }
  }
  hooks.onProgress({ done: input.pages.length, total: input.pages.length, what: 'exporting pages' });
  return written;
}

/** Labels from anywhere as the record that `galley predict` writes. */
export function recordOf(
  page: LabelledPage,
  { labels, confidence }: Pick<PageToExport, 'labels' | 'confidence'>,
  labelMap: LabelMap,
  labelledBy: string,
): Predictions {
  const probabilities = new Float64Array(page.words.length * labelMap.size);
  for (const [i, id] of labels.entries()) {
    const c = id < 0 ? Math.max(0, labelMap.outsideId) : id;
    // Whatever is left of the probability does not matter: only the largest one is written.
    probabilities[i * labelMap.size + c] = Math.max(1e-6, confidence[i]);
  }
  return assemblePredictions(
    page,
    probabilities,
    readingLines(page),
    labelMap,
    { name: labelledBy, dir: '' },
    false,
  );
}
