import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Predictor } from '../inference/predictor.ts';
import { parseConfig } from '../layoutlmv3/config.ts';
import { saveModelFolder } from '../layoutlmv3/save-model-folder.ts';
import { randomParameters } from '../layoutlmv3/testing/tiny.ts';
import type { Box, Page } from '../page/page.ts';
import { projectFolder } from '../training/model-source.ts';
import { EXAMPLE_FILES, exportModel, exportModelSchema } from './export-model.ts';

const LABELS = ['O', 'DISH', 'AMOUNT'];
const WORDS = [
  'Sift',
  'the',
  'flour,',
  '½',
  'cup',
  '',
  'butter.',
  'Crème',
  'unheard-of',
  '350°F',
  '<mask>',
  'a',
];

let work: string;
let picture: string;

/** A model whose weights are far from nothing, so that every input matters; windows of 40 tokens. */
async function modelFolder(name: string, galley: object): Promise<string> {
  const folder = join(work, name);
  const config = parseConfig({
    vocab_size: 6000,
    hidden_size: 24,
    coordinate_size: 4,
    shape_size: 4,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    intermediate_size: 24,
    max_position_embeddings: 42,
    type_vocab_size: 1,
    input_size: 32,
    patch_size: 16,
    rel_pos_bins: 8,
    max_rel_pos: 16,
    rel_2d_pos_bins: 8,
    max_rel_2d_pos: 32,
    pad_token_id: 1,
    id2label: Object.fromEntries(LABELS.map((label, id) => [id, label])),
    galley,
  });
  await saveModelFolder(folder, {
    config,
    parameters: randomParameters(config, 3),
    tokenizerFrom: join(projectFolder(), 'configs/models/galley-nano'),
  });
  return folder;
}

/** A page of two columns and several windows. */
function page(count: number, imagePath: string | null): Page {
  const words = Array.from({ length: count }, (_, i) => WORDS[(i * 7) % WORDS.length]);
  const bboxes = words.map((_, i): Box => {
    const [x, y] = [(i % 6) * 90 + (i % 6 > 2 ? 400 : 20), Math.floor(i / 6) * 30 + (i % 3)];
    return [x, y, x + 70, y + 20];
  });
  return {
    pageNum: 1,
    width: 300,
    height: 420,
    words,
    bboxes,
    imagePath,
    precedingWords: ['beat', 'two', 'eggs', 'well', 'and'],
  };
}

const jsonOf = ({ words, bboxes, width, height, precedingWords }: Page) => ({
  words,
  bboxes,
  width,
  height,
  preceding_words: precedingWords,
});

const flags = (changes: object) => exportModelSchema.parse(changes);

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'galley-export-model-'));
  picture = join(work, 'scan.png');
  await sharp({ create: { width: 300, height: 420, channels: 3, background: '#ddd' } })
    .composite([
      { input: { create: { width: 90, height: 200, channels: 3, background: '#333' } }, left: 40, top: 60 },
    ])
    .png()
    .toFile(picture);
  symlinkSync(join(projectFolder(), 'node_modules'), join(work, 'node_modules'), 'junction');
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('an exported model', () => {
  it.each([
    { name: 'pictures', galley: { max_length: 40, visual: true }, image: true },
    { name: 'lines', galley: { max_length: 40, visual: false, line_boxes: true }, image: false },
    { name: 'context', galley: { max_length: 24, visual: false, context_words: 4 }, image: false },
  ])(
    'gives in Node, without Galley, what the Predictor gives ($name)',
    async ({ name, galley, image }) => {
      const model = await modelFolder(name, galley);
      const out = join(work, `${name}-exported`);
      await exportModel(flags({ model_dir: model, out_dir: out }));
      const asked = page(90, image ? picture : null);
      writeFileSync(join(out, 'page.json'), JSON.stringify(jsonOf(asked)));
      for (const precision of ['float32', 'int8'] as const) {
        const ours = await Predictor.load(model, { device: 'cpu', precision });
        const [{ tokens }] = await ours.predictPages([asked]);
        await ours.close();
        const lines = execFileSync(
          process.execPath,
          ['predict.mjs', 'page.json', '--precision', precision, ...(image ? ['--image', picture] : [])],
          { cwd: out, encoding: 'utf8' },
        );
        const told = lines
          .trimEnd()
          .split('\n')
          .map((line) => line.split('\t'));
        expect(told.map(([, , word]) => word)).toEqual(asked.words);
        expect(told.map(([label]) => label)).toEqual(tokens.map((token) => token.pred_label));
        for (const [i, [, probability]] of told.entries())
          expect(Math.abs(Number(probability) - tokens[i].confidence), asked.words[i]).toBeLessThan(5e-4);
        // A model that says the same of every word would agree with anything.
        expect(new Set(told.map(([label]) => label)).size).toBeGreaterThan(1);
      }
    },
    60_000,
  );

  it('is complete, and its card is written from what is there', async () => {
    const model = await modelFolder('plain', {
      base_model: 'microsoft/layoutlmv3-base',
      base_model_licence: 'cc-by-nc-sa-4.0',
      licence_notice: 'Not for commerce.',
    });
    const out = join(work, 'plain-exported');
    const { files } = await exportModel(
      flags({ model_dir: model, out_dir: out, precision: 'int8', with_weights: true }),
    );
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'README.md',
        'inference.json',
        'tokenizer.json',
        'onnx/model_int8.onnx',
        'model.safetensors',
        ...EXAMPLE_FILES,
      ]),
    );
    expect(existsSync(join(out, 'onnx/model.onnx'))).toBe(false);
    const card = readFileSync(join(out, 'README.md'), 'utf8');
    const front = parse(card.split('---\n')[1]);
    expect(front).toMatchObject({
      license: 'cc-by-nc-sa-4.0',
      base_model: 'microsoft/layoutlmv3-base',
      pipeline_tag: 'token-classification',
    });
    expect(card).toContain('> Not for commerce.');
    for (const label of LABELS) expect(card).toContain(`| ${label} |`);
  });

  it('is refused over other things, and leaves nothing half done', async () => {
    const model = await modelFolder('refused', {});
    const out = join(work, 'refused-exported');
    const planned = await exportModel(flags({ model_dir: model, out_dir: out, dry_run: true }));
    expect(planned.files.map(({ path }) => path)).toContain('onnx/model.onnx');
    expect(existsSync(out)).toBe(false);

    const stopped = new AbortController();
    stopped.abort();
    await expect(
      exportModel(flags({ model_dir: model, out_dir: out }), { signal: stopped.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(work).filter((name) => name.includes('refused-exported'))).toEqual([]);

    await exportModel(flags({ model_dir: model, out_dir: out, precision: 'float32' }));
    await expect(exportModel(flags({ model_dir: model, out_dir: out }))).rejects.toMatchObject({
      code: 'exists',
    });
    await exportModel(flags({ model_dir: model, out_dir: out, overwrite: true }));
    expect(existsSync(join(out, 'onnx/model_int8.onnx'))).toBe(true);

    const other = join(work, 'something-else');
    cpSync(picture, join(other, 'scan.png'));
    const over = flags({ model_dir: model, out_dir: other, overwrite: true });
    await expect(exportModel(over)).rejects.toThrow(/no exported model/);
    await expect(exportModel(flags({ model_dir: model, out_dir: model, overwrite: true }))).rejects.toThrow(
      /replace the model/,
    );
    const nowhere = flags({ model_dir: join(work, 'nowhere'), out_dir: join(work, 'x') });
    await expect(exportModel(nowhere)).rejects.toMatchObject({ code: 'not-found' });
  });
});
