import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson } from '../files/files.ts';
import { PytorchFile } from './pytorch-bin.ts';
import { SafetensorsFile } from './safetensors.ts';
import type { Dtype } from './safetensors-header.ts';

/** The weights of a model folder, whatever files they lie in. */
export interface Checkpoint extends AsyncDisposable {
  /** Paths of the weight files. */
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, { readonly dtype: Dtype; readonly shape: readonly number[] }>;
  /** Which file holds a tensor (for messages). */
  fileOf(name: string): string;
  /** Reads a floating-point tensor as float32 into `into`. */
  readFloat32(name: string, into: Float32Array): Promise<Float32Array>;
}

const indexFile = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/**
 * Opens the weights of a folder in the order of preference of transformers: model.safetensors, its shards,
 * pytorch_model.bin, its shards.
 * @throws GalleyError `not-found` when there are none, `damaged` when one cannot be read.
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const at = (name: string) => join(folder, name);
  if (existsSync(at('model.safetensors')))
    return new FilesCheckpoint([await SafetensorsFile.open(at('model.safetensors'))]);
  if (existsSync(at('model.safetensors.index.json')))
    return openShards(at('model.safetensors.index.json'), SafetensorsFile.open);
  if (existsSync(at('pytorch_model.bin')))
    return new FilesCheckpoint([await PytorchFile.open(at('pytorch_model.bin'))]);
  if (existsSync(at('pytorch_model.bin.index.json')))
    return openShards(at('pytorch_model.bin.index.json'), PytorchFile.open);
  throw new GalleyError(
    'not-found',
    'no weights: expected model.safetensors, pytorch_model.bin, or shards of one',
    {
      where: folder,
      hint: existsSync(at('model.onnx'))
        ? 'an ONNX export cannot be trained; use the folder it was exported from'
        : 'give a folder as save_pretrained writes it, or the name of a model on the hub',
    },
  );
}

/** What a weight file can do, whatever its format. */
type WeightFile = Pick<Checkpoint, 'tensors' | 'readFloat32'> & {
  readonly path: string;
  close(): Promise<void>;
};

async function openShards(
  indexPath: string,
  openFile: (path: string) => Promise<WeightFile>,
): Promise<Checkpoint> {
  const index = indexFile.safeParse(await readJson(indexPath));
  if (!index.success)
    throw new GalleyError('damaged', 'no weight_map from tensor names to file names', { where: indexPath });
  const map = index.data.weight_map;
  const names = [...new Set(Object.values(map))].sort();
  const shards: WeightFile[] = [];
  try {
    for (const name of names) {
      if (basename(name) !== name || name === '..' || name.includes('\\'))
        throw new GalleyError('damaged', `shard "${name}" is not a plain file name`, { where: indexPath });
      shards.push(await openFile(join(indexPath, '..', name)));
    }
    const byName = new Map(names.map((name, i) => [name, shards[i]]));
    for (const [tensor, name] of Object.entries(map))
      if (!byName.get(name)!.tensors.has(tensor))
        throw new GalleyError('damaged', `tensor "${tensor}" is not in ${name}, where the index says it is`, {
          where: indexPath,
        });
    return new FilesCheckpoint(shards);
  } catch (error) {
    await Promise.all(shards.map((shard) => shard.close()));
    throw error;
  }
}

class FilesCheckpoint implements Checkpoint {
  readonly tensors = new Map<string, { dtype: Dtype; shape: readonly number[] }>();
  readonly #shards: readonly WeightFile[];
  readonly #owner = new Map<string, WeightFile>();

  constructor(shards: readonly WeightFile[]) {
    this.#shards = shards;
    for (const shard of shards)
      for (const [name, info] of shard.tensors) {
        this.tensors.set(name, info);
        this.#owner.set(name, shard);
      }
  }

  get files(): string[] {
    return this.#shards.map((shard) => shard.path);
  }

  fileOf(name: string): string {
    return (this.#owner.get(name) ?? this.#shards[0]).path;
  }

  readFloat32(name: string, into: Float32Array): Promise<Float32Array> {
    const shard = this.#owner.get(name);
    if (!shard) throw new GalleyError('not-found', `no tensor "${name}"`, { where: this.files[0] });
    return shard.readFloat32(name, into);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#shards.map((shard) => shard.close()));
  }
}
