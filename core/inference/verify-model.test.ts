import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandContext, type CommandSpec, toCommand } from '../cli/command.ts';
import verifySpec from '../cli/commands/verify.ts';
import { describeError, EXIT_CODES, toGalleyError } from '../errors/galley-error.ts';
import { type LayoutLMv3Config, parseConfig } from '../layoutlmv3/config.ts';
import { initParameters, parameterSpecs } from '../layoutlmv3/parameters.ts';
import { readSafetensors, writeSafetensors } from '../layoutlmv3/safetensors.ts';
import { saveModelFolder } from '../layoutlmv3/save-model-folder.ts';
import { verifyModel } from './verify-model.ts';

const NANO = join(import.meta.dirname, '../../configs/models/galley-nano');
const WORDS = 'layoutlmv3.embeddings.word_embeddings.weight';

const spec = verifySpec as unknown as CommandSpec;

let root: string;
let whole: string;
let config: LayoutLMv3Config;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'galley-verify-'));
  whole = join(root, 'whole');
  const nano = JSON.parse(await readFile(join(NANO, 'config.json'), 'utf8'));
  config = parseConfig({
    ...nano,
    hidden_size: 12,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    intermediate_size: 8,
    coordinate_size: 2,
    shape_size: 2,
    input_size: 32,
    patch_size: 16,
  });
  await saveModelFolder(whole, { config, parameters: initParameters(config, 1), tokenizerFrom: NANO });
});
afterAll(() => rm(root, { recursive: true }));

let copies = 0;
/** A copy of the whole folder with something changed. */
async function changed(change: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(root, `copy-${copies++}`);
  await cp(whole, folder, { recursive: true });
  await change(folder);
  return folder;
}

type Json = Record<string, unknown>;
async function editJson(path: string, edit: (json: Json) => void): Promise<void> {
  const json = JSON.parse(await readFile(path, 'utf8')) as Json;
  edit(json);
  await writeFile(path, JSON.stringify(json));
}
const withConfig = (edit: (json: Json) => void) =>
  changed((folder) => editJson(join(folder, 'config.json'), edit));
type Tensors = Awaited<ReturnType<typeof readSafetensors>>['tensors'];
const withTensors = (edit: (tensors: Tensors) => void, metadata?: Record<string, string>) =>
  changed(async (folder) => {
    const path = join(folder, 'model.safetensors');
    const { tensors } = await readSafetensors(path);
    edit(tensors);
    await writeSafetensors(path, tensors, metadata);
  });

const messages = async (folder: string) => {
  const { findings, verdicts } = await verifyModel(folder);
  return { verdicts, text: findings.map((f) => `${f.message}; ${f.change}`).join('\n') };
};

describe('a folder Galley saved', () => {
  it('loads in both, with nothing to say', async () => {
    const check = await verifyModel(whole);
    expect(check.findings).toEqual([]);
    expect(check.verdicts).toEqual({ galley: 'loads', transformers: 'loads' });
    expect(check.facts?.dtypes).toEqual({ F32: parameterSpecs(config).length });
    expect(check.facts?.maxTextLength).toBe(512);
  });
});

