import { z } from 'zod';
import { trainingSchema } from '../training/options.ts';

const { batch_size, eval_batch_size, gradient_checkpointing, max_steps, seed, device, dry_run } =
  trainingSchema.shape;

/** What `galley retrain` can be told; whatever else a training needs is taken from the last model. */
export const retrainSchema = z.object({
  dataset_dir: z
    .string()
    .default('data/datasets/boston_layoutlmv3_full')
    .meta({ description: 'labelled dataset, its gold labels in the column gold_labels', unit: 'path' }),
  model_dir: z
    .string()
    .default('models/layoutlmv3_boston_final')
    .meta({ description: 'last model: its weights are gone on with', unit: 'path' }),
  gold_labels: z.string().optional().meta({
    description: "labels people gave, as JSON Lines; they win over the dataset's own gold",
    unit: 'path',
  }),
  output_dir: z.string().meta({ description: 'new model, rebuilt dataset, comparison', unit: 'path' }),
  num_train_epochs: z.number().positive().max(1000).default(2).meta({ description: 'epochs' }),
  learning_rate: z.number().positive().max(1).default(5e-5).meta({ description: 'peak learning rate' }),
  word_weights: trainingSchema.shape.word_weights,
  batch_size,
  eval_batch_size,
  max_steps,
  gradient_checkpointing,
  seed,
  device,
  overwrite: z
    .boolean()
    .default(false)
    .meta({ description: 'start anew where an earlier retraining already is' }),
  dry_run,
});
export type RetrainOptions = z.output<typeof retrainSchema>;
