import { existsSync, readdirSync, statSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { readPreprocessor } from '../encoding/preprocessor.ts';
import { tokenizerFiles } from '../encoding/save-tokenizer.ts';
import type { Tokenizer } from '../encoding/tokenizer.ts';
import { loadTokenizer } from '../encoding/tokenizer-files.ts';
import { defaultStride } from '../encoding/window-spans.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { ensureFolder, requireFolder, writeFolderWhole } from '../files/files.ts';
import { configToJson, type LayoutLMv3Config, maxTextLength } from '../layoutlmv3/config.ts';
import { exportOnnx } from '../layoutlmv3/export-onnx.ts';
import type { Precision } from '../layoutlmv3/inference-graph.ts';
import { loadModelFolder } from '../layoutlmv3/model-folder.ts';
import { TOKENIZER_FILES } from '../layoutlmv3/save-model-folder.ts';
import { projectFolder } from '../training/model-source.ts';
import { type ExportedFiles, modelCard } from './card.ts';
import { modelFacts } from './facts.ts';

/** Flags of `galley export-model`. */
export const exportModelSchema = z.object({
  model_dir: z
    .string()
    .default('models/layoutlmv3_boston_final')
    .meta({ description: 'trained model folder', unit: 'path' }),
  out_dir: z.string().default('data/exported-model').meta({ description: 'folder to write', unit: 'path' }),
  precision: z.enum(['float32', 'int8', 'both']).default('both').meta({
    description: "ONNX files to write; int8 computes the encoder's linear layers in 8 bits",
  }),
  with_weights: z
    .boolean()
    .default(false)
    .meta({ description: 'model.safetensors too, for transformers and PyTorch' }),
  overwrite: z.boolean().default(false).meta({ description: 'replace the folder' }),
  dry_run: z.boolean().default(false).meta({ description: 'check, and say what would be written' }),
});
export type ExportModelFlags = z.output<typeof exportModelSchema>;

export interface ExportModelResult {
  readonly folder: string;
  /** Paths in the folder, in order; sizes in bytes, null where nothing was written (`dry_run`). */
  readonly files: readonly { readonly path: string; readonly bytes: number | null }[];
}

export interface ExportModelHooks {
  readonly onProgress?: (progress: { done: number; total: number; what: string }) => void;
  readonly signal?: AbortSignal;
}

/** Where a model of each precision stands in the folder, as transformers.js looks for it. */
const ONNX_FILES = { float32: 'onnx/model.onnx', int8: 'onnx/model_int8.onnx' } as const;

/** Examples that travel with every model. */
export const EXAMPLE_FILES = [
  'predict.py',
  'predict.mjs',
  'requirements.txt',
  'package.json',
  'example.json',
] as const;

/**
 * Writes a folder that runs without Galley: ONNX files, tokenizer, settings, an example in Python and one in Node, and the
 * model card. The whole folder, or nothing.
 * @throws GalleyError `exists` without `overwrite`, `not-found`, `mismatch` for a model without a trained classifier or
 * with a tokenizer that is not its own, `usage`, `cancelled`, `io`
 */
export async function exportModel(
  flags: ExportModelFlags,
  hooks: ExportModelHooks = {},
): Promise<ExportModelResult> {
  const folder = resolve(flags.out_dir);
  const from = resolve(flags.model_dir);
  if (folder === from || `${from}/`.startsWith(`${folder}/`))
    throw new GalleyError('usage', 'the export would replace the model it is made of', {
      where: folder,
      hint: 'choose another --out_dir',
    });
  if (existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0)) {
    if (!flags.overwrite)
      throw new GalleyError('exists', 'the folder is not empty', {
        where: folder,
        hint: 'say --overwrite to replace it',
      });
    // Replacing a folder of something else would lose it.
    if (!existsSync(join(folder, 'inference.json')))
      throw new GalleyError('exists', 'what stands there is no exported model, and is not replaced', {
        where: folder,
        hint: 'choose another --out_dir',
      });
  }
  await requireFolder(from, 'model folder');
  const model = await loadModelFolder(from);
  if (model.newlyInitialised.length > 0)
    throw new GalleyError('mismatch', 'the model has no trained classifier', {
      where: from,
      hint: 'fine-tune it first with galley train',
    });
  const tokenizer = await loadTokenizer(from);
  if (tokenizer.vocabSize > model.config.vocabSize)
    throw new GalleyError(
      'mismatch',
      `the tokenizer has ${tokenizer.vocabSize} pieces, the model's vocabulary ${model.config.vocabSize}`,
      { where: from, hint: 'tokenizer files and weights do not belong together' },
    );
  if (model.config.numChannels !== 3 && (model.config.galley.visual ?? model.config.visualEmbed))
    throw new GalleyError('usage', `pictures of 3 channels are exported, found ${model.config.numChannels}`);
  const precisions: Precision[] = flags.precision === 'both' ? ['float32', 'int8'] : [flags.precision];
  const models = Object.fromEntries(precisions.map((p) => [p, ONNX_FILES[p]]));
  const settings = await inferenceSettings(from, model.config, tokenizer, models);
  const facts = await modelFacts(from);
  const examples = join(projectFolder(), 'configs', 'exported-model');
  const texts = new Map<string, string>([
    ['config.json', `${JSON.stringify(configToJson(model.config), null, 2)}\n`],
    ['inference.json', `${JSON.stringify(settings, null, 2)}\n`],
    ...tokenizerTexts(from, tokenizer),
  ]);
  const copies = new Map<string, string>([
    ...TOKENIZER_FILES.filter((name) => existsSync(join(from, name))).map(
      (name) => [name, join(from, name)] as const,
    ),
    ...['preprocessor_config.json', 'processor_config.json']
      .filter((name) => existsSync(join(from, name)))
      .map((name) => [name, join(from, name)] as const),
    ...EXAMPLE_FILES.map((name) => [name, join(examples, name)] as const),
    ...(flags.with_weights ? weightCopies(model.files) : []),
  ]);
  if (flags.dry_run) {
    const paths = ['README.md', ...Object.values(models), ...texts.keys(), ...copies.keys()].sort();
    return { folder, files: paths.map((path) => ({ path, bytes: null })) };
  }
  await writeFolderWhole(folder, async (temporary) => {
    await ensureFolder(join(temporary, 'onnx'));
    const bytes: Record<string, number> = {};
    const total = precisions.length + 1;
    for (const [i, precision] of precisions.entries()) {
      if (hooks.signal?.aborted) throw new GalleyError('cancelled', 'the export was stopped');
      hooks.onProgress?.({ done: i, total, what: `writing ${models[precision]}` });
      const written = await exportOnnx(join(temporary, models[precision]), model.config, model.parameters, {
        precision,
        visual: settings.image !== null,
      });
      bytes[precision] = written.reduce((sum, path) => sum + statSync(path).size, 0);
    }
    hooks.onProgress?.({ done: total - 1, total, what: 'writing the other files' });
    for (const [name, source] of copies) await copyFile(source, join(temporary, name));
    for (const [name, text] of texts) await writeFile(join(temporary, name), text);
    const exported: ExportedFiles = { models, bytes, weights: flags.with_weights };
    await writeFile(join(temporary, 'README.md'), modelCard(facts, exported));
    hooks.onProgress?.({ done: total, total, what: 'done' });
  });
  return { folder, files: filesOf(folder) };
}

