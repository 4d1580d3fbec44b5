import { type FileHandle, open } from 'node:fs/promises';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { FLOAT_DTYPES, toFloat32 } from './float-conversion.ts';
import { DTYPE_BITS } from './safetensors-header.ts';
import { dataOffset, readAt, readStoredZip, type ZipEntry } from './stored-zip.ts';
import { type PickledTensor, readTensorPickle } from './tensor-pickle.ts';

const MAX_PICKLE = 64 * 2 ** 20;

/**
 * An open pytorch_model.bin (torch.save since PyTorch 1.6: a zip of a pickle and raw storages). Nothing in
 * it is executed; see {@link readTensorPickle}.
 */
export class PytorchFile implements AsyncDisposable {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, PickledTensor>;
  readonly #handle: FileHandle;
  readonly #storages: ReadonlyMap<string, ZipEntry>;

  private constructor(
    path: string,
    handle: FileHandle,
    tensors: ReadonlyMap<string, PickledTensor>,
    storages: ReadonlyMap<string, ZipEntry>,
  ) {
    this.path = path;
    this.#handle = handle;
    this.tensors = tensors;
    this.#storages = storages;
  }

  /** @throws GalleyError `not-found`, `io`, or `damaged`. */
  static async open(path: string): Promise<PytorchFile> {
    const handle = await open(path, 'r').catch((error) => {
      throw toGalleyError(error, path);
    });
    try {
      return await PytorchFile.#read(path, handle);
    } catch (error) {
      await handle.close();
      throw toGalleyError(error, path);
    }
  }

  static async #read(path: string, handle: FileHandle): Promise<PytorchFile> {
    const fail = (message: string, hint?: string): never => {
      throw new GalleyError('damaged', message, { where: path, hint });
    };
    const { size } = await handle.stat();
    const start = await readAt(handle, 0, Math.min(size, 64), path);
    if (start.toString('latin1').startsWith('version https://git-lfs'))
      fail('a Git LFS pointer, not the weights themselves', 'run "git lfs pull" in that repository');
    if (start.toString('latin1', 0, 2) !== 'PK')
      fail(
        'not a file of torch.save (PyTorch 1.6 or later)',
        'load it in PyTorch and save the model again as model.safetensors',
      );
    const entries = await readStoredZip(handle, path);
    const pickle = [...entries.values()].find((entry) => /^[^/]*\/data\.pkl$/.test(entry.name));
    if (!pickle) return fail('no data.pkl in the archive: not a file of torch.save');
    const root = pickle.name.slice(0, -'data.pkl'.length);
    const contents = async (entry: ZipEntry) =>
      readAt(handle, await dataOffset(handle, entry, path), entry.size, path);
    const order = entries.get(`${root}byteorder`);
    if (order && order.size < 64 && (await contents(order)).toString('utf8').trim() !== 'little')
      fail('written on a big-endian machine');
    if (pickle.size > MAX_PICKLE) fail(`data.pkl has ${pickle.size} bytes, more than weights need`);
    const tensors = readTensorPickle(await contents(pickle), path);
    const storages = new Map<string, ZipEntry>();
    for (const [name, tensor] of tensors) {
      const entry = entries.get(`${root}data/${tensor.storage}`);
      if (!entry) return fail(`tensor "${name}": its storage ${tensor.storage} is not in the archive`);
      if (entry.size < (tensor.storageSize * DTYPE_BITS[tensor.dtype]) / 8)
        fail(
          `tensor "${name}": its storage has ${entry.size} bytes for ${tensor.storageSize} x ${tensor.dtype}`,
        );
      storages.set(tensor.storage, entry);
    }
    return new PytorchFile(path, handle, tensors, storages);
  }

  /**
   * The values of a floating-point tensor as float32, row-major whatever its strides.
   * @throws GalleyError `not-found`; `mismatch` for other dtypes or another number of values.
   */
  async readFloat32(name: string, into: Float32Array): Promise<Float32Array> {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new GalleyError('not-found', `no tensor "${name}"`, { where: this.path });
    const { dtype, shape, strides, offset } = tensor;
    const size = shape.reduce((a, b) => a * b, 1);
    if (!FLOAT_DTYPES.has(dtype) || size !== into.length)
      throw new GalleyError(
        'mismatch',
        `tensor "${name}" is ${dtype} with ${size} values, expected ${into.length} floating-point ones`,
        { where: this.path },
      );
    if (size === 0) return into;
    const width = DTYPE_BITS[dtype] / 8;
    const span = 1 + shape.reduce((sum, length, i) => sum + (length - 1) * strides[i], 0);
    const entry = this.#storages.get(tensor.storage)!;
    const begin = (await dataOffset(this.#handle, entry, this.path)) + offset * width;
    const bytes = await readAt(this.#handle, begin, span * width, this.path);
    const values = toFloat32(bytes, dtype, span === size ? into : new Float32Array(span));
    if (!isRowMajor(shape, strides)) {
      const source = span === size ? values.slice() : values;
      for (let i = 0; i < size; i++) into[i] = source[placeOf(i, shape, strides)];
    }
    return into;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) return false;
    expected *= shape[i];
  }
  return true;
}

/** Place in the storage of the i-th element in row-major order. */
function placeOf(i: number, shape: readonly number[], strides: readonly number[]): number {
  let place = 0;
  let rest = i;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place += (rest % shape[axis]) * strides[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return place;
}
