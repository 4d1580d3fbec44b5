import { basename, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type PicturedPage, PixelLoader } from '../encoding/pixels.ts';
import { readPreprocessor } from '../encoding/preprocessor.ts';
import { lineIds, readingLines } from '../encoding/reading-lines.ts';
import type { Tokenizer } from '../encoding/tokenizer.ts';
import { loadTokenizer } from '../encoding/tokenizer-files.ts';
import { type EncodedWindow, encodePage, mergeWindows } from '../encoding/windows.ts';
import { GalleyError } from '../errors/galley-error.ts';
import type { LabelMap } from '../labels/labels.ts';
import { type LayoutLMv3Config, maxTextLength } from '../layoutlmv3/config.ts';
import type { Precision } from '../layoutlmv3/inference-graph.ts';
import { loadModelFolder } from '../layoutlmv3/model-folder.ts';
import { validatePage } from '../page/page.ts';
import { type DeviceRequest, type ResolvedDevice, resolveDevice } from '../runtime/device.ts';
import { assemblePredictions, type ModelIdentity } from './assemble.ts';
import { labelMapHash, type Predictions } from './predictions.ts';
import { LayoutLMv3Windows, type WindowInput, type WindowModel } from './window-model.ts';
import { softmaxRows } from './word-probabilities.ts';

export interface PredictorOptions {
  /** `auto` by default. */
  readonly device?: DeviceRequest;
  /** What the linear layers of the encoder are computed in; `float32` by default. */
  readonly precision?: Precision;
  /** Missing images and the like, one line each. */
  readonly onWarning?: (message: string) => void;
}

export interface PredictOptions {
  /** Windows per run of the model; 4 by default. */
  readonly batchSize?: number;
  /** Adds the probability of every label to each word. */
  readonly withProbs?: boolean;
  readonly onProgress?: (progress: {
    done: number;
    total: number;
    what: string;
    etaSeconds?: number;
  }) => void;
  readonly signal?: AbortSignal;
}

/** Everything a predictor works with; {@link Predictor.load} fills it from a model folder, tests by hand. */
export interface PredictorParts {
  readonly model: WindowModel;
  readonly tokenizer: Tokenizer;
  readonly labelMap: LabelMap;
  readonly identity: ModelIdentity;
  readonly maxLength: number;
  readonly lineBoxes: boolean;
  /** Words of the page before that a page is read with; none unless given. */
  readonly contextWords?: number;
  /** Pictures of pages; null in text-only mode. */
  readonly pixels: { load(page: PicturedPage): Promise<Float32Array> } | null;
  readonly device?: ResolvedDevice;
}

/** Pages whose windows are sorted by length together; bounds what is held in memory. */
const PAGES_AT_ONCE = 64;

/** Bytes of resized pictures kept: those of the pages whose windows are under way. */
const PIXEL_CACHE = 16 * 1024 * 1024;

/** A page on its way: its windows and the logits that have come back. */
interface Pending {
  readonly page: PicturedPage;
  readonly lines: number[][];
  readonly windows: EncodedWindow[];
  readonly logits: Float32Array[];
}

/** A trained model, ready to label pages. Close it when done. */
export class Predictor {
  readonly labelMap: LabelMap;
  readonly labelMapHash: string;
  readonly identity: ModelIdentity;
  /** Where it runs, and why there. */
  readonly device: ResolvedDevice | null;
  readonly #parts: PredictorParts;

  constructor(parts: PredictorParts) {
    this.#parts = parts;
    this.labelMap = parts.labelMap;
    this.labelMapHash = labelMapHash(parts.labelMap);
    this.identity = parts.identity;
    this.device = parts.device ?? null;
  }

  /**
   * Loads a Hugging Face model folder. Boxes (word or line), window length and images are used as in training,
   * as its config.json says.
   * @throws GalleyError `not-found`, `damaged`, `invalid-data`; `mismatch` for a model without a trained classifier
   * or a tokenizer larger than its vocabulary; `device`
   */
  static async load(modelDir: string, options: PredictorOptions = {}): Promise<Predictor> {
    const { config, labelMap, parameters, newlyInitialised } = await loadModelFolder(modelDir);
    if (newlyInitialised.length > 0)
      throw new GalleyError('mismatch', 'the model has no trained classifier', {
        where: modelDir,
        hint: 'fine-tune it first with galley train',
      });
    const tokenizer = await loadTokenizer(modelDir);
    if (tokenizer.vocabSize > config.vocabSize)
      throw new GalleyError(
        'mismatch',
        `the tokenizer has ${tokenizer.vocabSize} pieces, the model's vocabulary ${config.vocabSize}`,
        { where: modelDir, hint: 'tokenizer files and weights do not belong together' },
      );
    const device = await resolveDevice(options.device ?? 'auto');
    const visual = config.galley.visual ?? config.visualEmbed;
    return new Predictor({
      model: await LayoutLMv3Windows.create({
        config,
        parameters,
        device: device.device,
        visual,
        precision: options.precision ?? 'float32',
      }),
      tokenizer,
      labelMap,
      identity: { name: basename(resolve(modelDir)), dir: modelDir },
      maxLength: windowLength(config, tokenizer),
      lineBoxes: config.galley.line_boxes ?? false,
      contextWords: config.galley.context_words ?? 0,
      pixels: visual
        ? new PixelLoader({
            ...(await readPreprocessor(modelDir)),
            size: config.inputSize,
            cacheBytes: PIXEL_CACHE,
            onWarning: options.onWarning,
          })
        : null,
      device,
    });
  }

