import { createReadStream, existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { toGalleyError } from '../errors/galley-error.ts';
import { readJson, writeJsonWhole } from '../files/files.ts';
import { type Predictions, predictedIds, writePredictions } from '../inference/predictions.ts';

/** Labels of a page that a model gave, one id and probability per word. */
export interface PredictedPage {
  readonly labels: readonly number[];
  readonly confidence: readonly number[];
}

const rowSchema = z.object({
  page: z.int().min(0),
  labels: z.array(z.int().min(0)),
  confidence: z.array(z.number().min(0).max(1)),
});

const LABELS = 'labels.jsonl';
const MODEL = 'model.json';

/** `page_0038_predictions.json`, as `galley predict` names it. */
const jsonName = (pageNum: number) => `page_${String(pageNum).padStart(4, '0')}_predictions.json`;

/** What a model said of the pages so far, kept on disk; forgotten when the model's weights change. */
export class PredictionStore {
  readonly modelId: string;
  readonly folder: string;
  /** Says which weights the model had. */
  readonly stamp: string;
  readonly #pages: Map<number, PredictedPage>;
  readonly #readOnly: boolean;
  readonly #json = new Map<number, Predictions>();

  private constructor(
    modelId: string,
    folder: string,
    stamp: string,
    pages: Map<number, PredictedPage>,
    readOnly: boolean,
  ) {
    this.modelId = modelId;
    this.stamp = stamp;
    this.folder = folder;
    this.#pages = pages;
    this.#readOnly = readOnly;
  }

  /** @param folder of the model's predictions; @param modelDir its weights */
  static async open(
    modelId: string,
    folder: string,
    modelDir: string,
    readOnly: boolean,
  ): Promise<PredictionStore> {
    const stamp = await weightsStamp(modelDir);
    const stored = (await readJson(join(folder, MODEL)).catch(() => null)) as { weights?: unknown } | null;
    const pages = new Map<number, PredictedPage>();
    if (stored && stored.weights === stamp) {
      if (existsSync(join(folder, LABELS)))
        for await (const line of createInterface({ input: createReadStream(join(folder, LABELS)) })) {
          const row = parseRow(line);
          if (row) pages.set(row.page, row);
        }
    } else if (!readOnly) {
      await rm(folder, { recursive: true, force: true });
      await writeJsonWhole(join(folder, MODEL), { model: modelId, weights: stamp });
    }
    return new PredictionStore(modelId, folder, stamp, pages, readOnly);
  }

  /** The labels of a page, where the model has seen it with as many words. */
  get(pageNum: number, words: number): PredictedPage | null {
    const found = this.#pages.get(pageNum);
    return found && found.labels.length === words ? found : null;
  }

  /** Whether the weights are still those that predicted. */
  async isCurrent(modelDir: string): Promise<boolean> {
    return (await weightsStamp(modelDir)) === this.stamp;
  }

  async add(predictions: Predictions): Promise<void> {
    const row = {
      page: predictions.page_num,
      labels: predictedIds(predictions),
      confidence: predictions.tokens.map((t) => t.confidence),
    };
    this.#pages.set(row.page, row);
    if (this.#readOnly) {
      this.#json.set(row.page, predictions);
      return;
    }
    await mkdir(this.folder, { recursive: true });
    await writePredictions(join(this.folder, jsonName(row.page)), predictions);
    await appendFile(join(this.folder, LABELS), `${JSON.stringify(row)}\n`).catch((error) => {
      throw toGalleyError(error, this.folder);
    });
  }

  /** The predictions file of a page as `galley predict` writes it, or null. */
  async json(pageNum: number): Promise<string | null> {
    if (!this.#pages.has(pageNum)) return null;
    const kept = this.#json.get(pageNum);
    if (kept) return JSON.stringify(kept, null, 2);
    return readFile(join(this.folder, jsonName(pageNum)), 'utf8').catch(() => null);
  }
}

function parseRow(line: string) {
  try {
    const parsed = rowSchema.safeParse(JSON.parse(line));
    return parsed.success && parsed.data.labels.length === parsed.data.confidence.length ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Tells two states of a model folder apart. */
async function weightsStamp(modelDir: string): Promise<string> {
  for (const name of ['model.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin']) {
    const found = await stat(join(modelDir, name)).catch(() => null);
    if (found) return `${name} ${found.size} ${Math.round(found.mtimeMs)}`;
  }
  return 'none';
}
