import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveTokenizer } from '../encoding/save-tokenizer.ts';
import { smallTokenizer } from '../encoding/testing/small-tokenizer.ts';
import { encodePage } from '../encoding/windows.ts';
import { DEFAULT_LABELS, LabelMap } from '../labels/labels.ts';
import { parseConfig } from '../layoutlmv3/config.ts';
import { readSafetensors, writeSafetensors } from '../layoutlmv3/safetensors.ts';
import { saveModelFolder } from '../layoutlmv3/save-model-folder.ts';
import { randomParameters, TINY } from '../layoutlmv3/testing/tiny.ts';
import type { Box, Page } from '../page/page.ts';
import { predictedIds, predictionsSchema, readPredictions, writePredictions } from './predictions.ts';
import { Predictor, type PredictorParts } from './predictor.ts';
import type { WindowInput, WindowModel } from './window-model.ts';

const tokenizer = smallTokenizer();
const labelMap = LabelMap.default;
const VOCABULARY = ['flour', 'Bake', 'milk', '1', '', 'unheard-of', 'butter.'];

function page(pageNum: number, count: number, over: Partial<Page> = {}): Page {
  const words = Array.from({ length: count }, (_, i) => VOCABULARY[(i * 5 + pageNum) % VOCABULARY.length]);
  const bboxes = words.map((_, i): Box => {
    const [x, y] = [(i % 8) * 120, Math.floor(i / 8) * 25];
    return [x, y, x + 100, y + 20];
  });
  return { pageNum, width: 500, height: 800, words, bboxes, imagePath: null, ...over };
}

/** The label a word shall get: by its first piece. */
const wanted = (word: string) => (tokenizer.encodeWord(word)[0] ?? 0) % labelMap.size;

/** Gives every position the label of the piece there, with a margin of 3; counts its batches. */
class PieceModel implements WindowModel {
  readonly batches: number[] = [];
  released = false;
  async logits(inputs: readonly WindowInput[]): Promise<Float32Array[]> {
    this.batches.push(inputs.length);
    return inputs.map(({ window }) => {
      // Longer than the window, as a padded batch gives it.
      const rows = new Float32Array((window.length + 7) * labelMap.size);
      for (let t = 0; t < window.length; t++)
        rows[t * labelMap.size + (window.inputIds[t] % labelMap.size)] = 3;
      return rows;
    });
  }
  async release(): Promise<void> {
    this.released = true;
  }
}

function predictorWith(model: WindowModel, over: Partial<PredictorParts> = {}): Predictor {
  return new Predictor({
    model,
    tokenizer,
    labelMap,
    identity: { name: 'fake', dir: '/models/fake' },
    maxLength: 24,
    lineBoxes: false,
    pixels: null,
    ...over,
  });
}