  /** {@link predict} for a list of pages, all answers at once. */
  async predictPages(pages: readonly PicturedPage[], options: PredictOptions = {}): Promise<Predictions[]> {
    const all: Predictions[] = [];
    for await (const predictions of this.predict(pages, pages.length, options)) all.push(predictions);
    return all;
  }

  /**
   * Labels pages, one record each, in their order. Long pages are read in overlapping windows, each word from the
   * window that sees most around it; no word is dropped, also none without text.
   * @param total number of pages to come, for the progress
   * @throws GalleyError `invalid-data` naming the page, `cancelled` between two runs of the model
   */
  async *predict(
    pages: Iterable<PicturedPage>,
    total: number,
    options: PredictOptions = {},
  ): AsyncGenerator<Predictions> {
    const started = performance.now();
    let finished = 0;
    for (const chunk of chunks(pages, PAGES_AT_ONCE)) {
      const pending = chunk.map((page) => this.#encode(page));
      const jobs = pending.flatMap((owner) => owner.windows.map((window, slot) => ({ owner, window, slot })));
      jobs.sort((a, b) => b.window.length - a.window.length);
      let ready = 0;
      for (const batch of batchesOf(jobs, options.batchSize ?? 4)) {
        // The model blocks this thread while it runs: let messages in, one of which may be to stop.
        await setImmediate();
        if (options.signal?.aborted) throw new GalleyError('cancelled', 'stopped while predicting pages');
        const inputs = await Promise.all(batch.map(({ owner, window }) => this.#input(owner.page, window)));
        const logits = await this.#parts.model.logits(inputs);
        for (const [row, { owner, slot }] of batch.entries()) owner.logits[slot] = logits[row];
        ready += batch.length;
        const done = finished + (ready / jobs.length) * chunk.length;
        const seconds = (performance.now() - started) / 1000;
        options.onProgress?.({
          done: Math.floor(done),
          total,
          what: 'predicting pages',
          etaSeconds: (seconds / done) * (total - done),
        });
      }
      finished += chunk.length;
      for (const page of pending) yield this.#assemble(page, options.withProbs ?? false);
    }
  }

  close(): Promise<void> {
    return this.#parts.model.release();
  }

  #encode(page: PicturedPage): Pending {
    validatePage(page);
    const { tokenizer, maxLength, lineBoxes, contextWords = 0 } = this.#parts;
    const lines = readingLines(page);
    const windows =
      page.words.length === 0
        ? []
        : encodePage(page, null, tokenizer, {
            maxLength,
            contextWords,
            lines: lineBoxes ? lineIds(lines, page.words.length) : null,
          });
    return { page, lines, windows, logits: [] };
  }

  async #input(page: PicturedPage, window: EncodedWindow): Promise<WindowInput> {
    return { window, pixels: (await this.#parts.pixels?.load(page)) ?? null };
  }

  #assemble({ page, lines, windows, logits }: Pending, withProbs: boolean): Predictions {
    const { labelMap, identity } = this.#parts;
    const merged = mergeWindows(windows, logits, page.words.length, labelMap.size);
    const probabilities = softmaxRows(merged.logits, labelMap.size);
    return assemblePredictions(page, probabilities, lines, labelMap, identity, withProbs);
  }
}

/** Tokens per window: as in training, within what tokenizer and position table allow. */
function windowLength(config: LayoutLMv3Config, tokenizer: Tokenizer): number {
  const wanted = config.galley.max_length ?? tokenizer.spec.modelMaxLength;
  return Math.min(wanted, maxTextLength(config));
}

function* chunks<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function* batchesOf<T>(items: readonly T[], size: number): Generator<T[]> {
  if (!Number.isInteger(size) || size < 1)
    throw new GalleyError('usage', `the batch size must be a positive whole number, found ${size}`);
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}
