import type * as ort from 'onnxruntime-node';
import { GalleyError } from '../errors/galley-error.ts';
import type { DType } from '../onnx/dtype.ts';
import { encodeModel } from '../onnx/encode.ts';
import { Graph } from '../onnx/graph.ts';
import { identity } from '../onnx/ops/identity.ts';
import { checked, createNative, type Device, describeTensor, firstLine, type TensorInfo } from './session.ts';
import type { Tensor } from './tensor.ts';

/** A tensor that lies where the model runs. Its holder gives it back by {@link DeviceTensor.dispose}, once. */
export interface DeviceTensor {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly native: ort.Tensor;
  dispose(): void;
}

export interface ResidentSessionOptions {
  readonly device: Device;
  /** Outputs that stay on the device; all others come back to the CPU. */
  readonly kept: readonly string[];
  /** Whether a node that would run on the CPU refuses the model; true by default. */
  readonly strict?: boolean;
  readonly threads?: number;
}

/** Results of one run: fetched ones as tensors, the others as what stays on the device (and has to be disposed of). */
export interface ResidentResults {
  readonly fetched: Readonly<Record<string, Tensor>>;
  readonly kept: Readonly<Record<string, DeviceTensor>>;
}

/**
 * A loaded model whose results stay on the device and are fed again. On WebGPU every node runs there or the session is refused
 * (`session.disable_cpu_ep_fallback`). The binding can keep tensors on WebGPU only: on CPU they are tensors like others, on CUDA
 * they cross the bus (docs/gpu.md).
 */
export class ResidentSession {
  readonly device: Device;
  readonly #inputs: readonly TensorInfo[];
  readonly #outputs: readonly TensorInfo[];
  readonly #kept: ReadonlySet<string>;
  #native: ort.InferenceSession | null;

  private constructor(native: ort.InferenceSession, options: ResidentSessionOptions) {
    this.#native = native;
    this.device = options.device;
    this.#kept = new Set(options.kept);
    this.#inputs = native.inputMetadata.map(describeTensor);
    this.#outputs = native.outputMetadata.map(describeTensor);
  }

  /** @throws GalleyError `device` when the device cannot start or cannot run a node of the model */
  static async create(model: Uint8Array, options: ResidentSessionOptions): Promise<ResidentSession> {
    const { device, kept, threads } = options;
    const native = await createNative(model, {
      device,
      purpose: 'training',
      strict: (options.strict ?? true) && device !== 'cpu',
      kept,
      ...(threads === undefined ? {} : { threads }),
    });
    return new ResidentSession(native, options);
  }

  /** One run with every output. @throws GalleyError `mismatch` for a missing or wrong tensor, `graph` when it fails */
  async run(feeds: Readonly<Record<string, Tensor | DeviceTensor>>): Promise<ResidentResults> {
    if (!this.#native) throw new GalleyError('graph', 'the session is released');
    const native = Object.fromEntries(
      this.#inputs.map((info) => {
        const given = feeds[info.name];
        return [info.name, given && 'native' in given ? given.native : checked(info, given)];
      }),
    );
    let results: ort.InferenceSession.OnnxValueMapType;
    try {
      // All outputs are asked for: the binding fails where some are left out and others stay on the device.
      results = await this.#native.run(native);
    } catch (cause) {
      throw new GalleyError('graph', `ONNX Runtime: ${firstLine(cause)}`, { cause });
    }
    const fetched: Record<string, Tensor> = {};
    const kept: Record<string, DeviceTensor> = {};
    for (const { name } of this.#outputs) {
      const result = results[name] as ort.Tensor;
      const { dims, type } = result;
      if (this.#kept.has(name)) kept[name] = onDevice(result);
      else fetched[name] = { dtype: type as DType, dims, data: result.data as Tensor['data'] };
    }
    return { fetched, kept };
  }

  async release(): Promise<void> {
    const native = this.#native;
    this.#native = null;
    await native?.release();
  }
}

const onDevice = (native: ort.Tensor): DeviceTensor => ({
  dtype: native.type as DType,
  dims: native.dims,
  native,
  dispose: () => native.dispose(),
});

/**
 * Brings tensors to a device and back. Both ways go through a model that is nothing but an Identity: asking the binding for the
 * data of a tensor on a device ends the process (onnxruntime-node 1.30).
 */
export class DeviceMemory {
  readonly #device: Device;
  readonly #sessions = new Map<string, Promise<ResidentSession>>();

  constructor(device: Device) {
    this.#device = device;
  }

  async upload(tensor: Tensor): Promise<DeviceTensor> {
    const session = await this.#identity(tensor, true);
    return (await session.run({ x: tensor })).kept.y;
  }

  async download(tensor: DeviceTensor): Promise<Tensor> {
    const session = await this.#identity(tensor, false);
    return (await session.run({ x: tensor })).fetched.y;
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }

  #identity(of: Tensor | DeviceTensor, keep: boolean): Promise<ResidentSession> {
    const key = `${of.dtype} ${of.dims.length} ${keep}`;
    let session = this.#sessions.get(key);
    if (!session) {
      const g = new Graph();
      const x = g.input(
        'x',
        of.dtype,
        of.dims.map((_, axis) => `d${axis}`),
      );
      g.output(identity(g, x), 'y');
      session = ResidentSession.create(encodeModel(g), {
        device: this.#device,
        kept: keep ? ['y'] : [],
      });
      this.#sessions.set(key, session);
    }
    return session;
  }
}
