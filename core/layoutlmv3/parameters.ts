import { hasTwoLayerHead, headSize, type LayoutLMv3Config, numLabels, visualLength } from './config.ts';
import { type BiasAxis, localBias } from './local-bias.ts';
import { normalGenerator } from './random.ts';

/** How transformers fills a tensor that no checkpoint provides. */
export type Initialisation =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  /** Normal with mean 0; `zeroRow` is the padding row of an embedding. */
  | { readonly kind: 'normal'; readonly std: number; readonly zeroRow?: number };

/** Which part of the model a tensor belongs to; parts without a use in a graph get no gradient there. */
export type ParameterPart = 'text' | 'visual' | 'encoder' | 'relative-bias' | 'head';

export interface ParameterSpec {
  /** Key in Hugging Face checkpoints. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Number of values. */
  readonly size: number;
  readonly part: ParameterPart;
  /** Whether weight decay applies (all but biases, LayerNorms and the relative-bias tables). */
  readonly decay: boolean;
  readonly init: Initialisation;
}

/** Prefix of every tensor but the head's (`base_model_prefix` in transformers). */
export const BASE_PREFIX = 'layoutlmv3.';

/** The one pattern that separates the groups of the Trainer: names with these words do not decay. */
const NO_DECAY = /bias|layernorm|rmsnorm|(?:^|\.)norm(?:$|\.)|_norm(?:$|\.)/i;

/**
 * Every trainable tensor of `LayoutLMv3ForTokenClassification`, in the order of `named_parameters()`.
 * 212 backbone tensors and 2 or 4 of the head for the base configuration.
 * Source: transformers 5.23 `modeling_layoutlmv3.py`.
 */
export function parameterSpecs(config: LayoutLMv3Config): ParameterSpec[] {
  const { hiddenSize: hidden, intermediateSize: inner, numAttentionHeads: heads } = config;
  const std = config.initializerRange;
  const specs: ParameterSpec[] = [];
  let part: ParameterPart = 'visual';
  const add = (name: string, shape: number[], init: Initialisation) =>
    specs.push({
      name,
      shape,
      size: shape.reduce((a, b) => a * b, 1),
      part,
      decay: !NO_DECAY.test(name),
      init,
    });
  const linear = (name: string, out: number, input: number) => {
    add(`${name}.weight`, [out, input], { kind: 'normal', std });
    add(`${name}.bias`, [out], { kind: 'zeros' });
  };
  const layerNorm = (name: string) => {
    add(`${name}.weight`, [hidden], { kind: 'ones' });
    add(`${name}.bias`, [hidden], { kind: 'zeros' });
  };
  const table = (name: string, rows: number, width: number, zeroRow?: number) =>
    add(`${name}.weight`, [rows, width], { kind: 'normal', std, zeroRow });

  if (config.visualEmbed) {
    add(`${BASE_PREFIX}cls_token`, [1, 1, hidden], { kind: 'zeros' });
    add(`${BASE_PREFIX}pos_embed`, [1, visualLength(config), hidden], { kind: 'zeros' });
  }
  part = 'text';
  const embeddings = `${BASE_PREFIX}embeddings`;
  table(`${embeddings}.word_embeddings`, config.vocabSize, hidden, config.padTokenId);
  table(`${embeddings}.token_type_embeddings`, config.typeVocabSize, hidden);
  layerNorm(`${embeddings}.LayerNorm`);
  table(`${embeddings}.position_embeddings`, config.maxPositionEmbeddings, hidden, config.padTokenId);
  for (const axis of ['x', 'y'] as const)
    table(`${embeddings}.${axis}_position_embeddings`, config.max2dPositionEmbeddings, config.coordinateSize);
  for (const side of ['h', 'w'] as const)
    table(`${embeddings}.${side}_position_embeddings`, config.max2dPositionEmbeddings, config.shapeSize);

  if (config.visualEmbed) {
    part = 'visual';
    const patch = `${BASE_PREFIX}patch_embed.proj`;
    add(`${patch}.weight`, [hidden, config.numChannels, config.patchSize, config.patchSize], {
      kind: 'normal',
      std,
    });
    add(`${patch}.bias`, [hidden], { kind: 'zeros' });
    layerNorm(`${BASE_PREFIX}LayerNorm`);
    layerNorm(`${BASE_PREFIX}norm`);
  }

  part = 'encoder';
  for (let i = 0; i < config.numHiddenLayers; i++) {
    const layer = `${BASE_PREFIX}encoder.layer.${i}`;
    for (const role of ['query', 'key', 'value']) linear(`${layer}.attention.self.${role}`, hidden, hidden);
    linear(`${layer}.attention.output.dense`, hidden, hidden);
    layerNorm(`${layer}.attention.output.LayerNorm`);
    linear(`${layer}.intermediate.dense`, inner, hidden);
    linear(`${layer}.output.dense`, hidden, inner);
    layerNorm(`${layer}.output.LayerNorm`);
  }
  part = 'relative-bias';
  if (config.hasRelativeAttentionBias) table(`${BASE_PREFIX}encoder.rel_pos_bias`, heads, config.relPosBins);
  if (config.hasSpatialAttentionBias)
    for (const axis of ['x', 'y'])
      table(`${BASE_PREFIX}encoder.rel_pos_${axis}_bias`, heads, config.rel2dPosBins);

  part = 'head';
  if (hasTwoLayerHead(config)) {
    linear('classifier.dense', hidden, hidden);
    linear('classifier.out_proj', numLabels(config), hidden);
  } else linear('classifier', numLabels(config), hidden);
  return specs;
}

