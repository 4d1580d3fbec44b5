import { GalleyError } from '../errors/galley-error.ts';
import { floats, type Tensor, tensor } from '../runtime/tensor.ts';
import { AttentionBias } from './attention-bias.ts';
import type { TensorSpec, TrainingGraph } from './forward.ts';
import { checkBatch, type ModelBatch } from './model-batch.ts';
import { patchify, patchValues } from './patches.ts';
import { embedText, scatterTextGradient } from './text-rows.ts';

/** Buffers by name that grow to the largest size asked for; stages used one after the other can share them. */
export class Scratch {
  readonly #buffers = new Map<string, Float32Array>();

  take(name: string, size: number): Float32Array {
    const known = this.#buffers.get(name);
    if (known && known.length >= size) return known.subarray(0, size);
    const buffer = new Float32Array(size);
    this.#buffers.set(name, buffer);
    return buffer;
  }
}

type Parameters = ReadonlyMap<string, Float32Array>;

/**
 * The part of the model that is computed outside its graph: gathering embedding rows and relative biases
 * before a run, adding their gradients to the tables' after it. The tensors it returns lie in its buffers
 * and are overwritten by the next call.
 */
export class InputStage {
  readonly graph: TrainingGraph;
  readonly #scratch: Scratch;
  readonly #bias: AttentionBias;

  constructor(graph: TrainingGraph, scratch: Scratch = new Scratch()) {
    this.graph = graph;
    this.#scratch = scratch;
    this.#bias = new AttentionBias(graph.config, graph);
  }

  /** Feeds of the parameters that the graph takes, as views: made once, they see every later change. */
  parameterFeeds(parameters: Parameters): Record<string, Tensor> {
    return Object.fromEntries(
      this.graph.parameters.map(({ name, dims }) => [name, tensor(values(parameters, name), dims)]),
    );
  }

  /**
   * Feeds of one batch: text embeddings, attention bias and patches.
   * @throws GalleyError `invalid-data` for ids or boxes out of range, `mismatch` for another batch shape.
   */
  batchFeeds(parameters: Parameters, batch: ModelBatch): Record<string, Tensor> {
    const { graph } = this;
    const { config, inputs } = graph;
    if (batch.batch !== graph.batch || batch.textLength !== graph.textLength)
      throw new GalleyError(
        'mismatch',
        `a batch of [${batch.batch}, ${batch.textLength}] tokens, the graph was built for [${graph.batch}, ${graph.textLength}]`,
      );
    if (graph.visual !== (batch.pixelValues !== undefined))
      throw new GalleyError(
        'mismatch',
        `the graph was built ${graph.visual ? 'with' : 'without'} page images`,
      );
    checkBatch(config, batch);
    const text = this.#buffer(inputs.textEmbeddings);
    embedText(config, parameters, batch, text.data);
    const bias = this.#buffer(inputs.attentionBias);
    this.#bias.fill(parameters, batch, bias.data);
    const feeds: Record<string, Tensor> = {
      [inputs.textEmbeddings.name]: text,
      [inputs.attentionBias.name]: bias,
    };
    if (inputs.patches && batch.pixelValues) {
      const patches = this.#buffer(inputs.patches);
      const [image, rows] = [config.numChannels * config.inputSize ** 2, patchValues(config)];
      for (let b = 0; b < batch.batch; b++)
        patchify(
          config,
          batch.pixelValues.subarray(b * image, (b + 1) * image),
          patches.data.subarray(b * rows, (b + 1) * rows),
        );
      feeds[inputs.patches.name] = patches;
    }
    return feeds;
  }

  /**
   * Feed of the loss: one-hot rows times `weight`, zero rows for the label -100.
   * @param labels [B, T]; @param weight 1 / number of labelled tokens (and / accumulation steps) by default
   * @returns also how many tokens are labelled; with none the loss and all gradients are zero.
   * @throws GalleyError `invalid-data` for a label id the model does not have.
   */
  targetFeed(
    labels: ArrayLike<number>,
    weight?: number,
  ): { feeds: Record<string, Tensor>; labelled: number } {
    const { targets } = this.graph.inputs;
    const rows = this.#buffer(targets);
    const [tokens, classes] = targets.dims;
    if (labels.length !== tokens)
      throw new GalleyError('mismatch', `${labels.length} labels for ${tokens} tokens`);
    let labelled = 0;
    for (let i = 0; i < tokens; i++) if (labels[i] !== -100) labelled++;
    const value = weight ?? 1 / Math.max(1, labelled);
    rows.data.fill(0);
    for (let i = 0; i < tokens; i++) {
      if (labels[i] === -100) continue;
      if (!(labels[i] >= 0 && labels[i] < classes))
        throw new GalleyError(
          'invalid-data',
          `label id ${labels[i]}, the model has 0..${classes - 1} and -100`,
        );
      rows.data[i * classes + labels[i]] = value;
    }
    return { feeds: { [targets.name]: rows }, labelled };
  }

  /**
   * Adds the gradients of the gathered tables, from the outputs of a run, to those in `gradients` (which the
   * caller clears). Relative-bias tables only where they train.
   */
  addGatheredGradients(
    results: Readonly<Record<string, Tensor>>,
    batch: ModelBatch,
    gradients: Parameters,
  ): void {
    const { textEmbeddings, attentionBias } = this.graph.outputs;
    if (textEmbeddings)
      scatterTextGradient(
        this.graph.config,
        floats(results[textEmbeddings.name], textEmbeddings.name),
        batch,
        gradients,
      );
    if (attentionBias)
      this.#bias.scatterGradient(floats(results[attentionBias.name], attentionBias.name), batch, gradients);
  }

  #buffer({ name, dims }: TensorSpec): Tensor & { readonly data: Float32Array } {
    const data = this.#scratch.take(
      name,
      dims.reduce((a, b) => a * b, 1),
    );
    return { dtype: 'float32', dims, data };
  }
}

function values(parameters: Parameters, name: string): Float32Array {
  const data = parameters.get(name);
  if (!data) throw new GalleyError('mismatch', `no values for the parameter "${name}"`);
  return data;
}
