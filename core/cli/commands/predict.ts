import { z } from 'zod';
import type { PredictTarget } from '../../engine/jobs/predict.ts';
import { GalleyError } from '../../errors/galley-error.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';
import { runWithProgress } from '../run-with-progress.ts';

const schema = z.object({
  model_dir: z
    .string()
    .default('models/layoutlmv3_boston_final')
    .meta({ description: 'trained model folder', unit: 'path' }),
  dataset_dir: z.string().optional().meta({ description: 'dataset with the pages', unit: 'path' }),
  page_num: z.int().min(0).optional().meta({ description: 'page of the dataset' }),
  split: z.string().optional().meta({ description: 'every page of this split, or of all (with --out_dir)' }),
  image: z.string().optional().meta({ description: 'page image, with --words_json', unit: 'path' }),
  words_json: z.string().optional().meta({
    description:
      'words of the image: {"words": [], "bboxes": [], "width", "height", "box_space": "pixels" | "0-1000"}',
    unit: 'path',
  }),
  out_json: z.string().optional().meta({ description: 'predictions of one page', unit: 'path' }),
  out_dir: z.string().optional().meta({ description: 'folder for predictions of a split', unit: 'path' }),
  with_probs: z.boolean().default(false).meta({ description: 'add every class probability of each word' }),
  precision: z.enum(['float32', 'int8']).default('float32').meta({
    description:
      "what the encoder's linear layers are computed in; int8 is faster on CPUs with 8-bit dot products (VNNI, AMX)",
  }),
  batch_size: z.int().min(1).max(256).default(4).meta({ description: 'windows per run of the model' }),
  device: z
    .enum(['auto', 'cpu', 'cuda', 'webgpu'])
    .default('auto')
    .meta({ description: 'where ONNX Runtime computes' }),
});
type Options = z.output<typeof schema>;

/** What to predict, or which flag is missing. */
function targetOf(o: Options): PredictTarget {
  const need = (value: string | undefined, flag: string, what: string): string => {
    if (value === undefined)
      throw new GalleyError('usage', `${what} needs --${flag}`, { hint: 'see --help' });
    return value;
  };
  if (o.words_json !== undefined || o.image !== undefined)
    return {
      kind: 'image',
      image: o.image ?? null,
      wordsJson: need(o.words_json, 'words_json', 'predicting an image'),
      outJson: need(o.out_json, 'out_json', 'predicting an image'),
    };
  const datasetDir = need(o.dataset_dir, 'dataset_dir', 'predicting pages');
  if (o.page_num !== undefined)
    return {
      kind: 'page',
      datasetDir,
      pageNum: o.page_num,
      split: o.split,
      outJson: need(o.out_json, 'out_json', 'predicting one page'),
    };
  if (o.split !== undefined)
    return {
      kind: 'split',
      datasetDir,
      split: o.split,
      outDir: need(o.out_dir, 'out_dir', 'predicting a split'),
    };
  throw new GalleyError('usage', 'say which pages: --page_num N, or --split NAME with --out_dir', {
    hint: 'see --help',
  });
}

const spec: CommandSpec<typeof schema> = {
  name: 'predict',
  summary: 'label the words of a page, of a whole split, or of an image with its words',
  details: `Examples:
  galley predict --model_dir models/layoutlmv3_boston_final --dataset_dir DIR --page_num 38 --out_json page_0038.json
  galley predict --dataset_dir DIR --split validation --out_dir data/reports/inference
  galley predict --image page.png --words_json words.json --out_json page.json`,
  schema,
  async run(given, context) {
    const options = parseValues(schema, given);
    const target = targetOf(options);
    const result = await runWithProgress(
      'predict',
      {
        modelDir: options.model_dir,
        target,
        device: options.device,
        withProbs: options.with_probs,
        batchSize: options.batch_size,
        precision: options.precision,
      },
      context,
    );
    if (target.kind === 'split')
      context.print(`${result.pages} pages, ${result.words} words: ${target.outDir}`);
    else context.print(`${result.words} words: ${result.written[0]}`);
  },
};
export default spec;
