import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeError, GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { readJson, requireFolder } from '../files/files.ts';
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { type LayoutLMv3Config, maxTextLength, numLabels, parseConfig } from './config.ts';
import { FLOAT_DTYPES } from './float-conversion.ts';
import { knownLicence } from './hub-licence.ts';
import { BUFFERS, matchKeys, sameShape } from './model-folder.ts';
import { type ParameterSpec, parameterSpecs } from './parameters.ts';
import { SafetensorsFile } from './safetensors.ts';

/** The programs a model folder is meant for. */
export type Reader = 'galley' | 'transformers';

/** One thing that is not as it should be, or that its owner should know. */
export interface Finding {
  /** Readers that refuse the folder because of it. */
  readonly stops: readonly Reader[];
  /** Readers that take the folder, but then compute something else than was meant. */
  readonly spoils: readonly Reader[];
  /** What was expected and found. */
  readonly message: string;
  /** What to change, one sentence. */
  readonly change?: string;
}

export interface FolderFacts {
  readonly parameters: number;
  readonly tensors: number;
  readonly dtypes: Readonly<Record<string, number>>;
  readonly labels: readonly string[];
  /** Longest text in tokens, specials included. */
  readonly maxTextLength: number;
  readonly licence: string | null;
}

export interface FolderCheck {
  /** Null where config.json cannot be used. */
  readonly config: LayoutLMv3Config | null;
  readonly facts: FolderFacts | null;
  readonly findings: readonly Finding[];
}

const BOTH: readonly Reader[] = ['galley', 'transformers'];
const NONE: readonly Reader[] = [];
const SHOWN = 5;

/**
 * Checks config.json, label map, weights (every tensor's presence, shape, dtype and values) and licence of a
 * model folder. Reads all weights, one tensor at a time. What is wrong comes back as findings.
 * @throws GalleyError `not-found` where there is no folder or no config.json
 */
export async function verifyFolder(folder: string, signal?: AbortSignal): Promise<FolderCheck> {
  await requireFolder(folder, 'model folder');
  const path = join(folder, 'config.json');
  if (!existsSync(path))
    throw new GalleyError('not-found', 'not a model folder: no config.json', {
      where: folder,
      hint: 'give a folder as save_pretrained writes it (config.json, model.safetensors, tokenizer files)',
    });
  const findings: Finding[] = [];
  let config: LayoutLMv3Config;
  let json: Record<string, unknown>;
  try {
    json = (await readJson(path)) as Record<string, unknown>;
    config = parseConfig(json, path);
  } catch (error) {
    const damaged = toGalleyError(error).code === 'damaged';
    findings.push({
      stops: damaged ? BOTH : ['galley'],
      spoils: damaged ? NONE : ['transformers'],
      message: describeError(error),
      change: 'correct config.json, or take it from the model these weights came from',
    });
    return { config: null, facts: null, findings };
  }
  findings.push(...(await labelFindings(folder, json, config)));
  let facts: FolderFacts | null = null;
  try {
    await using checkpoint = await openCheckpoint(folder);
    findings.push(...(await weightFindings(config, checkpoint, signal)));
    facts = factsOf(config, checkpoint);
  } catch (error) {
    if (toGalleyError(error).code === 'cancelled') throw error;
    findings.push({
      stops: BOTH,
      spoils: NONE,
      message: describeError(error),
      change: 'copy or download the weights again, or save the model anew',
    });
  }
  findings.push(...(await formatFindings(folder)));
  return { config, facts, findings: [...findings, ...licenceFindings(config)] };
}

function factsOf(config: LayoutLMv3Config, checkpoint: Checkpoint): FolderFacts {
  const dtypes: Record<string, number> = {};
  for (const { dtype } of checkpoint.tensors.values()) dtypes[dtype] = (dtypes[dtype] ?? 0) + 1;
  return {
    parameters: parameterSpecs(config).reduce((sum, spec) => sum + spec.size, 0),
    tensors: checkpoint.tensors.size,
    dtypes,
    labels: config.labels.names,
    maxTextLength: maxTextLength(config),
    licence: config.galley.base_model_licence ?? null,
  };
}

