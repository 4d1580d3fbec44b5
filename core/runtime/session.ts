import * as ort from 'onnxruntime-node';
import { GalleyError } from '../errors/galley-error.ts';
import type { DType } from '../onnx/dtype.ts';
import { formatShape, type Shape } from '../onnx/shape.ts';
import type { Tensor } from './tensor.ts';

export type Device = 'cpu' | 'cuda' | 'webgpu';

export interface SessionOptions {
  readonly device?: Device;
  /**
   * `training` keeps the graph as written and memory low; `inference` lets ONNX Runtime fuse.
   * (disabled optimization costs nothing on our graphs, memory patterns cost a third more memory: engine.md.)
   */
  readonly purpose?: 'training' | 'inference';
  /** Refuses a model of which any node would run on the CPU although another device was asked for. */
  readonly strict?: boolean;
  /** Threads of one operator; ONNX Runtime's own choice (physical cores) unless given. */
  readonly threads?: number;
  /** Files of external initializers, by the path the model names. */
  readonly externalData?: readonly { readonly path: string; readonly data: Uint8Array | string }[];
  /** Writes a Chrome trace to `<prefix>_<date>.json` when the session is released. */
  readonly profile?: string;
}

export interface TensorInfo {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A loaded model. Keep a small fixed set: sessions made and released in a loop leak natively. */
export interface Session {
  readonly device: Device;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /**
   * One run; blocks its thread until done (between runs everything may be stopped, never during one).
   * `fetches`: names, or tensors to be filled in place, or nothing for all outputs. Feeds are not copied and
   * must not overlap memory of a filled output that the run still reads.
   * Throws GalleyError `mismatch` for a missing, unknown or wrongly shaped tensor, `graph` when ONNX Runtime fails.
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches?: readonly string[] | Readonly<Record<string, Tensor>>,
  ): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/**
 * Loads a model from bytes or from a file. Throws GalleyError `device` when the device cannot start,
 * `graph` when ONNX Runtime refuses the model.
 */
export async function createSession(
  model: Uint8Array | string,
  options: SessionOptions = {},
): Promise<Session> {
  const native = await createNative(model, options);
  return new NativeSession(native, options.device ?? 'cpu', options.profile !== undefined);
}

/** {@link createSession} for this folder: the session of the binding itself. `kept`: outputs that stay on a WebGPU device. */
export async function createNative(
  model: Uint8Array | string,
  options: SessionOptions & { readonly kept?: readonly string[] },
): Promise<ort.InferenceSession> {
  const { device = 'cpu', purpose = 'inference', threads, externalData, profile, strict, kept } = options;
  const settings: ort.InferenceSession.SessionOptions = {
    executionProviders: [device],
    graphOptimizationLevel: purpose === 'training' ? 'disabled' : 'all',
    enableMemPattern: purpose !== 'training',
    executionMode: 'sequential',
    logSeverityLevel: 3,
    ...(strict ? { extra: { session: { disable_cpu_ep_fallback: '1' } } } : {}),
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(externalData ? { externalData: [...externalData] } : {}),
    ...(kept && device === 'webgpu'
      ? { preferredOutputLocation: Object.fromEntries(kept.map((name) => [name, 'gpu-buffer' as const])) }
      : {}),
    ...(profile ? { enableProfiling: true, profileFilePrefix: profile } : {}),
  };
  try {
    return await (typeof model === 'string'
      ? ort.InferenceSession.create(model, settings)
      : ort.InferenceSession.create(model, settings));
  } catch (cause) {
    const message = firstLine(cause);
    throw new GalleyError(device === 'cpu' ? 'graph' : 'device', `${device}: ${message}`, { cause });
  }
}

class NativeSession implements Session {
  readonly device: Device;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly #profiling: boolean;
  #native: ort.InferenceSession | null;

