import { type FileHandle, open } from 'node:fs/promises';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { fillFileWhole } from '../files/files.ts';
import { FLOAT_DTYPES, toFloat32 } from './float-conversion.ts';
import {
  DTYPE_BITS,
  type Dtype,
  MAX_HEADER_BYTES,
  parseSafetensorsHeader,
  type SafetensorsHeader,
  type TensorInfo,
} from './safetensors-header.ts';

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';
/** Bytes asked of the system in one call. */
const CHUNK = 64 * 2 ** 20;

/** An open safetensors file. Only the header is read at first; tensors are read one by one. */
export class SafetensorsFile implements AsyncDisposable {
  readonly path: string;
  readonly metadata: SafetensorsHeader['metadata'];
  /** By name, in file order. */
  readonly tensors: SafetensorsHeader['tensors'];
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle, header: SafetensorsHeader) {
    this.path = path;
    this.#handle = handle;
    this.metadata = header.metadata;
    this.tensors = header.tensors;
  }

  /**
   * Opens a file and checks its header against its size.
   * @throws GalleyError `not-found`, `io`, or `damaged` (also for a Git LFS pointer, with advice).
   */
  static async open(path: string): Promise<SafetensorsFile> {
    const handle = await open(path, 'r').catch((error) => {
      throw toGalleyError(error, path);
    });
    try {
      return new SafetensorsFile(path, handle, await readHeader(handle, path));
    } catch (error) {
      await handle.close();
      throw toGalleyError(error, path);
    }
  }

  /** @throws GalleyError `not-found` for a name the file does not have. */
  info(name: string): TensorInfo {
    const info = this.tensors.get(name);
    if (!info) throw new GalleyError('not-found', `no tensor "${name}"`, { where: this.path });
    return info;
  }

  /** The bytes of one tensor, little-endian, row-major. */
  async readBytes(name: string): Promise<Uint8Array> {
    const { begin, end } = this.info(name);
    return this.#read(new Uint8Array(end - begin), begin);
  }

  /**
   * The values of a floating-point tensor (F32, F16, BF16, F64) as float32, read straight into `into` where
   * it is given (a view into an arena, say).
   * @throws GalleyError `mismatch` for other dtypes or another number of values.
   */
  async readFloat32(name: string, into?: Float32Array): Promise<Float32Array> {
    const info = this.info(name);
    if (!FLOAT_DTYPES.has(info.dtype))
      throw new GalleyError('mismatch', `tensor "${name}" is ${info.dtype}, expected floating-point values`, {
        where: this.path,
      });
    const size = (8 * (info.end - info.begin)) / DTYPE_BITS[info.dtype];
    const target = into ?? new Float32Array(size);
    if (target.length !== size)
      throw new GalleyError('mismatch', `tensor "${name}" has ${size} values, expected ${target.length}`, {
        where: this.path,
      });
    if (info.dtype === 'F32') {
      await this.#read(new Uint8Array(target.buffer, target.byteOffset, target.byteLength), info.begin);
      return target;
    }
    return toFloat32(await this.readBytes(name), info.dtype, target);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #read(into: Uint8Array, position: number): Promise<Uint8Array> {
    return readFully(this.#handle, into, position, this.path);
  }
}

async function readFully(handle: FileHandle, into: Uint8Array, position: number, path: string) {
  for (let done = 0; done < into.length; ) {
    const length = Math.min(CHUNK, into.length - done);
    const { bytesRead } = await handle.read(into, done, length, position + done);
    if (bytesRead === 0)
      throw new GalleyError('damaged', `the file ended at byte ${position + done}, it became shorter`, {
        where: path,
      });
    done += bytesRead;
  }
  return into;
}