describe('Predictor', () => {
  it('labels every word of pages of any length, in order', async () => {
    const pages = [page(3, 50), page(1, 4), page(9, 130), page(2, 1)];
    const predictions = await predictorWith(new PieceModel()).predictPages(pages);
    expect(predictions.map((p) => p.page_num)).toEqual([3, 1, 9, 2]);
    for (const [k, { words }] of pages.entries()) {
      expect(predictions[k].tokens.map((t) => t.text)).toEqual(words);
      for (const [i, id] of predictedIds(predictions[k]).entries())
        if (words[i] !== '') expect(id, `word ${i} of page ${pages[k].pageNum}`).toBe(wanted(words[i]));
    }
  });

  it('gives softmax confidences, and with probs those of every label', async () => {
    const e = Math.exp(3);
    const [record] = await predictorWith(new PieceModel()).predictPages([page(1, 3)], { withProbs: true });
    for (const token of record.tokens) {
      expect(token.confidence).toBeCloseTo(e / (e + 6), 5);
      expect(Object.keys(token.probs ?? {})).toEqual([...DEFAULT_LABELS]);
      expect(Object.values(token.probs ?? {}).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
      expect(token.probs?.[token.pred_label]).toBe(token.confidence);
    }
    const [plain] = await predictorWith(new PieceModel()).predictPages([page(1, 3)]);
    expect(plain.tokens[0]).not.toHaveProperty('probs');
  });

  it('runs batches of windows of like length', async () => {
    const lengths: number[][] = [];
    const model = new PieceModel();
    const spy: WindowModel = {
      logits: (inputs) => {
        lengths.push(inputs.map(({ window }) => window.length));
        return model.logits(inputs);
      },
      release: async () => {},
    };
    const pages = [9, 30, 8, 31, 10, 29, 1].map((count, i) => page(i, count));
    await predictorWith(spy, { maxLength: 512 }).predictPages(pages, { batchSize: 3 });
    expect(lengths.map((batch) => batch.length)).toEqual([3, 3, 1]);
    expect(lengths.flat()).toEqual([...lengths.flat()].sort((a, b) => b - a));
  });

  it('survives pages without words and pages without any text', async () => {
    const blank = page(5, 2, { words: ['', ''] });
    const [none, empty] = await predictorWith(new PieceModel()).predictPages([page(4, 0), blank]);
    expect(none).toMatchObject({ tokens: [], lines: [], groups: [] });
    expect(empty.tokens.map((t) => [t.pred_label, t.confidence])).toEqual([
      ['O', 0.142857],
      ['O', 0.142857],
    ]);
  });

  it('feeds line boxes where the model was trained on them', async () => {
    const seen: number[][] = [];
    const model: WindowModel = {
      logits: async (inputs) => {
        seen.push([...inputs[0].window.bbox.slice(4, 8)]);
        return inputs.map(({ window }) => new Float32Array(window.length * labelMap.size));
      },
      release: async () => {},
    };
    const words = page(1, 3, { words: ['flour', 'Bake', 'milk'] });
    await predictorWith(model).predictPages([words]);
    await predictorWith(model, { lineBoxes: true }).predictPages([words]);
    expect(seen).toEqual([
      [0, 0, 100, 20],
      [0, 0, 340, 20],
    ]);
  });

  it('reports progress up to the total', async () => {
    const done: number[] = [];
    await predictorWith(new PieceModel()).predictPages([page(1, 60), page(2, 60)], {
      onProgress: (p) => {
        done.push(p.done);
        expect(p.total).toBe(2);
      },
    });
    expect(done.at(-1)).toBe(2);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  it('stops between two batches when asked to', async () => {
    const controller = new AbortController();
    const model = new PieceModel();
    const run = predictorWith(model, { maxLength: 512 }).predictPages([page(1, 5), page(2, 5)], {
      batchSize: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(model.batches).toEqual([1]);
  });

  it('names a page with impossible boxes, and a batch size that is none', async () => {
    const bad = page(8, 1, { bboxes: [[0, 0, 1200, 5]] });
    const predictor = predictorWith(new PieceModel());
    await expect(predictor.predictPages([bad])).rejects.toMatchObject({ where: 'page 8' });
    await expect(predictor.predictPages([page(1, 1)], { batchSize: 0 })).rejects.toThrow(/batch size/);
  });

  it('releases the model', async () => {
    const model = new PieceModel();
    await predictorWith(model).close();
    expect(model.released).toBe(true);
  });
});

describe('a model folder', () => {
  let dir: string;
  const warnings: string[] = [];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'galley-predictor-'));
    await saveTokenizer(tokenizer, join(dir, 'tokenizer'));
    const config = parseConfig({
      ...TINY,
      vocab_size: tokenizer.vocabSize,
      num_channels: 3,
      num_labels: undefined,
      id2label: labelMap.toId2Label(),
      galley: { max_length: 20 },
    });
    await saveModelFolder(join(dir, 'model'), {
      config,
      parameters: randomParameters(config, 5),
      tokenizerFrom: join(dir, 'tokenizer'),
    });
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('predicts the same whatever shares its batch, and writes what it reads', async () => {
    const predictor = await Predictor.load(join(dir, 'model'), {
      device: 'cpu',
      onWarning: (message) => warnings.push(message),
    });
    const pages = [page(3, 40), page(1, 4), page(9, 17)];
    const together = await predictor.predictPages(pages, { batchSize: 4, withProbs: true });
    const alone = await predictor.predictPages([pages[1]], { batchSize: 1, withProbs: true });
    expect(encodePage(pages[0], null, tokenizer, { maxLength: 20 }).length).toBeGreaterThan(2);
    for (const [i, token] of together[1].tokens.entries())
      for (const [label, p] of Object.entries(token.probs ?? {}))
        expect(Math.abs(p - (alone[0].tokens[i].probs?.[label] ?? 0))).toBeLessThan(1e-4);
    expect(new Set(together.flatMap(predictedIds)).size).toBeGreaterThan(1);
    expect(warnings[0]).toMatch(/page \d+: has no image/);
    const path = join(dir, 'out', 'page.json');
    await writePredictions(path, together[0]);
    expect(await readPredictions(path)).toEqual(JSON.parse(JSON.stringify(together[0])));
    expect(predictionsSchema.parse(together[0])).toMatchObject({
      page_num: 3,
      model: { name: 'model', dir: join(dir, 'model') },
      label_map_hash: predictor.labelMapHash,
    });
    await predictor.close();
  });

  it('is refused without a trained classifier', async () => {
    const bare = join(dir, 'bare');
    const config = parseConfig({ ...TINY, vocab_size: tokenizer.vocabSize, num_channels: 3 });
    const parameters = randomParameters(config, 5);
    await saveModelFolder(bare, { config, parameters, tokenizerFrom: join(dir, 'tokenizer') });
    const { tensors } = await readSafetensors(join(bare, 'model.safetensors'));
    for (const name of [...tensors.keys()]) if (name.startsWith('classifier.')) tensors.delete(name);
    await writeSafetensors(join(bare, 'model.safetensors'), tensors, { format: 'pt' });
    await expect(Predictor.load(bare, { device: 'cpu' })).rejects.toThrow(/no trained classifier/);
  });

  it('is refused with a tokenizer that has more pieces than the model', async () => {
    const small = join(dir, 'small');
    const config = parseConfig({ ...TINY, vocab_size: 300, num_channels: 3 });
    const parameters = randomParameters(config, 5);
    await saveModelFolder(small, { config, parameters, tokenizerFrom: join(dir, 'tokenizer') });
    await expect(Predictor.load(small, { device: 'cpu' })).rejects.toThrow(/360 pieces.*300/);
  });
});

describe('readPredictions', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'galley-predictions-'));
  });
  afterAll(() => rm(dir, { recursive: true }));
  const token = { text: 'Cake', bbox: [0, 0, 10, 10], pred_label: 'TITLE', pred_id: 1, confidence: 0.5 };
  const origin = {
    page_num: 1,
    image_path: 'x.png',
    tokens: [token],
    grouped: {},
    label_map: { 1: 'TITLE' },
  };
  const read = async (value: unknown) => {
    const path = join(dir, 'p.json');
    await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value));
    return readPredictions(path);
  };
  it("takes the original project's files", async () => {
    expect((await read(origin)).tokens).toEqual([token]);
  });
  it.each([
    ['{', /not valid JSON/],
    [[], /expected object/],
    [{ ...origin, tokens: [{ ...token, bbox: [0, 0, 10] }] }, /tokens\.0\.bbox/],
    [{ ...origin, tokens: [{ ...token, bbox: [0, 0, 1200, 5] }] }, /word 0 \("Cake"\).*outside 0\.\.1000/],
    [{ ...origin, tokens: [{ ...token, bbox: [9, 0, 3, 5] }] }, /inverted/],
    [{ ...origin, tokens: [{ ...token, pred_id: 4 }] }, /pred_id 4 is not in label_map/],
    [{ ...origin, tokens: [{ ...token, pred_label: 'TIME' }] }, /pred_id 1 is TITLE, pred_label says TIME/],
    [{ ...origin, tokens: [{ ...token, confidence: 2 }] }, /confidence/],
  ])('refuses %j', async (value, message) => {
    await expect(read(value)).rejects.toThrow(message);
  });
});
