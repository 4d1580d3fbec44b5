import type { SpecialIds } from '../encoding/tokenizer.ts';
import type { EncodedWindow } from '../encoding/windows.ts';
import { type LayoutLMv3Config, maxTextLength, numLabels } from '../layoutlmv3/config.ts';
import { buildTrainingGraph, type TrainingGraph } from '../layoutlmv3/forward.ts';
import { InputStage, Scratch } from '../layoutlmv3/input-stage.ts';
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

/** Text lengths are padded to multiples of this: few sessions, little padding. */
const LENGTH_STEP = 128;

interface Lane {
  readonly graph: TrainingGraph;
  readonly session: Session;
  readonly stage: InputStage;
}

/** LayoutLMv3 without gradients and dropout, one session per batch shape in use. */
export class LayoutLMv3Windows implements WindowModel {
  readonly #config: LayoutLMv3Config;
  readonly #parameters: ReadonlyMap<string, Float32Array>;
  readonly #ids: SpecialIds;
  readonly #device: Device;
  readonly #visual: boolean;
  readonly #scratch = new Scratch();
  readonly #lanes = new Map<string, Lane>();

  constructor(model: {
    config: LayoutLMv3Config;
    parameters: ReadonlyMap<string, Float32Array>;
    ids: SpecialIds;
    device: Device;
    visual: boolean;
  }) {
    this.#config = model.config;
    this.#parameters = model.parameters;
    this.#ids = model.ids;
    this.#device = model.device;
    this.#visual = model.visual;
  }

  async logits(inputs: readonly WindowInput[]): Promise<Float32Array[]> {
    if (inputs.length === 0) return [];
    const longest = Math.max(...inputs.map(({ window }) => window.length));
    const textLength = Math.min(maxTextLength(this.#config), Math.ceil(longest / LENGTH_STEP) * LENGTH_STEP);
    const { graph, session, stage } = await this.#lane(inputs.length, textLength);
    const tokens = inputs.length * textLength;
    const image = this.#config.numChannels * this.#config.inputSize ** 2;
    const batch = {
      batch: inputs.length,
      textLength,
      inputIds: new Int32Array(tokens).fill(this.#ids.pad),
      bbox: new Int32Array(4 * tokens),
      attentionMask: new Uint8Array(tokens),
      ...(this.#visual ? { pixelValues: new Float32Array(inputs.length * image) } : {}),
    };
    for (const [row, { window, pixels }] of inputs.entries()) {
      batch.inputIds.set(window.inputIds, row * textLength);
      batch.bbox.set(window.bbox, 4 * row * textLength);
      batch.attentionMask.fill(1, row * textLength, row * textLength + window.length);
      if (pixels) batch.pixelValues?.set(pixels, row * image);
    }
    const { targets } = graph.inputs;
    const results = await session.run(
      {
        ...stage.parameterFeeds(this.#parameters),
        ...stage.batchFeeds(this.#parameters, batch),
        [targets.name]: tensor(new Float32Array(targets.dims[0] * targets.dims[1]), targets.dims),
      },
      [graph.outputs.logits.name],
    );
    const all = floats(results[graph.outputs.logits.name], 'logits');
    const row = textLength * numLabels(this.#config);
    return inputs.map((_, i) => all.slice(i * row, (i + 1) * row));
  }

  async release(): Promise<void> {
    for (const { session } of this.#lanes.values()) await session.release();
    this.#lanes.clear();
  }

  async #lane(batch: number, textLength: number): Promise<Lane> {
    const key = `${batch}x${textLength}`;
    const known = this.#lanes.get(key);
    if (known) return known;
    const graph = buildTrainingGraph(this.#config, {
      batch,
      textLength,
      visual: this.#visual,
      dropout: false,
      gradients: false,
    });
    const session = await createSession(graph.model, { device: this.#device, purpose: 'inference' });
    const lane = { graph, session, stage: new InputStage(graph, this.#scratch) };
    this.#lanes.set(key, lane);
    return lane;
  }
}