  constructor(native: ort.InferenceSession, device: Device, profiling: boolean) {
    this.#native = native;
    this.device = device;
    this.#profiling = profiling;
    this.inputs = native.inputMetadata.map(describeTensor);
    this.outputs = native.outputMetadata.map(describeTensor);
  }

  async run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches?: readonly string[] | Readonly<Record<string, Tensor>>,
  ): Promise<Record<string, Tensor>> {
    if (!this.#native) throw new GalleyError('graph', 'the session is released');
    const nativeFeeds: Record<string, ort.Tensor> = {};
    for (const info of this.inputs) nativeFeeds[info.name] = checked(info, feeds[info.name]);
    const unknown = Object.keys(feeds).find((name) => !(name in nativeFeeds));
    if (unknown) throw new GalleyError('mismatch', `the model has no input ${unknown}`);

    const filled = Array.isArray(fetches) ? undefined : (fetches as Record<string, Tensor> | undefined);
    const wanted = Array.isArray(fetches) ? (fetches as readonly string[]) : Object.keys(filled ?? {});
    const missing = wanted.find((name) => !this.outputs.some((o) => o.name === name));
    if (missing) throw new GalleyError('mismatch', `the model has no output ${missing}`);
    let nativeFetches: string[] | Record<string, ort.Tensor> | undefined;
    if (Array.isArray(fetches)) nativeFetches = [...wanted];
    else if (filled) {
      const places: Record<string, ort.Tensor> = {};
      for (const info of this.outputs)
        if (info.name in filled) places[info.name] = checked(info, filled[info.name]);
      nativeFetches = places;
    }
    let results: ort.InferenceSession.OnnxValueMapType;
    try {
      results = await (nativeFetches
        ? this.#native.run(nativeFeeds, nativeFetches)
        : this.#native.run(nativeFeeds));
    } catch (cause) {
      throw new GalleyError('graph', `ONNX Runtime: ${firstLine(cause)}`, { cause });
    }
    const tensors: Record<string, Tensor> = {};
    for (const [name, result] of Object.entries(results)) {
      const given = filled?.[name];
      const { dims, data, type } = result as ort.Tensor;
      tensors[name] = given ?? { dtype: type as DType, dims, data: data as Tensor['data'] };
      if (given) freeCopy(data as Tensor['data'], given.data);
    }
    return tensors;
  }

  async release(): Promise<void> {
    const native = this.#native;
    this.#native = null;
    if (this.#profiling) native?.endProfiling();
    await native?.release();
  }
}

/**
 * The binding fills a preallocated output and hands out a copy of it besides. The garbage collector would let some runs'
 * copies pile up (a few hundred MB each for a training step at base size), so each is given back at once.
 */
function freeCopy(copy: Tensor['data'], given: Tensor['data']): void {
  if (copy.buffer !== given.buffer && copy.buffer instanceof ArrayBuffer) copy.buffer.transfer(0);
}

/** Type and shape of an input or output. */
export function describeTensor(info: ort.InferenceSession.ValueMetadata): TensorInfo {
  if (!info.isTensor) throw new GalleyError('graph', `${info.name} is no tensor`);
  return { name: info.name, dtype: info.type as DType, shape: info.shape };
}

/** A tensor as the binding takes it. @throws GalleyError `mismatch` */
export function checked(info: TensorInfo, given: Tensor | undefined): ort.Tensor {
  const fits =
    given !== undefined &&
    given.dtype === info.dtype &&
    given.dims.length === info.shape.length &&
    info.shape.every((d, i) => typeof d === 'string' || d === given.dims[i]);
  if (!fits)
    throw new GalleyError(
      'mismatch',
      `${info.name}: expected ${info.dtype} ${formatShape(info.shape)}, found ${given ? `${given.dtype} ${formatShape(given.dims)}` : 'nothing'}`,
    );
  return new ort.Tensor(given.dtype as 'float32', given.data as Float32Array, given.dims);
}

/** The part of a message of ONNX Runtime that is worth telling. */
export const firstLine = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
