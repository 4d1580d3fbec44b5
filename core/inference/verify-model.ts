import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readPreprocessor } from '../encoding/preprocessor.ts';
import { loadTokenizer } from '../encoding/tokenizer-files.ts';
import { describeError } from '../errors/galley-error.ts';
import { readJson } from '../files/files.ts';
import { type LayoutLMv3Config, maxTextLength } from '../layoutlmv3/config.ts';
import { type Finding, type FolderFacts, type Reader, verifyFolder } from '../layoutlmv3/verify-folder.ts';

/** `wrong`: it loads, and then computes something else than was meant. */
export type Verdict = 'loads' | 'wrong' | 'refused';

export interface ModelCheck {
  readonly folder: string;
  readonly verdicts: Readonly<Record<Reader, Verdict>>;
  /** Problems first, remarks after. */
  readonly findings: readonly Finding[];
  readonly facts: FolderFacts | null;
}

const READERS: readonly Reader[] = ['galley', 'transformers'];
const NONE: readonly Reader[] = [];

/** Whether a finding keeps a reader from working with the folder; others are remarks. */
export const isProblem = (finding: Finding): boolean => finding.stops.length + finding.spoils.length > 0;

/**
 * Checks a whole model folder for Galley and transformers: what {@link verifyFolder} checks, the tokenizer
 * (its size and special ids against config.json) and the image settings.
 * @throws GalleyError `not-found` where there is no model folder at all
 */
export async function verifyModel(folder: string, signal?: AbortSignal): Promise<ModelCheck> {
  const { config, facts, findings } = await verifyFolder(folder, signal);
  const all = [
    ...findings,
    ...(await tokenizerFindings(folder, config)),
    ...(await imageFindings(folder, config)),
  ];
  const verdict = (reader: Reader): Verdict =>
    all.some((f) => f.stops.includes(reader))
      ? 'refused'
      : all.some((f) => f.spoils.includes(reader))
        ? 'wrong'
        : 'loads';
  return {
    folder,
    verdicts: { galley: verdict('galley'), transformers: verdict('transformers') },
    findings: [...all.filter(isProblem), ...all.filter((f) => !isProblem(f))],
    facts,
  };
}

async function tokenizerFindings(folder: string, config: LayoutLMv3Config | null): Promise<Finding[]> {
  const has = (name: string) => existsSync(join(folder, name));
  if (!has('tokenizer.json') && !has('vocab.json'))
    return [
      {
        stops: READERS,
        spoils: NONE,
        message: 'there is no tokenizer: expected tokenizer.json, or vocab.json with merges.txt',
        change: 'copy the tokenizer files of the model these weights were trained from',
      },
    ];
  let tokenizer: Awaited<ReturnType<typeof loadTokenizer>>;
  try {
    tokenizer = await loadTokenizer(folder);
  } catch (error) {
    return [
      {
        stops: ['galley'],
        spoils: ['transformers'],
        message: describeError(error),
        change: 'copy the tokenizer files of the model these weights were trained from',
      },
    ];
  }
  if (!config) return [];
  const findings: Finding[] = [];
  if (tokenizer.vocabSize > config.vocabSize)
    findings.push({
      stops: ['galley'],
      spoils: ['transformers'],
      message: `the tokenizer has ${tokenizer.vocabSize} pieces, the model's vocabulary ${config.vocabSize}; transformers would fail at the first piece beyond`,
      change: 'copy the tokenizer files of the model these weights were trained from',
    });
  else if (tokenizer.vocabSize < config.vocabSize)
    findings.push({
      stops: NONE,
      spoils: NONE,
      message: `the tokenizer has ${tokenizer.vocabSize} pieces, the model room for ${config.vocabSize}`,
      change: 'harmless if the tokenizer is the one it was trained with',
    });
  if (tokenizer.ids.pad !== config.padTokenId)
    findings.push({
      stops: NONE,
      spoils: READERS,
      message: `the tokenizer pads with id ${tokenizer.ids.pad}, config.json says pad_token_id ${config.padTokenId}; all positions would be off`,
      change: 'use tokenizer files and config.json of the same model',
    });
  const stated = await statedMaxLength(folder);
  if (stated !== null && stated > maxTextLength(config))
    findings.push({
      stops: NONE,
      spoils: NONE,
      message: `tokenizer_config.json allows ${stated} tokens, the model has positions for ${maxTextLength(config)}`,
      change: `set model_max_length to ${maxTextLength(config)}; Galley cuts windows to fit either way`,
    });
  return findings;
}

/** `model_max_length`, or null where the file says nothing (transformers then writes an absurdly large number). */
async function statedMaxLength(folder: string): Promise<number | null> {
  const json = (await readJson(join(folder, 'tokenizer_config.json')).catch(() => null)) as {
    model_max_length?: unknown;
  } | null;
  const length = json?.model_max_length;
  return typeof length === 'number' && length < 1e9 ? length : null;
}

async function imageFindings(folder: string, config: LayoutLMv3Config | null): Promise<Finding[]> {
  if (!config?.visualEmbed) return [];
  try {
    await readPreprocessor(folder);
  } catch (error) {
    return [
      {
        stops: ['galley'],
        spoils: ['transformers'],
        message: describeError(error),
        change: 'correct the file, or remove it to use the values of LayoutLMv3',
      },
    ];
  }
  const stored = await storedPreprocessor(folder);
  if (!stored)
    return [
      {
        stops: NONE,
        spoils: NONE,
        message:
          'there is no preprocessor_config.json; Galley takes the values of LayoutLMv3, AutoProcessor refuses',
        change: 'saving the model again with Galley writes one',
      },
    ];
  const findings: Finding[] = [];
  const { size, apply_ocr } = stored;
  const [height, width] = typeof size === 'number' ? [size, size] : [size?.height, size?.width];
  if (size !== undefined && (height !== config.inputSize || width !== config.inputSize))
    findings.push({
      stops: NONE,
      spoils: ['transformers'],
      message: `images are prepared at ${height} x ${width}, the model expects ${config.inputSize} x ${config.inputSize}`,
      change: `set size to ${config.inputSize} in preprocessor_config.json (Galley goes by input_size)`,
    });
  if (apply_ocr !== false)
    findings.push({
      stops: NONE,
      spoils: NONE,
      message: 'apply_ocr is on: a processor of transformers would run Tesseract and refuse words and boxes',
      change: 'set apply_ocr to false in preprocessor_config.json',
    });
  return findings;
}

interface StoredPreprocessor {
  readonly size?: number | { readonly height?: number; readonly width?: number };
  readonly apply_ocr?: boolean;
}

async function storedPreprocessor(folder: string): Promise<StoredPreprocessor | null> {
  const own = join(folder, 'preprocessor_config.json');
  if (existsSync(own)) return (await readJson(own)) as StoredPreprocessor;
  const nested = join(folder, 'processor_config.json');
  if (!existsSync(nested)) return null;
  const json = (await readJson(nested)) as { image_processor?: StoredPreprocessor };
  return json.image_processor ?? {};
}
