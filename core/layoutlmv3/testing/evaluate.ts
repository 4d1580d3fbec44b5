import { createSession } from '../../runtime/session.ts';
import { floats, type Tensor, tensor } from '../../runtime/tensor.ts';
import type { LayoutLMv3Config } from '../config.ts';
import { buildTrainingGraph, type TrainingGraph, type TrainingGraphOptions } from '../forward.ts';
import { InputStage } from '../input-stage.ts';
import type { ModelBatch } from '../model-batch.ts';
import { parameterSpecs } from '../parameters.ts';

export interface Evaluation {
  readonly graph: TrainingGraph;
  readonly loss: number;
  /** [B * T, labels] */
  readonly logits: Float32Array;
  /** By Hugging Face key; only tensors that have a gradient. */
  readonly gradients: Map<string, Float32Array>;
}

/** One forward and backward pass of a batch, all gradients collected, by the route the trainer takes. */
export async function evaluateBatch(
  config: LayoutLMv3Config,
  parameters: ReadonlyMap<string, Float32Array>,
  batch: ModelBatch & { readonly labels: ArrayLike<number> },
  options: Partial<TrainingGraphOptions> = {},
  masks: (graph: TrainingGraph) => Record<string, Tensor> = () => ({}),
): Promise<Evaluation> {
  const graph = buildTrainingGraph(config, {
    batch: batch.batch,
    textLength: batch.textLength,
    visual: batch.pixelValues !== undefined,
    ...options,
  });
  const session = await createSession(graph.model, { purpose: 'training' });
  try {
    const stage = new InputStage(graph);
    const results = await session.run({
      ...stage.parameterFeeds(parameters),
      ...stage.batchFeeds(parameters, batch),
      ...stage.targetFeed(batch.labels).feeds,
      ...masks(graph),
    });
    const frozen = new Set(graph.withoutGradient);
    const gradients = new Map<string, Float32Array>();
    for (const { name, size } of parameterSpecs(config))
      if (!frozen.has(name)) gradients.set(name, new Float32Array(size));
    for (const { name, gradient } of graph.parameters)
      if (gradient) gradients.get(name)!.set(floats(results[gradient]));
    stage.addGatheredGradients(results, batch, gradients);
    return { graph, loss: floats(results.loss)[0], logits: floats(results.logits), gradients };
  } finally {
    await session.release();
  }
}

/**
 * Feeds masks given in the order of their use, each [..., N, columns]. Where the graph computes fewer rows
 * (the last layer: the text only) it takes the first.
 */
export function maskFeeds(graph: TrainingGraph, masks: readonly Float32Array[]): Record<string, Tensor> {
  if (masks.length !== graph.dropoutMasks.length)
    throw new Error(`${masks.length} masks for ${graph.dropoutMasks.length} dropout sites`);
  return Object.fromEntries(
    graph.dropoutMasks.map(({ name, dims }, i) => {
      const [rows, columns] = [dims.at(-2)!, dims.at(-1)!];
      const blocks = dims.slice(0, -2).reduce((a, b) => a * b, 1);
      const stride = masks[i].length / blocks;
      const data = new Float32Array(blocks * rows * columns);
      for (let b = 0; b < blocks; b++)
        data.set(masks[i].subarray(b * stride, b * stride + rows * columns), b * rows * columns);
      return [name, tensor(data, dims)];
    }),
  );
}