describe('what is wrong is named, with what to change', () => {
  it('a NaN and an infinity', async () => {
    const folder = await withTensors((tensors) => {
      const { data } = tensors.get(WORDS)!;
      data[7] = Number.NaN;
      data[9] = Number.NEGATIVE_INFINITY;
    });
    const { verdicts, text } = await messages(folder);
    expect(verdicts).toEqual({ galley: 'wrong', transformers: 'wrong' });
    expect(text).toMatch(new RegExp(`${WORDS}" has 2 of 72000 values that are NaN or infinite.*earlier`));
  });

  it('a missing tensor, which only transformers would draw at random', async () => {
    const folder = await withTensors((tensors) => tensors.delete(WORDS));
    const { verdicts, text } = await messages(folder);
    expect(verdicts).toEqual({ galley: 'refused', transformers: 'wrong' });
    expect(text).toMatch(new RegExp(`1 tensor missing in the weights: ${WORDS}`));
  });

  it('a label map of the wrong size, on either side of the two-layer head', async () => {
    const labels = (n: number) => (json: Json) => {
      const names = Array.from({ length: n }, (_, i) => (i === 0 ? 'O' : `L${i}`));
      json.id2label = Object.fromEntries(names.map((name, i) => [i, name]));
      json.label2id = Object.fromEntries(names.map((name, i) => [name, i]));
    };
    const five = await messages(await withConfig(labels(5)));
    expect(five.verdicts).toEqual({ galley: 'refused', transformers: 'refused' });
    expect(five.text).toMatch(
      /classifier.weight" is \[7, 12\], expected \[5, 12\].*the 7 labels.*it names 5/,
    );
    const twelve = await messages(await withConfig(labels(12)));
    expect(twelve.verdicts.galley).toBe('refused');
    expect(twelve.text).toMatch(/does not fit the 12 labels of config.json: classifier.dense.weight/);
  });

  it('label2id and label_map.json that disagree', async () => {
    const folder = await withConfig((json) => {
      json.label2id = { ...(json.label2id as Json), TITLE: 2, INGREDIENT_LINE: 1 };
    });
    await writeFile(join(folder, 'label_map.json'), JSON.stringify({ id2label: { 0: 'O' } }));
    const { verdicts, text } = await messages(folder);
    expect(verdicts).toEqual({ galley: 'loads', transformers: 'wrong' });
    expect(text).toMatch(/label2id .* not the inverse .*TITLE, INGREDIENT_LINE/);
    expect(text).toMatch(/label_map.json names 1 labels that are not the 7/);
  });

  it('other sizes than the weights have: vocabulary, positions', async () => {
    const vocabulary = await messages(await withConfig((json) => (json.vocab_size = 5000)));
    expect(vocabulary.text).toMatch(/\[6000, 12\], expected \[5000, 12\].*set vocab_size to 6000/);
    expect(vocabulary.text).toMatch(/the tokenizer has 6000 pieces, the model's vocabulary 5000/);
    const positions = await messages(
      await withConfig((json) => {
        json.max_position_embeddings = 130;
        json.galley = {};
      }),
    );
    expect(positions.text).toMatch(/set max_position_embeddings to 514/);
    expect(positions.text).toMatch(/allows 512 tokens, the model has positions for 128/);
  });

  it('no tokenizer, or one with another padding id', async () => {
    const without = await changed(async (folder) => {
      for (const name of ['tokenizer.json', 'vocab.json']) await rm(join(folder, name));
    });
    expect(await messages(without)).toMatchObject({
      verdicts: { galley: 'refused', transformers: 'refused' },
      text: expect.stringMatching(/there is no tokenizer/),
    });
    const padding = await messages(await withConfig((json) => (json.pad_token_id = 0)));
    expect(padding.text).toMatch(/pads with id 1, config.json says pad_token_id 0/);
  });

  it('image settings for another size, with OCR on', async () => {
    const folder = await changed((f) =>
      editJson(join(f, 'preprocessor_config.json'), (json) => {
        json.size = { height: 224, width: 224 };
        json.apply_ocr = true;
      }),
    );
    const { verdicts, text } = await messages(folder);
    expect(verdicts).toEqual({ galley: 'loads', transformers: 'wrong' });
    expect(text).toMatch(/prepared at 224 x 224, the model expects 32 x 32/);
    expect(text).toMatch(/apply_ocr is on/);
  });

  it('a licence that must be passed on', async () => {
    const folder = await withConfig((json) => {
      json.galley = { base_model: 'microsoft/layoutlmv3-base' };
    });
    expect((await messages(folder)).text).toMatch(
      /licence is cc-by-nc-sa-4.0, but the folder does not say so/,
    );
  });

  it('remarks stop nobody: no classifier, tensors nobody asks for, no format note', async () => {
    const folder = await withTensors((tensors) => {
      for (const name of [...tensors.keys()]) if (name.startsWith('classifier.')) tensors.delete(name);
      tensors.set('layoutlmv3.pooler.weight', { shape: [1], data: new Float32Array(1) });
    }, {});
    const { verdicts, text } = await messages(folder);
    expect(verdicts).toEqual({ galley: 'loads', transformers: 'loads' });
    expect(text).toMatch(/no classifier/);
    expect(text).toMatch(/1 tensor that nobody asks for: layoutlmv3.pooler.weight/);
    expect(text).toMatch(/"format": "pt"/);
  });

  it('truncated weights, and a config.json that is no JSON', async () => {
    const short = await changed(async (folder) => {
      const path = join(folder, 'model.safetensors');
      await writeFile(path, (await readFile(path)).subarray(0, 5000));
    });
    expect((await messages(short)).verdicts).toEqual({ galley: 'refused', transformers: 'refused' });
    const broken = await changed((folder) => writeFile(join(folder, 'config.json'), '{"vocab'));
    const { verdicts, facts } = await verifyModel(broken);
    expect(verdicts).toEqual({ galley: 'refused', transformers: 'refused' });
    expect(facts).toBeNull();
    await expect(verifyModel(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('galley verify', () => {
  /** Runs the command in this process, as the command line would. */
  async function verify(...args: string[]): Promise<{ code: number; error: string; stdout: string }> {
    const printed: string[] = [];
    const context = { signal: new AbortController().signal, print: (line: string) => printed.push(line) };
    const command = toCommand(spec, (it, given) => it.run(given, context as unknown as CommandContext));
    try {
      await command.exitOverride().parseAsync(args, { from: 'user' });
      return { code: 0, error: '', stdout: printed.join('\n') };
    } catch (error) {
      const code = EXIT_CODES[toGalleyError(error).code];
      return { code, error: describeError(error), stdout: printed.join('\n') };
    }
  }

  it('takes the folder with or without its flag; exit code 0, 4, 3 or 2', async () => {
    const good = await verify(whole);
    expect(good).toMatchObject({ code: 0, error: '' });
    expect(good.stdout).toMatch(/^Galley: will load\ntransformers: will load\n/);

    const folder = await withTensors((tensors) => tensors.get('classifier.bias')!.data.fill(Number.NaN));
    const bad = await verify('--model_dir', folder);
    expect(bad).toMatchObject({ code: 4, error: `${folder}: 1 problem found` });
    expect(bad.stdout).toMatch(/PROBLEM: tensor "classifier.bias" has 7 of 7 values/);

    const json = await verify(folder, '--json');
    expect(json.code).toBe(4);
    expect(JSON.parse(json.stdout).verdicts).toEqual({ galley: 'wrong', transformers: 'wrong' });
    expect((await verify(join(root, 'nowhere'))).code).toBe(3);
    expect(await verify()).toMatchObject({ code: 2, error: '--model_dir is required (see --help)' });
  });
});
