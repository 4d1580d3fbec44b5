import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { readJson, writeFolderWhole, writeJsonWhole } from '../files/files.ts';
import { configToJson, type LayoutLMv3Config } from './config.ts';
import { parameterSpecs } from './parameters.ts';
import { writeSafetensors } from './safetensors.ts';

/** Files that make up a tokenizer on disk; those a source folder has are copied. */
export const TOKENIZER_FILES = [
  'tokenizer.json',
  'tokenizer_config.json',
  'vocab.json',
  'merges.txt',
  'special_tokens_map.json',
  'added_tokens.json',
] as const;

/** Weight files of an earlier model in the same folder; left there they could be read instead of the new ones. */
const STALE = [
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
  'processor_config.json',
  // The card of the model that stood there: it says what is not so any more.
  'README.md',
];

export interface ModelToSave {
  readonly config: LayoutLMv3Config;
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** Folder with the tokenizer (and perhaps preprocessor) files to take along. */
  readonly tokenizerFrom?: string;
  /** Adds files to the folder before it is put in place (trainer_state.json, say). */
  readonly extra?: (folder: string) => Promise<void>;
}

/**
 * Writes config.json, model.safetensors, preprocessor_config.json and the tokenizer's files into an existing
 * folder. @throws GalleyError `mismatch` when a tensor is missing or of the wrong size.
 */
export async function writeModelFiles(folder: string, model: ModelToSave): Promise<void> {
  const { config, parameters, tokenizerFrom } = model;
  const tensors = new Map(
    parameterSpecs(config).map(({ name, shape, size }) => {
      const data = parameters.get(name);
      if (data?.length !== size)
        throw new GalleyError(
          'mismatch',
          `tensor "${name}" has ${data?.length ?? 'no'} values, expected ${size} for [${shape.join(', ')}]`,
          { where: folder },
        );
      return [name, { shape, data }];
    }),
  );
  await writeJsonWhole(join(folder, 'config.json'), configToJson(config));
  await writeJsonWhole(join(folder, 'preprocessor_config.json'), await preprocessor(config, tokenizerFrom));
  if (tokenizerFrom)
    for (const name of TOKENIZER_FILES)
      if (existsSync(join(tokenizerFrom, name)))
        await copyFile(join(tokenizerFrom, name), join(folder, name));
  await model.extra?.(folder);
  await writeSafetensors(join(folder, 'model.safetensors'), tensors, { format: 'pt' });
}

/**
 * Saves a complete Hugging Face model folder. A new folder appears whole or not at all. Into an existing one
 * (a stage folder that holds checkpoints, say) all files are written beside first and then moved in, the
 * weights last; its other files stay.
 */
export async function saveModelFolder(folder: string, model: ModelToSave): Promise<void> {
  if (!existsSync(folder)) return writeFolderWhole(folder, (temporary) => writeModelFiles(temporary, model));
  let temporary: string | undefined;
  try {
    temporary = await mkdtemp(join(folder, '.model-'));
    await writeModelFiles(temporary, model);
    const written = await readdir(temporary);
    written.sort((a, b) => Number(a === 'model.safetensors') - Number(b === 'model.safetensors'));
    for (const name of [...TOKENIZER_FILES, ...STALE])
      if (!written.includes(name)) await rm(join(folder, name), { force: true });
    for (const name of written) await rename(join(temporary, name), join(folder, name));
  } catch (error) {
    throw toGalleyError(error, folder);
  } finally {
    if (temporary) await rm(temporary, { recursive: true, force: true }).catch(() => {});
  }
}

/** Image settings as transformers v4 and v5 read them; those of the source folder where it has some. */
async function preprocessor(config: LayoutLMv3Config, source?: string): Promise<Record<string, unknown>> {
  const size = { height: config.inputSize, width: config.inputSize };
  return {
    do_normalize: true,
    do_rescale: true,
    do_resize: true,
    image_mean: Array(3).fill(0.5),
    image_processor_type: 'LayoutLMv3ImageProcessor',
    image_std: Array(3).fill(0.5),
    ocr_lang: null,
    processor_class: 'LayoutLMv3Processor',
    resample: 2,
    rescale_factor: 1 / 255,
    tesseract_config: '',
    ...(source ? await sourcePreprocessor(source) : {}),
    apply_ocr: false,
    size,
  };
}

async function sourcePreprocessor(source: string): Promise<object> {
  const own = join(source, 'preprocessor_config.json');
  if (existsSync(own)) return (await readJson(own)) as object;
  const nested = join(source, 'processor_config.json');
  if (!existsSync(nested)) return {};
  return ((await readJson(nested)) as { image_processor?: object }).image_processor ?? {};
}
