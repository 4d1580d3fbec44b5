import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJson } from '../files/files.ts';
import { LabelMap } from '../labels/labels.ts';
import { configToJson, withGalleySettings, withLabels } from './config.ts';
import { loadModelFolder } from './model-folder.ts';
import { initParameters, parameterSpecs } from './parameters.ts';
import { type FloatTensor, writeSafetensors } from './safetensors.ts';
import { saveModelFolder } from './save-model-folder.ts';
import { randomParameters, tinyConfig } from './testing/tiny.ts';

const config = tinyConfig();
const parameters = randomParameters(config, 1);
const labels = (n: number, prefix = 'L') =>
  new LabelMap(Array.from({ length: n }, (_, i) => `${prefix}${i}`));
let root: string;
let counter = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'galley-model-'));
});
afterAll(() => rm(root, { recursive: true }));
const fresh = () => join(root, `m${counter++}`);

/** A folder with weights of one's own choosing. */
async function folder(
  change: (tensors: Map<string, FloatTensor>) => Map<string, FloatTensor> | undefined,
  settings = config,
): Promise<string> {
  const dir = fresh();
  await mkdir(dir);
  const tensors = new Map<string, FloatTensor>(
    parameterSpecs(settings).map(({ name, shape }) => [name, { shape, data: parameters.get(name)! }]),
  );
  await writeFile(join(dir, 'config.json'), JSON.stringify(configToJson(settings)));
  await writeSafetensors(join(dir, 'model.safetensors'), change(tensors) ?? tensors);
  return dir;
}

describe('saveModelFolder and loadModelFolder', () => {
  it('give back the same model, settings included', async () => {
    const dir = fresh();
    const settings = withGalleySettings(config, {
      line_boxes: true,
      max_length: 20,
      base_model: 'x/y',
      odd: 1,
    });
    await saveModelFolder(dir, { config: settings, parameters });
    const loaded = await loadModelFolder(dir);
    expect(loaded.parameters).toEqual(parameters);
    expect([...loaded.parameters.keys()]).toEqual(parameterSpecs(config).map((spec) => spec.name));
    expect(loaded.config.galley).toEqual({ line_boxes: true, max_length: 20, base_model: 'x/y', odd: 1 });
    expect(loaded).toMatchObject({
      newlyInitialised: [],
      unused: [],
      files: [join(dir, 'model.safetensors')],
    });
    expect(await readJson(join(dir, 'config.json'))).toMatchObject({
      architectures: ['LayoutLMv3ForTokenClassification'],
      model_type: 'layoutlmv3',
      id2label: { 0: 'LABEL_0', 4: 'LABEL_4' },
      label2id: { LABEL_3: 3 },
      torch_dtype: 'float32',
      galley: { line_boxes: true },
    });
    expect(await readJson(join(dir, 'preprocessor_config.json'))).toMatchObject({
      apply_ocr: false,
      image_processor_type: 'LayoutLMv3ImageProcessor',
      size: { height: 13, width: 13 },
    });
  });

  it('reads into memory the caller gives', async () => {
    const dir = fresh();
    await saveModelFolder(dir, { config, parameters });
    const specs = parameterSpecs(config);
    const arena = new Float32Array(specs.reduce((n, spec) => n + spec.size, 0));
    let at = 0;
    const loaded = await loadModelFolder(dir, {
      allocate({ size }) {
        at += size;
        return arena.subarray(at - size, at);
      },
    });
    expect(loaded.parameters.get('classifier.weight')!.buffer).toBe(arena.buffer);
    expect(loaded.parameters.get('classifier.weight')).toEqual(parameters.get('classifier.weight'));
  });

  it('takes tokenizer and image settings along from a source folder', async () => {
    const source = fresh();
    await mkdir(source);
    await writeFile(join(source, 'vocab.json'), '{}');
    await writeFile(join(source, 'merges.txt'), '#');
    await writeFile(
      join(source, 'processor_config.json'),
      '{"image_processor": {"image_mean": [0.4], "apply_ocr": true}}',
    );
    const dir = fresh();
    await saveModelFolder(dir, {
      config,
      parameters,
      tokenizerFrom: source,
      extra: (temporary) => writeFile(join(temporary, 'trainer_state.json'), '{}'),
    });
    expect((await readdir(dir)).sort()).toEqual([
      'config.json',
      'merges.txt',
      'model.safetensors',
      'preprocessor_config.json',
      'trainer_state.json',
      'vocab.json',
    ]);
    expect(await readJson(join(dir, 'preprocessor_config.json'))).toMatchObject({
      image_mean: [0.4],
      apply_ocr: false,
    });
  });

  it('replaces the model in a folder, keeps what else is there, and removes what would shadow it', async () => {
    const dir = fresh();
    await mkdir(join(dir, 'checkpoint-5'), { recursive: true });
    for (const stale of ['pytorch_model.bin', 'tokenizer.json', 'model.safetensors'])
      await writeFile(join(dir, stale), 'old');
    await saveModelFolder(dir, { config, parameters });
    expect((await readdir(dir)).sort()).toEqual([
      'checkpoint-5',
      'config.json',
      'model.safetensors',
      'preprocessor_config.json',
    ]);
    const before = await readFile(join(dir, 'model.safetensors'));
    const broken = new Map(parameters);
    broken.delete('classifier.bias');
    await expect(saveModelFolder(dir, { config, parameters: broken })).rejects.toThrow(
      'tensor "classifier.bias" has no values, expected 5 for [5]',
    );
    expect((await readFile(join(dir, 'model.safetensors'))).equals(before)).toBe(true);
    expect((await readdir(dir)).length).toBe(4);
    const never = fresh();
    await expect(saveModelFolder(never, { config, parameters: broken })).rejects.toMatchObject({
      code: 'mismatch',
    });
    expect(existsSync(never)).toBe(false);
  });
});

