import { z } from 'zod';
import { type TrainingOptions, trainingSchema } from '../training/options.ts';

const count = z.int().min(1);

/** What the runner shares with `galley train`, under the same names. */
const shared = trainingSchema.omit({
  output_dir: true,
  reports_dir: true,
  stage: true,
  model: true,
  fp16: true,
  debug: true,
  dry_run: true,
  overwrite: true,
}).shape;

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
  reports_dir: z
    .string()
    .default('data/reports/phase4_runs')
    .meta({ description: 'folder that holds the run folders', unit: 'path' }),
  output_dir: z.string().optional().meta({
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

  ...shared,
  fp16: z.enum(['auto', 'true', 'false']).default('auto').meta({
    description: 'true: --fp16 of galley train, on WebGPU and CUDA; auto and false: 32-bit products',
  }),
  eval_pages: z
    .int()
    .min(0)
    .default(10)
    .meta({ description: 'pages of the split to predict, draw and score; 0: all of them', unit: 'pages' }),
  score_all_pages: z.boolean().default(false).meta({
    description: 'also score every page of the full dataset, training pages included',
  }),
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

/** The runner's options as those of its training, with the models and reports where the run wants them. */
export function trainingOptionsOf(
  options: ExperimentOptions,
  places: { readonly output_dir: string; readonly reports_dir: string },
): TrainingOptions {
  const shared = Object.fromEntries(Object.entries(options).filter(([key]) => key in trainingSchema.shape));
  return trainingSchema.parse({
    ...shared,
    ...places,
    // `auto` trains in float32, which is exact, until float16 has been measured on a graphics card.
    fp16: options.fp16 === 'true',
    dry_run: false,
  });
}
