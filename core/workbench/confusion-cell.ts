import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import type { Engine } from '../engine/host.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { pageToPredict } from './page-to-predict.ts';
import type { Runs } from './runs.ts';
import type { Session } from './session.ts';

export interface CellToken {
  pageNum: number;
  index: number;
  text: string;
  confidence: number;
}

const MOST_TOKENS = 500;
const PAGES_AT_ONCE = 4;

interface Predicted {
  readonly labels: readonly string[];
  readonly confidence: readonly number[];
}

/** Finds the words behind a cell of a confusion matrix by predicting the evaluation pages with the run's weights. */
export class ConfusionCells {
  readonly #engine: Engine;
  /** Predictions of the weights that were looked at last. */
  #known: { key: string; pages: Map<number, Predicted> } = { key: '', pages: new Map() };

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @throws GalleyError `not-found` before the first checkpoint */
  async find(
    session: Session,
    runs: Runs,
    runId: string,
    reference: string,
    predicted: string,
  ): Promise<CellToken[]> {
    const modelDir = await runs.latestWeights(runId);
    const { mtimeMs } = await stat(join(modelDir, 'model.safetensors'));
    const key = `${modelDir} ${mtimeMs}`;
    if (this.#known.key !== key) this.#known = { key, pages: new Map() };
    const copy = join(runs.dir(runId), 'datasets', 'full');
    const dataset = await openDatasetDict(existsSync(copy) ? copy : session.project.places.full);
    const split = dataset.findSplit('validation');
    if (!split || split.length === 0)
      throw new GalleyError('not-found', 'this dataset has no evaluation pages', {
        where: dataset.directory,
      });
    const tokens: CellToken[] = [];
    for (let row = 0; row < split.length && tokens.length < MOST_TOKENS; row += PAGES_AT_ONCE) {
      const pages = Array.from({ length: Math.min(PAGES_AT_ONCE, split.length - row) }, (_, k) =>
        split.page(row + k),
      );
      const missing = pages.filter((page) => !this.#known.pages.has(page.pageNum));
      if (missing.length > 0) {
        const request = { modelDir, stamp: String(mtimeMs), device: 'auto' as const };
        const { predictions } = await this.#engine.predict({ ...request, pages: missing.map(pageToPredict) });
        for (const p of predictions)
          this.#known.pages.set(p.page_num, {
            labels: p.tokens.map((t) => t.pred_label),
            confidence: p.tokens.map((t) => t.confidence),
          });
      }
      for (const page of pages) {
        const found = this.#known.pages.get(page.pageNum);
        for (const [index, id] of page.labels.entries())
          if (id >= 0 && dataset.labelMap.names[id] === reference && found?.labels[index] === predicted)
            tokens.push({
              pageNum: page.pageNum,
              index,
              text: page.words[index],
              confidence: found.confidence[index],
            });
      }
    }
    return tokens.slice(0, MOST_TOKENS);
  }
}
