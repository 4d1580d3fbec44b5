import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GalleyError } from '../errors/galley-error.ts';
import { requireFolder } from '../files/files.ts';
import type { LabelMap } from '../labels/labels.ts';
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { type LayoutLMv3Config, readConfig, withLabels } from './config.ts';
import { FLOAT_DTYPES } from './float-conversion.ts';
import {
  type AllocateParameter,
  BASE_PREFIX,
  freshArray,
  initTensor,
  type ParameterSpec,
  parameterSpecs,
} from './parameters.ts';

export interface LoadOptions {
  /** Where the values shall lie (views into an arena); fresh arrays by default. */
  readonly allocate?: AllocateParameter;
  /** The labels the model shall have; those of its config.json by default. */
  readonly labels?: LabelMap;
  /** Whether a head made for other labels may be thrown away and drawn anew (fine-tuning), or is an error. */
  readonly allowNewHead?: boolean;
  /** Seed of tensors drawn anew; 42 by default. */
  readonly seed?: number;
}

export interface LoadedModel {
  readonly config: LayoutLMv3Config;
  readonly labelMap: LabelMap;
  /** By Hugging Face key, in the order of `parameterSpecs`. */
  readonly parameters: Map<string, Float32Array>;
  /** Tensors that no file provided (the classifier of a pre-trained backbone). */
  readonly newlyInitialised: string[];
  /** Tensors in the files that this model has no use for. */
  readonly unused: string[];
  /** Paths of the weight files read. */
  readonly files: readonly string[];
}

/** Buffers that old releases saved; they are computed here. */
export const BUFFERS = /(?:^|\.)(?:position_ids|visual_bbox)$/;

/** Reads a model folder's config.json. @throws GalleyError `not-found` saying that it is no model folder. */
export async function readModelConfig(folder: string): Promise<LayoutLMv3Config> {
  await requireFolder(folder, 'model folder');
  const path = join(folder, 'config.json');
  if (!existsSync(path))
    throw new GalleyError('not-found', 'not a model folder: no config.json', {
      where: folder,
      hint: 'give a folder as save_pretrained writes it (config.json, model.safetensors, tokenizer files)',
    });
  return readConfig(path);
}

/**
 * Loads a LayoutLMv3 token classifier as Hugging Face lays it out: keys with or without the `layoutlmv3.`
 * prefix, one file or shards, float32, float16, bfloat16 or float64 weights. A missing classifier is drawn
 * anew, as `from_pretrained` does; any other missing tensor is an error, since training around it would
 * look like success.
 * @throws GalleyError `not-found`, `damaged`, `invalid-data`, or `mismatch` naming the tensor and both shapes.
 */
export async function loadModelFolder(folder: string, options: LoadOptions = {}): Promise<LoadedModel> {
  const stored = await readModelConfig(folder);
  const config = options.labels ? withLabels(stored, options.labels) : stored;
  const { allocate = freshArray, seed = 42 } = options;
  await using checkpoint = await openCheckpoint(folder);

  const specs = parameterSpecs(config);
  const keys = matchKeys(specs, checkpoint);
  const head = specs.filter((spec) => spec.part === 'head');
  const newHead = needsNewHead(head, keys, checkpoint, { stored, wanted: config, folder, ...options });
  if (newHead) for (const spec of head) keys.delete(spec.name);
  const missing = specs.filter((spec) => spec.part !== 'head' && !keys.has(spec.name));
  if (missing.length > 0)
    throw new GalleyError('mismatch', `${list(missing.map((spec) => spec.name))} missing in the weights`, {
      where: folder,
      hint: 'the weights and config.json do not belong together, or the checkpoint is of another model',
    });

  const parameters = new Map<string, Float32Array>();
  for (const spec of specs) {
    const data = allocate(spec);
    const key = keys.get(spec.name);
    if (key === undefined) initTensor(spec, seed, data);
    else {
      checkTensor(spec, key, checkpoint);
      await checkpoint.readFloat32(key, data);
    }
    parameters.set(spec.name, data);
  }
  const used = new Set(keys.values());
  return {
    config,
    labelMap: config.labels,
    parameters,
    newlyInitialised: newHead ? head.map((spec) => spec.name) : [],
    unused: [...checkpoint.tensors.keys()].filter((name) => !used.has(name) && !BUFFERS.test(name)),
    files: checkpoint.files,
  };
}

/** Which key of the checkpoint holds each tensor. A backbone saved alone has no prefix. */
export function matchKeys(specs: readonly ParameterSpec[], checkpoint: Checkpoint): Map<string, string> {
  const keys = new Map<string, string>();
  for (const { name } of specs) {
    const bare = name.startsWith(BASE_PREFIX) ? name.slice(BASE_PREFIX.length) : name;
    const key = [name, bare].find((candidate) => checkpoint.tensors.has(candidate));
    if (key !== undefined) keys.set(name, key);
  }
  return keys;
}

interface HeadRequest extends LoadOptions {
  readonly stored: LayoutLMv3Config;
  readonly wanted: LayoutLMv3Config;
  readonly folder: string;
}

function needsNewHead(
  head: readonly ParameterSpec[],
  keys: ReadonlyMap<string, string>,
  checkpoint: Checkpoint,
  { stored, wanted, folder, allowNewHead }: HeadRequest,
): boolean {
  const hasHead = [...checkpoint.tensors.keys()].some((name) => name.startsWith('classifier.'));
  if (!hasHead) return true;
  const fits = head.every((spec) => {
    const key = keys.get(spec.name);
    return key !== undefined && sameShape(spec.shape, checkpoint.tensors.get(key)!.shape);
  });
  if (fits && stored.labels.equals(wanted.labels)) return false;
  if (allowNewHead) return true;
  const [have, want] = [stored.labels.names, wanted.labels.names];
  if (stored.labels.equals(wanted.labels)) {
    const spec = head.find((s) => !keys.has(s.name) || !sameShape(s.shape, shapeOf(s, keys, checkpoint)))!;
    const found = keys.has(spec.name) ? `is [${shapeOf(spec, keys, checkpoint).join(', ')}]` : 'is missing';
    throw new GalleyError(
      'mismatch',
      `tensor "${spec.name}" ${found}, expected [${spec.shape.join(', ')}] for the ${want.length} labels of config.json`,
      { where: folder },
    );
  }
  throw new GalleyError(
    'mismatch',
    `the model was trained for ${have.length} labels (${have.join(', ')}), expected ${want.length} (${want.join(', ')})`,
    { where: folder, hint: 'use the label map the model was trained with, or train it on the new labels' },
  );
}

const shapeOf = (spec: ParameterSpec, keys: ReadonlyMap<string, string>, checkpoint: Checkpoint) =>
  checkpoint.tensors.get(keys.get(spec.name)!)!.shape;

function checkTensor(spec: ParameterSpec, key: string, checkpoint: Checkpoint): void {
  const { shape, dtype } = checkpoint.tensors.get(key)!;
  const where = checkpoint.fileOf(key);
  if (!sameShape(spec.shape, shape))
    throw new GalleyError(
      'mismatch',
      `tensor "${key}" is [${shape.join(', ')}], expected [${spec.shape.join(', ')}] by config.json`,
      { where },
    );
  if (!FLOAT_DTYPES.has(dtype))
    throw new GalleyError('mismatch', `tensor "${key}" is ${dtype}, expected floating-point values`, {
      where,
    });
}

export const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((n, i) => n === b[i]);

const list = (names: readonly string[]) =>
  names.length > 3
    ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more tensors`
    : names.join(', ');