async function readHeader(handle: FileHandle, path: string): Promise<SafetensorsHeader> {
  const status = await handle.stat();
  if (status.isDirectory())
    throw new GalleyError('invalid-data', 'a folder where a file was expected', { where: path });
  const { size } = status;
  const start = await readFully(handle, new Uint8Array(Math.min(size, 512)), 0, path);
  const text = new TextDecoder('latin1').decode(start);
  if (text.startsWith(LFS_POINTER)) {
    const wanted = /^size (\d+)/m.exec(text)?.[1];
    throw new GalleyError(
      'damaged',
      `a Git LFS pointer, not the weights themselves${wanted ? ` (they are ${wanted} bytes)` : ''}`,
      { where: path, hint: 'run "git lfs pull" in that repository, or download the file from the hub' },
    );
  }
  if (size < 8)
    throw new GalleyError('damaged', `not a safetensors file: ${size} bytes, at least 8 expected`, {
      where: path,
    });
  const headerBytes = Number(new DataView(start.buffer).getBigUint64(0, true));
  if (headerBytes > MAX_HEADER_BYTES || 8 + headerBytes > size) {
    const whole = headerBytes <= MAX_HEADER_BYTES && start[8] === 0x7b;
    throw new GalleyError(
      'damaged',
      whole
        ? `the file is truncated: ${size} bytes, its header alone has ${8 + headerBytes}`
        : 'not a safetensors file (its first eight bytes are no header length)',
      { where: path, hint: whole ? 'copy or download the file again' : undefined },
    );
  }
  const header = await readFully(handle, new Uint8Array(headerBytes), 8, path);
  let json: string;
  try {
    json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
  } catch (error) {
    throw new GalleyError('damaged', 'the safetensors header is not UTF-8', { where: path, cause: error });
  }
  return parseSafetensorsHeader(json, headerBytes, size, path);
}

/** A float32 tensor in memory. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * All floating-point tensors of a file as float32; others (I64 position ids, say) are left out.
 * For large files prefer {@link SafetensorsFile}, which reads tensor by tensor.
 */
export async function readSafetensors(
  path: string,
): Promise<{ metadata: Readonly<Record<string, string>>; tensors: Map<string, FloatTensor> }> {
  await using file = await SafetensorsFile.open(path);
  const tensors = new Map<string, FloatTensor>();
  for (const { name, dtype, shape } of file.tensors.values())
    if (FLOAT_DTYPES.has(dtype)) tensors.set(name, { shape, data: await file.readFloat32(name) });
  return { metadata: file.metadata, tensors };
}

/** A tensor to write: float32 values, or the raw little-endian bytes of another dtype. */
export type TensorToWrite =
  | FloatTensor
  | { readonly dtype: Dtype; readonly shape: readonly number[]; readonly data: Uint8Array };

/**
 * Writes a safetensors file, whole or not at all, laid out as the reference writer does: widest dtype first,
 * then by name; the header padded with spaces so that the data start at a multiple of 8.
 * @param metadata `{"format": "pt"}` is what transformers insists on.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorToWrite>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Promise<void> {
  const sorted = [...tensors].sort(
    ([a, x], [b, y]) =>
      DTYPE_BITS[dtypeOf(y)] - DTYPE_BITS[dtypeOf(x)] || Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  const header: Record<string, unknown> = Object.create(null);
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let at = 0;
  for (const [name, tensor] of sorted) {
    const { data, shape } = tensor;
    const expected = (shape.reduce((a, b) => a * b, 1) * DTYPE_BITS[dtypeOf(tensor)]) / 8;
    if (data.byteLength !== expected || name === '__metadata__')
      throw new GalleyError(
        'mismatch',
        `tensor "${name}" [${shape.join(', ')}] has ${data.byteLength} bytes, expected ${expected}`,
        { where: path },
      );
    header[name] = { dtype: dtypeOf(tensor), shape, data_offsets: [at, at + expected] };
    at += expected;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  await fillFileWhole(path, async (file) => {
    await writeFully(file, length);
    await writeFully(file, padded);
    for (const [, { data }] of sorted)
      await writeFully(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  });
}

const dtypeOf = (tensor: TensorToWrite): Dtype => ('dtype' in tensor ? tensor.dtype : 'F32');

async function writeFully(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, Math.min(CHUNK, bytes.length - done))).bytesWritten;
}