/** Everything between a page's words and the model's inputs, so that the examples need to know nothing else. */
async function inferenceSettings(
  from: string,
  config: LayoutLMv3Config,
  tokenizer: Tokenizer,
  models: Readonly<Record<string, string>>,
) {
  const maxLength = Math.min(
    config.galley.max_length ?? tokenizer.spec.modelMaxLength,
    maxTextLength(config),
  );
  const { rescaleFactor, mean, std } = await readPreprocessor(from);
  return {
    format: 1,
    models,
    labels: [...config.labels.names],
    max_length: maxLength,
    stride: defaultStride(maxLength),
    context_words: config.galley.context_words ?? 0,
    line_boxes: config.galley.line_boxes ?? false,
    cls: { id: tokenizer.ids.cls, box: tokenizer.spec.clsBox },
    sep: { id: tokenizer.ids.sep, box: tokenizer.spec.sepBox },
    pad_id: config.padTokenId,
    image:
      (config.galley.visual ?? config.visualEmbed)
        ? { size: config.inputSize, mean, std, rescale_factor: rescaleFactor }
        : null,
  };
}

/** tokenizer.json and its settings where the model folder has them only in their older form. */
function tokenizerTexts(from: string, tokenizer: Tokenizer): [string, string][] {
  const made = tokenizerFiles(tokenizer);
  return ['tokenizer.json', 'tokenizer_config.json'].flatMap((name): [string, string][] =>
    existsSync(join(from, name)) ? [] : [[name, made.get(name) as string]],
  );
}

/** The weight files as they lie there; shards with their index. */
const weightCopies = (files: readonly string[]): [string, string][] =>
  [...files, ...[...new Set(files.map(dirname))].map((at) => join(at, 'model.safetensors.index.json'))]
    .filter((path) => existsSync(path))
    .map((path) => [basename(path), path]);

function filesOf(folder: string): { path: string; bytes: number }[] {
  return ['', 'onnx/']
    .flatMap((at) =>
      readdirSync(join(folder, at), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `${at}${entry.name}`),
    )
    .sort()
    .map((path) => ({ path, bytes: statSync(join(folder, path)).size }));
}