/** Number of values of all tensors together. */
export const parameterCount = (specs: readonly ParameterSpec[]): number =>
  specs.reduce((total, spec) => total + spec.size, 0);

/** Where the values of a tensor shall lie: by default a fresh array, or a view into an arena. */
export type AllocateParameter = (spec: ParameterSpec) => Float32Array;

export const freshArray: AllocateParameter = (spec) => new Float32Array(spec.size);

/**
 * Random initial weights as transformers draws them (its distributions, not its random numbers). Each tensor
 * has a generator of its own, seeded by `seed` and its name: a new head is the same whatever else is drawn.
 */
export function initParameters(
  config: LayoutLMv3Config,
  seed: number,
  allocate: AllocateParameter = freshArray,
): Map<string, Float32Array> {
  const parameters = new Map<string, Float32Array>();
  for (const spec of parameterSpecs(config)) {
    const data = allocate(spec);
    initTensor(spec, seed, data);
    if (config.galley?.relative_bias_init === 'local') initLocalBias(config, spec, data);
    parameters.set(spec.name, data);
  }
  return parameters;
}

const BIAS_AXES: Readonly<Record<string, BiasAxis>> = {
  'layoutlmv3.encoder.rel_pos_bias.weight': 'order',
  'layoutlmv3.encoder.rel_pos_x_bias.weight': 'x',
  'layoutlmv3.encoder.rel_pos_y_bias.weight': 'y',
};

/** Gives a relative-position table of a model trained from nothing its head start ({@link localBias}). */
function initLocalBias(config: LayoutLMv3Config, spec: ParameterSpec, into: Float32Array): void {
  const axis = BIAS_AXES[spec.name];
  if (!axis) return;
  const [heads, bins] = spec.shape;
  const maxDistance = axis === 'order' ? config.maxRelPos : config.maxRel2dPos;
  localBias(axis, { heads, bins, maxDistance, headSize: headSize(config) }, into);
}

/** Fills one tensor as {@link initParameters} does. */
export function initTensor(spec: ParameterSpec, seed: number, into: Float32Array): void {
  const { init } = spec;
  if (init.kind !== 'normal') {
    into.fill(init.kind === 'ones' ? 1 : 0);
    return;
  }
  const next = normalGenerator(seed, spec.name);
  for (let i = 0; i < into.length; i++) into[i] = init.std * next();
  if (init.zeroRow !== undefined) {
    const width = spec.shape[spec.shape.length - 1];
    into.fill(0, init.zeroRow * width, (init.zeroRow + 1) * width);
  }
}
