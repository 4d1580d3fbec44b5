import { z } from 'zod';
import { writeJsonWhole } from '../../files/files.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';
import { runWithProgress } from '../run-with-progress.ts';

const schema = z.object({
  dataset_dir: z
    .string()
    .default('data/datasets/boston_layoutlmv3_full')
    .meta({ description: 'dataset whose labels are looked over', unit: 'path' }),
  model_dir: z.string().default('models/layoutlmv3_boston_final').meta({
    description: 'trained model that judges them; with --folds, what each fold starts from',
    unit: 'path',
  }),
  folds: z.int().min(0).max(20).default(0).meta({
    description: 'judge each page by a model trained without it, in so many parts; 0: by the model as it is',
  }),
  num_train_epochs: z.number().positive().max(100).default(2).meta({ description: 'epochs of each fold' }),
  learning_rate: z.number().positive().max(1).default(5e-4).meta({ description: 'of each fold' }),
  limit: z.int().min(1).default(50).meta({ description: 'lines at most' }),
  per_page: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'lines of one page before other pages are served' }),
  all_words: z.boolean().default(false).meta({ description: 'ask also about words that have gold labels' }),
  out: z.string().optional().meta({ description: 'the queue as JSON', unit: 'path' }),
  device: z
    .enum(['auto', 'cpu', 'cuda', 'webgpu'])
    .default('auto')
    .meta({ description: 'where ONNX Runtime computes' }),
});

const spec: CommandSpec<typeof schema> = {
  name: 'review',
  summary: 'the lines whose correction is worth most, and why',
  details: `Lines are ordered by how many of their words are probably wrong: likely label errors (confident learning),
disagreements of label and model, uncertain words, rare labels. Words with gold labels are left out.

Examples:
  galley review --dataset_dir DIR --model_dir models/layoutlmv3_boston_final
  galley review --dataset_dir DIR --model_dir galley-nano --folds 3 --out queue.json`,
  schema,
  async run(given, context) {
    const options = parseValues(schema, given);
    const result = await runWithProgress(
      'review',
      {
        datasetDir: options.dataset_dir,
        model: options.model_dir,
        folds: options.folds === 1 ? 2 : options.folds,
        training: {
          num_train_epochs_stageB: options.num_train_epochs,
          learning_rate: options.learning_rate,
        },
        limit: options.limit,
        perPage: options.per_page,
        skipGold: !options.all_words,
        device: options.device,
      },
      context,
    );
    for (const item of result.items) {
      context.print(`page ${item.pageNum}, line ${item.line + 1}: ${item.text}`);
      context.print(`  ${item.reason}: ${item.because}`);
    }
    if (options.out !== undefined) await writeJsonWhole(options.out, result);
    context.print(
      `${result.items.length} lines of ${result.pages} pages${options.out === undefined ? '' : `: ${options.out}`}`,
    );
  },
};
export default spec;