/** Whether id2label, label2id, num_labels and a label_map.json beside say the same. */
async function labelFindings(
  folder: string,
  json: Record<string, unknown>,
  config: LayoutLMv3Config,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const n = numLabels(config);
  if (json.id2label === undefined)
    findings.push({
      stops: NONE,
      spoils: NONE,
      message: `config.json names no labels (id2label); they are called LABEL_0 to LABEL_${n - 1}`,
      change: 'add id2label and label2id to config.json',
    });
  if (typeof json.num_labels === 'number' && json.num_labels !== n)
    findings.push({
      stops: NONE,
      spoils: ['transformers'],
      message: `config.json says num_labels ${json.num_labels}, but names ${n} labels`,
      change: 'remove num_labels from config.json, id2label says it already',
    });
  const label2id = json.label2id as Record<string, unknown> | undefined | null;
  if (label2id && json.id2label !== undefined) {
    const wrong = config.labels.names.filter((name, id) => label2id[name] !== id);
    if (wrong.length > 0 || Object.keys(label2id).length !== n)
      findings.push({
        stops: NONE,
        spoils: ['transformers'],
        message: `label2id in config.json is not the inverse of id2label${wrong.length > 0 ? ` (${names(wrong)})` : ''}`,
        change: 'make label2id the inverse of id2label',
      });
  }
  const beside = join(folder, 'label_map.json');
  if (existsSync(beside)) {
    const map = ((await readJson(beside).catch(() => null)) ?? {}) as { id2label?: Record<string, unknown> };
    const own = Object.values(map.id2label ?? {});
    const same =
      own.length === n && config.labels.names.every((name, id) => map.id2label?.[String(id)] === name);
    if (!same)
      findings.push({
        stops: NONE,
        spoils: NONE,
        message: `label_map.json names ${own.length} labels that are not the ${n} of config.json`,
        change: 'config.json counts; remove label_map.json or copy the labels of config.json into it',
      });
  }
  return findings;
}

async function weightFindings(
  config: LayoutLMv3Config,
  checkpoint: Checkpoint,
  signal?: AbortSignal,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const specs = parameterSpecs(config);
  const keys = matchKeys(specs, checkpoint);
  const absent = specs.filter((spec) => !keys.has(spec.name));
  const head = specs.filter((spec) => spec.part === 'head');
  const noHead = head.every((spec) => absent.includes(spec));
  const used = new Set(keys.values());
  const unexpected = [...checkpoint.tensors.keys()].filter((name) => !used.has(name) && !BUFFERS.test(name));
  const strayHead = unexpected.filter((name) => name.startsWith('classifier.'));
  const missing = absent.filter((spec) => spec.part !== 'head');
  if (missing.length > 0)
    findings.push({
      stops: ['galley'],
      spoils: ['transformers'],
      message: `${count(missing.length, 'tensor')} missing in the weights: ${names(missing.map((s) => s.name))}; transformers would draw them at random`,
      change: 'use the config.json that belongs to these weights, or save the model anew',
    });
  if (noHead && strayHead.length === 0)
    findings.push({
      stops: NONE,
      spoils: NONE,
      message: 'there is no classifier: a pre-trained backbone, ready for fine-tuning but not for predicting',
      change: 'fine-tune it with galley train',
    });
  else if (absent.some((spec) => spec.part === 'head'))
    findings.push({
      stops: ['galley'],
      spoils: ['transformers'],
      message: `the classifier does not fit the ${numLabels(config)} labels of config.json: ${names(head.filter((s) => absent.includes(s)).map((s) => s.name))} missing`,
      change:
        'give config.json the labels the model was trained with (from 10 labels on the head has two layers)',
    });
  if (unexpected.length > 0)
    findings.push({
      stops: NONE,
      spoils: NONE,
      message: `${count(unexpected.length, 'tensor')} that nobody asks for: ${names(unexpected)}`,
      change: 'harmless; saving the model again leaves them out',
    });
  for (const spec of specs) {
    const key = keys.get(spec.name);
    if (key === undefined) continue;
    signal?.throwIfAborted();
    findings.push(...(await tensorFindings(spec, key, config, checkpoint)));
  }
  return findings;
}

