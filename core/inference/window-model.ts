import type { EncodedWindow } from '../encoding/windows.ts';
import { type LayoutLMv3Config, numLabels } from '../layoutlmv3/config.ts';
import { buildInferenceGraph, type Precision } from '../layoutlmv3/inference-graph.ts';
import { encodeModel } from '../onnx/encode.ts';
import { createSession, type Device, type Session } from '../runtime/session.ts';
import { floats, tensor } from '../runtime/tensor.ts';

/** A window and the picture of its page. */
export interface WindowInput {
  readonly window: EncodedWindow;
  /** [C, S, S]; null in text-only mode. */
  readonly pixels: Float32Array | null;
}

/** Whatever gives logits for windows: the model, or a stand-in of tests. */
export interface WindowModel {
  /** One [T, labels] array per window, T at least the window's length. */
  logits(inputs: readonly WindowInput[]): Promise<Float32Array[]>;
  release(): Promise<void>;
}

export interface WindowModelOptions {
  readonly config: LayoutLMv3Config;
  /** By Hugging Face key; copied into the session, not needed afterwards. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly device: Device;
  /** Whether page images are fed. */
  readonly visual: boolean;
  /** Threads of one operator; ONNX Runtime's own choice unless given. */
  readonly threads?: number;
  /** `float32` by default. */
  readonly precision?: Precision;
}

/** LayoutLMv3 with its weights inside one session, for batches of any shape. */
export class LayoutLMv3Windows implements WindowModel {
  readonly #config: LayoutLMv3Config;
  readonly #visual: boolean;
  readonly #session: Session;

  private constructor(config: LayoutLMv3Config, visual: boolean, session: Session) {
    this.#config = config;
    this.#visual = visual;
    this.#session = session;
  }

  /** @throws GalleyError `device` or `graph` where the session cannot start */
  static async create({
    config,
    parameters,
    device,
    visual,
    threads,
    precision = 'float32',
  }: WindowModelOptions): Promise<LayoutLMv3Windows> {
    const graph = buildInferenceGraph(config, parameters, {
      visual,
      standardOperators: false,
      fusedAttention: device === 'cpu',
      precision,
    });
    const session = await createSession(encodeModel(graph), {
      device,
      purpose: 'inference',
      ...(threads === undefined ? {} : { threads }),
    });
    return new LayoutLMv3Windows(config, visual, session);
  }

  async logits(inputs: readonly WindowInput[]): Promise<Float32Array[]> {
    if (inputs.length === 0) return [];
    const { padTokenId, numChannels, inputSize } = this.#config;
    const [rows, length] = [inputs.length, Math.max(...inputs.map(({ window }) => window.length))];
    const ids = new BigInt64Array(rows * length).fill(BigInt(padTokenId));
    const boxes = new BigInt64Array(rows * length * 4);
    const mask = new BigInt64Array(rows * length);
    const image = numChannels * inputSize ** 2;
    const pixelValues = this.#visual ? new Float32Array(rows * image) : null;
    for (const [row, { window, pixels }] of inputs.entries()) {
      ids.set(BigInt64Array.from(window.inputIds, BigInt), row * length);
      boxes.set(BigInt64Array.from(window.bbox, BigInt), row * length * 4);
      mask.fill(1n, row * length, row * length + window.length);
      if (pixels) pixelValues?.set(pixels, row * image);
    }
    const results = await this.#session.run({
      input_ids: tensor(ids, [rows, length]),
      bbox: tensor(boxes, [rows, length, 4]),
      attention_mask: tensor(mask, [rows, length]),
      ...(pixelValues
        ? { pixel_values: tensor(pixelValues, [rows, numChannels, inputSize, inputSize]) }
        : {}),
    });
    const logits = floats(results.logits, 'logits');
    const size = length * numLabels(this.#config);
    return inputs.map((_, row) => logits.slice(row * size, (row + 1) * size));
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