describe('loadModelFolder', () => {
  it('accepts a backbone saved alone: no prefix, no classifier, old buffers', async () => {
    const dir = await folder((tensors) => {
      const bare = new Map<string, FloatTensor>();
      for (const [name, tensor] of tensors)
        if (name.startsWith('layoutlmv3.')) bare.set(name.slice('layoutlmv3.'.length), tensor);
      return bare.set('embeddings.position_ids', { shape: [1, 2], data: new Float32Array(2) });
    });
    const loaded = await loadModelFolder(dir, { seed: 7 });
    expect(loaded.newlyInitialised).toEqual(['classifier.weight', 'classifier.bias']);
    expect(loaded.unused).toEqual([]);
    const word = 'layoutlmv3.embeddings.word_embeddings.weight';
    expect(loaded.parameters.get(word)).toEqual(parameters.get(word));
    expect(loaded.parameters.get('classifier.weight')).toEqual(
      initParameters(config, 7).get('classifier.weight'),
    );
  });

  it('reads shards and names an index that lies', async () => {
    const dir = fresh();
    await mkdir(dir);
    await writeFile(join(dir, 'config.json'), JSON.stringify(configToJson(config)));
    const weight_map: Record<string, string> = {};
    const parts = [new Map<string, FloatTensor>(), new Map<string, FloatTensor>()];
    for (const [i, { name, shape }] of parameterSpecs(config).entries()) {
      parts[i % 2].set(name, { shape, data: parameters.get(name)! });
      weight_map[name] = `model-0000${(i % 2) + 1}-of-00002.safetensors`;
    }
    for (const [i, part] of parts.entries())
      await writeSafetensors(join(dir, `model-0000${i + 1}-of-00002.safetensors`), part);
    const index = join(dir, 'model.safetensors.index.json');
    await writeFile(index, JSON.stringify({ metadata: { total_size: 1 }, weight_map }));
    const loaded = await loadModelFolder(dir);
    expect(loaded.parameters).toEqual(parameters);
    expect(loaded.files.length).toBe(2);

    await writeFile(index, JSON.stringify({ weight_map: { ...weight_map, x: '../../etc/passwd' } }));
    await expect(loadModelFolder(dir)).rejects.toThrow(/"..\/..\/etc\/passwd" is not a plain file name/);
    await writeFile(
      index,
      JSON.stringify({ weight_map: { ...weight_map, x: weight_map['classifier.bias'] } }),
    );
    await expect(loadModelFolder(dir)).rejects.toThrow(/tensor "x" is not in model-/);
    await writeFile(index, JSON.stringify({ weight_map: { ...weight_map, x: 'model-3.safetensors' } }));
    await expect(loadModelFolder(dir)).rejects.toMatchObject({ code: 'not-found' });
    await writeFile(index, '{}');
    await expect(loadModelFolder(dir)).rejects.toThrow(/no weight_map/);
  });

  it('keeps a head only for the labels it was made for', async () => {
    const dir = await folder(() => undefined);
    const other = labels(7);
    await expect(loadModelFolder(dir, { labels: other })).rejects.toThrow(
      'the model was trained for 5 labels (LABEL_0, LABEL_1, LABEL_2, LABEL_3, LABEL_4), expected 7 (L0, L1, L2, L3, L4, L5, L6)',
    );
    const replaced = await loadModelFolder(dir, { labels: other, allowNewHead: true });
    expect(replaced.newlyInitialised).toEqual(['classifier.weight', 'classifier.bias']);
    expect(replaced.config.labels.names).toEqual(other.names);
    expect(replaced.parameters.get('classifier.weight')!.length).toBe(7 * 24);
    // The same number of labels is not the same labels.
    await expect(loadModelFolder(dir, { labels: labels(5) })).rejects.toMatchObject({ code: 'mismatch' });
    const twoLayers = await loadModelFolder(dir, { labels: labels(10), allowNewHead: true });
    expect(twoLayers.newlyInitialised).toEqual([
      'classifier.dense.weight',
      'classifier.dense.bias',
      'classifier.out_proj.weight',
      'classifier.out_proj.bias',
    ]);
    expect(twoLayers.unused).toEqual(['classifier.weight', 'classifier.bias'].sort());
  });

  it('names what does not belong together', async () => {
    const lost = await folder((tensors) => {
      tensors.delete('layoutlmv3.norm.bias');
      return undefined;
    });
    await expect(loadModelFolder(lost)).rejects.toThrow('layoutlmv3.norm.bias missing in the weights');

    const shape = await folder((tensors) =>
      tensors.set('layoutlmv3.norm.bias', { shape: [12], data: new Float32Array(12) }),
    );
    await expect(loadModelFolder(shape)).rejects.toThrow(
      'tensor "layoutlmv3.norm.bias" is [12], expected [24] by config.json',
    );

    const head = await folder(() => undefined);
    await writeFile(join(head, 'config.json'), JSON.stringify(configToJson(withLabels(config, labels(7)))));
    await expect(loadModelFolder(head)).rejects.toThrow(
      'tensor "classifier.weight" is [5, 24], expected [7, 24] for the 7 labels of config.json',
    );
    const extra = await folder((tensors) =>
      tensors.set('qa_outputs.bias', { shape: [1], data: new Float32Array(1) }),
    );
    expect((await loadModelFolder(extra)).unused).toEqual(['qa_outputs.bias']);
  });

  it('names folders that are no models', async () => {
    await expect(loadModelFolder(join(root, 'nowhere'))).rejects.toThrow(/model folder: no such folder/);
    const empty = fresh();
    await mkdir(empty);
    await expect(loadModelFolder(empty)).rejects.toThrow('not a model folder: no config.json');
    await writeFile(join(empty, 'config.json'), JSON.stringify(configToJson(config)));
    await expect(loadModelFolder(empty)).rejects.toThrow(/no weights: expected model.safetensors/);
    const cut = await folder(() => undefined);
    await truncate(join(cut, 'model.safetensors'), 50_000);
    await expect(loadModelFolder(cut)).rejects.toThrow(/truncated/);
  });

  const shared = '../shared/data/tokenizers/layoutlmv3-v5';
  it.skipIf(!existsSync(shared))('names the Git LFS pointer of a clone without LFS', async () => {
    const dir = fresh();
    await mkdir(dir);
    for (const name of ['config.json', 'model.safetensors'])
      await copyFile(join(shared, name), join(dir, name));
    await expect(loadModelFolder(dir)).rejects.toThrow(/Git LFS pointer/);
  });
});
