import { z } from 'zod';

const count = z.int().min(1);

/**
 * Everything the one-command runner can be told, in one place: keys of `configs/*.yaml`, flags of
 * `galley experiment`, their units, defaults and help. Flags win over YAML, YAML over the defaults.
 */
export const experimentSchema = z.object({
  config: z.string().optional().meta({ description: 'YAML file with any of these keys', unit: 'path' }),
  run_id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'a run id is letters, digits, dot, dash and underscore')
    .optional()
    .meta({ description: 'name of the run folder (default: the date and time)' }),
  highconf_dataset_dir: z
    .string()
    .default('data/datasets/boston_layoutlmv3_highconf')
    .meta({ description: 'high-confidence dataset (Stage A)', unit: 'path' }),
  full_dataset_dir: z
    .string()
    .default('data/datasets/boston_layoutlmv3_full')
    .meta({ description: 'full dataset (Stage B)', unit: 'path' }),
  reports_dir: z
    .string()
    .default('data/reports/phase4_runs')
    .meta({ description: 'folder that holds the run folders', unit: 'path' }),
  output_dir: z
    .string()
    .optional()
    .meta({
      description: 'where the model folders go (default: models/ inside the run folder)',
      unit: 'path',
    }),
  model: z
    .string()
    .default('galley-nano')
    .meta({ description: 'a config of our own, a model folder, or a name on the Hugging Face hub' }),

  run_pass1_only: z.boolean().default(false).meta({ description: 'only the smoke test' }),
  skip_pass1: z.boolean().default(false).meta({ description: 'skip the smoke test' }),
  skip_pass2: z.boolean().default(false).meta({ description: 'skip Stage A' }),
  skip_pass3: z.boolean().default(false).meta({ description: 'skip Stage B' }),
  skip_inference: z
    .boolean()
    .default(false)
    .meta({ description: 'skip predictions, overlays and evaluation' }),
  overwrite: z.boolean().default(false).meta({ description: 'replace a run folder of the same run id' }),
  dry_run: z.boolean().default(false).meta({ description: 'show what would be done, write nothing' }),

  auto_regen_highconf: z
    .boolean()
    .default(true)
    .meta({ description: 'rebuild the high-confidence set when it has too few training pages' }),
  min_highconf_pages: count
    .default(10)
    .meta({ description: 'fewest high-confidence training pages before it is rebuilt', unit: 'pages' }),

  num_train_epochs_stageA: z.number().positive().default(5).meta({ description: 'Stage A', unit: 'epochs' }),
  num_train_epochs_stageB: z.number().positive().default(3).meta({ description: 'Stage B', unit: 'epochs' }),
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
  batch_size: count.default(2).meta({ description: 'micro-batch', unit: 'pages' }),
  eval_batch_size: count.default(2).meta({ description: 'evaluation batch', unit: 'pages' }),
  gradient_accumulation_steps: count.default(1).meta({ description: 'micro-batches per optimizer step' }),
  max_length: z.int().min(8).default(512).meta({ description: 'window length', unit: 'sub-words' }),
  warmup_ratio: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .meta({ description: 'share of the steps that warm up' }),
  weight_decay: z.number().min(0).default(0.01).meta({ description: 'decoupled weight decay' }),
  max_grad_norm: z
    .number()
    .min(0)
    .default(1)
    .meta({ description: 'clip the global gradient norm here, 0: never' }),
  seed: z.int().min(0).default(42).meta({ description: 'seed of shuffling, dropout and initial weights' }),
  fp16: z.enum(['auto', 'true', 'false']).default('auto').meta({ description: 'half precision on a GPU' }),
  device: z
    .enum(['auto', 'cpu', 'cuda', 'webgpu'])
    .default('auto')
    .meta({ description: 'where ONNX Runtime computes' }),

  eval_pages: z
    .int()
    .min(0)
    .default(10)
    .meta({ description: 'pages of the split to predict, draw and score; 0: all of them', unit: 'pages' }),
  infer_page_num: z
    .string()
    .regex(/^(auto|\d+)$/, 'a page number, or auto')
    .default('auto')
    .meta({ description: 'page shown in the report; auto: the first of the split' }),
  infer_split: z
    .enum(['validation', 'train'])
    .default('validation')
    .meta({ description: 'split to predict' }),
});

export type ExperimentOptions = z.output<typeof experimentSchema>;
