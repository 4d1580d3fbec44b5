import { z } from 'zod';
import { MAX_PRECEDING_WORDS } from '../page/page.ts';

const count = z.int().min(1);
const share = z.number().min(0).max(1);

/** What shapes the numbers of a training: everything here goes into the fingerprint that guards `--resume`. */
const recipe = {
  batch_size: count.default(2).meta({ description: 'micro-batch', unit: 'windows' }),
  eval_batch_size: count.default(2).meta({ description: 'evaluation batch', unit: 'windows' }),
  gradient_accumulation_steps: count.default(1).meta({ description: 'micro-batches per optimizer step' }),
  accumulation_loss: z.enum(['mean', 'sum']).default('mean').meta({
    description:
      'gradient of a group of micro-batches: mean of theirs (transformers 4), or sum (what transformers 5 does with LayoutLMv3)',
  }),
  learning_rate: z
    .number()
    .positive()
    .default(5e-5)
    .meta({ description: 'peak learning rate of both stages' }),
  learning_rate_stageA: z
    .number()
    .positive()
    .optional()
    .meta({ description: 'peak learning rate of Stage A' }),
  learning_rate_stageB: z
    .number()
    .positive()
    .optional()
    .meta({ description: 'peak learning rate of Stage B' }),
  num_train_epochs_stageA: z.number().positive().default(5).meta({ description: 'Stage A', unit: 'epochs' }),
  num_train_epochs_stageB: z.number().positive().default(3).meta({ description: 'Stage B', unit: 'epochs' }),
  max_steps: z
    .int()
    .default(-1)
    .meta({ description: 'stop each stage after this many optimizer steps; overrides epochs, -1: never' }),
  warmup_ratio: share.default(0.1).meta({ description: 'share of the steps that warm up' }),
  weight_decay: z.number().min(0).default(0.01).meta({ description: 'decoupled weight decay' }),
  max_grad_norm: z
    .number()
    .min(0)
    .default(1)
    .meta({ description: 'clip the global gradient norm here, 0: never' }),
  max_length: z.int().min(8).default(512).meta({ description: 'window length', unit: 'sub-words' }),
  stride: z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'overlap of the windows of a long page (default: a quarter)', unit: 'sub-words' }),
  line_boxes: z
    .boolean()
    .default(false)
    .meta({ description: 'give each word the box of its line (segment boxes); inference obeys' }),
  context_words: z.int().min(0).max(MAX_PRECEDING_WORDS).default(0).meta({
    description:
      'last words of the page before that a page is read with, so that what runs over a page break is known; inference obeys',
    unit: 'words',
  }),
  text_only: z.boolean().default(false).meta({ description: 'train without page images' }),
  relative_bias: z.enum(['auto', 'trained', 'frozen']).default('auto').meta({
    description:
      'tables of the relative-position bias; auto: frozen, as transformers does since 4.42, but trained from random weights',
  }),
  freeze_layers: z.int().min(0).default(0).meta({
    description:
      'leave the embeddings, relative biases and the first so many encoder layers as they are: less time and memory; 0: train everything',
    unit: 'layers',
  }),
  precision: z.enum(['float32', 'int8']).default('float32').meta({
    description:
      'int8: 8-bit products forward and for input gradients in the encoder, on a CPU with fast and exact ones; the weights stay 32-bit',
  }),
  label_smoothing_factor: share
    .default(0)
    .meta({ description: 'share of each target spread over all labels' }),
  word_weights: z.enum(['none', 'confidence']).default('none').meta({
    description: "weight of a word in the loss; confidence: the dataset's token_confidence column",
  }),
  label_weight_power: share.default(0).meta({
    description: 'weight labels by (commonest / own count) to this power, at most 10; 0: all alike',
  }),
  token_masking: share.default(0).meta({
    description: 'share of words whose text is hidden in a training batch, so that layout must help',
  }),
  box_jitter: z
    .int()
    .min(0)
    .max(50)
    .default(0)
    .meta({ description: 'shift each training window by up to this much', unit: '1/1000 of the page' }),
  seed: z.int().min(0).default(42).meta({ description: 'seed of shuffling, dropout and initial weights' }),
  fp16: z.boolean().default(false).meta({
    description:
      '16-bit products in the encoder with a loss scale found while training, on WebGPU and CUDA; the weights stay 32-bit. Elsewhere it does nothing, and says so',
  }),
  debug: z.boolean().default(false).meta({ description: 'train on a small subset, to see that it runs' }),
  logging_steps: count.default(10).meta({ description: 'log every so many optimizer steps' }),
  eval_steps: count
    .optional()
    .meta({ description: 'evaluate every so many optimizer steps (default: each epoch)' }),
  save_steps: count
    .optional()
    .meta({ description: 'checkpoint every so many optimizer steps (default: after each evaluation)' }),
};

/**
 * Everything a training can be told, in one place: flags of `galley train`, keys of YAML files, fields of the form.
 */
export const trainingSchema = z.object({
  highconf_dataset_dir: z
    .string()
    .default('data/datasets/boston_layoutlmv3_highconf')
    .meta({ description: 'high-confidence dataset (Stage A)', unit: 'path' }),
  full_dataset_dir: z
    .string()
    .default('data/datasets/boston_layoutlmv3_full')
    .meta({ description: 'full dataset (Stage B)', unit: 'path' }),
  output_dir: z.string().default('models').meta({ description: 'where the model folders go', unit: 'path' }),
  reports_dir: z
    .string()
    .default('data/reports/training')
    .meta({ description: 'where metrics, confusion matrices and logs go', unit: 'path' }),
  stage: z
    .enum(['both', 'highconf', 'full'])
    .default('both')
    .meta({ description: 'Stage A then B, or one of them' }),
  model: z
    .string()
    .default('microsoft/layoutlmv3-base')
    .meta({ description: 'a config of our own, a model folder, or a name on the Hugging Face hub' }),
  ...recipe,
  gradient_checkpointing: z.boolean().default(false).meta({
    description:
      'compute each encoder layer a second time in the backward pass instead of keeping it: much less memory, a third more time, the same weights',
  }),
  save_total_limit: count
    .default(2)
    .meta({ description: 'checkpoints kept per stage; the best and the last one always are' }),
  resume: z
    .boolean()
    .default(false)
    .meta({ description: 'go on from the last whole checkpoint of the output folder' }),
  overwrite: z
    .boolean()
    .default(false)
    .meta({ description: 'start anew where a model or checkpoints already are' }),
  device: z
    .enum(['auto', 'cpu', 'cuda', 'webgpu'])
    .default('auto')
    .meta({ description: 'where ONNX Runtime computes' }),
  dry_run: z
    .boolean()
    .default(false)
    .meta({ description: 'print the plan (pages, windows, steps, parameters, memory) and stop' }),
});

export type TrainingOptions = z.output<typeof trainingSchema>;

const recipeSchema = z.object(recipe);
/** What a recipe says where it says nothing: what an older checkpoint without a newer option was trained with. */
export const RECIPE_DEFAULTS: Readonly<Record<string, unknown>> = recipeSchema.parse({});
/** The part of the options that decides the resulting weights. */
export type TrainingRecipe = z.output<typeof recipeSchema>;

/** {@link TrainingRecipe} of a whole set of options, keys in the order of the schema. */
export function recipeOf(options: TrainingOptions): TrainingRecipe {
  return recipeSchema.parse(options);
}