/** Shape, dtype and values of one tensor. */
async function tensorFindings(
  spec: ParameterSpec,
  key: string,
  config: LayoutLMv3Config,
  checkpoint: Checkpoint,
): Promise<Finding[]> {
  const { dtype, shape } = checkpoint.tensors.get(key)!;
  if (!sameShape(shape, spec.shape))
    return [
      {
        stops: BOTH,
        spoils: NONE,
        message: `tensor "${key}" is [${shape.join(', ')}], expected [${spec.shape.join(', ')}] by config.json`,
        change: changeForShape(spec, shape, config),
      },
    ];
  if (!FLOAT_DTYPES.has(dtype))
    return [
      {
        stops: ['galley'],
        spoils: ['transformers'],
        message: `tensor "${key}" is ${dtype}, expected floating-point values`,
        change: 'save the model again as float32, float16 or bfloat16 (quantised weights cannot be read)',
      },
    ];
  const values = await checkpoint.readFloat32(key, new Float32Array(spec.size));
  let wrong = 0;
  // Only NaN and the infinities differ from themselves by something else than zero.
  for (let i = 0; i < values.length; i++) if (values[i] - values[i] !== 0) wrong++;
  if (wrong === 0) return [];
  return [
    {
      stops: NONE,
      spoils: BOTH,
      message: `tensor "${key}" has ${wrong} of ${values.length} values that are NaN or infinite`,
      change: 'use an earlier checkpoint: this training went wrong before it was saved',
    },
  ];
}

function changeForShape(spec: ParameterSpec, found: readonly number[], config: LayoutLMv3Config): string {
  if (spec.part === 'head')
    return `give config.json the ${found[0]} labels the model was trained with, it names ${numLabels(config)}`;
  if (spec.name.endsWith('word_embeddings.weight')) return `set vocab_size to ${found[0]} in config.json`;
  if (/\.position_embeddings\.weight$/.test(spec.name))
    return `set max_position_embeddings to ${found[0]} in config.json`;
  return 'use the config.json that belongs to these weights';
}

/** What transformers wants of the file itself. */
async function formatFindings(folder: string): Promise<Finding[]> {
  const path = join(folder, 'model.safetensors');
  if (existsSync(path)) {
    try {
      await using file = await SafetensorsFile.open(path);
      if (file.metadata.format === 'pt') return [];
      return [
        {
          stops: NONE,
          spoils: NONE,
          message:
            'model.safetensors does not say {"format": "pt"} in its metadata; transformers 4 refuses it',
          change: 'save the model again with Galley or save_pretrained',
        },
      ];
    } catch {
      return []; // Said already: the weights cannot be opened.
    }
  }
  if (existsSync(join(folder, 'pytorch_model.bin')))
    return [
      {
        stops: NONE,
        spoils: NONE,
        message:
          'the weights are a pickle (pytorch_model.bin), which transformers reads with torch 2.6 or later only',
        change: 'safe in Galley, which executes nothing; saving the model again writes model.safetensors',
      },
    ];
  return [];
}

function licenceFindings({ galley }: LayoutLMv3Config): Finding[] {
  const { base_model, base_model_licence } = galley;
  const known = base_model === undefined ? null : knownLicence(base_model);
  if (!known || base_model_licence === known.id) return [];
  return [
    {
      stops: NONE,
      spoils: NONE,
      message: `trained from ${base_model}, whose licence is ${known.id}, but the folder ${base_model_licence ? `says ${base_model_licence}` : 'does not say so'}`,
      change: `set galley.base_model_licence to "${known.id}" in config.json; the terms bind this model too`,
    },
  ];
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
const names = (all: readonly string[]) =>
  all.length > SHOWN ? `${all.slice(0, SHOWN).join(', ')} and ${all.length - SHOWN} more` : all.join(', ');
