import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelledPage } from '../../datasets/labelled-page.ts';
import { writeDatasetDict } from '../../datasets/write-dataset-dict.ts';
import { LabelMap } from '../../labels/labels.ts';
import { projectFolder } from '../model-source.ts';
import { type TrainingOptions, trainingSchema } from '../options.ts';
import { MersenneTwister } from '../random.ts';

const WORDS = 'Sponge Cake One cup of sugar Cream the butter bake thirty minutes moderate oven'.split(' ');

/** A page without a scan whose labels follow from its words. */
export function smallPage(pageNum: number, words = 12): LabelledPage {
  const random = new MersenneTwister(pageNum);
  const chosen = Array.from({ length: words }, () => random.below(WORDS.length));
  return {
    pageNum,
    width: 60,
    height: 80,
    words: chosen.map((i) => WORDS[i]),
    bboxes: chosen.map((_, i) => [
      (i % 4) * 240,
      Math.floor(i / 4) * 60,
      (i % 4) * 240 + 200,
      Math.floor(i / 4) * 60 + 40,
    ]),
    imagePath: null,
    labels: chosen.map((i) => i % 7),
    extra: { token_confidence: chosen.map(() => 0.5) },
  };
}

/** Writes two small datasets and a model folder without weights; gives options that train them in seconds. */
export async function smallProject(
  folder: string,
  changes: Record<string, unknown> = {},
): Promise<TrainingOptions> {
  const pages = (from: number, n: number) => Array.from({ length: n }, (_, i) => smallPage(from + i));
  const labelMap = LabelMap.default;
  const extraColumns = {
    token_confidence: { feature: { dtype: 'float32', _type: 'Value' }, _type: 'Sequence' },
  };
  await writeDatasetDict(join(folder, 'high'), { splits: { train: pages(1, 4), validation: [] }, labelMap });
  await writeDatasetDict(join(folder, 'full'), {
    splits: { train: pages(1, 6), val: pages(4, 6) },
    labelMap,
    extraColumns,
  });
  const model = join(folder, 'tiny');
  mkdirSync(model);
  cpSync(join(projectFolder(), 'configs/models/galley-nano'), model, { recursive: true });
  writeFileSync(
    join(model, 'config.json'),
    JSON.stringify({
      model_type: 'layoutlmv3',
      vocab_size: 6000,
      hidden_size: 24,
      coordinate_size: 4,
      shape_size: 4,
      num_hidden_layers: 1,
      num_attention_heads: 2,
      intermediate_size: 32,
      max_position_embeddings: 40,
      type_vocab_size: 1,
      input_size: 32,
      patch_size: 16,
    }),
  );
  return trainingSchema.parse({
    highconf_dataset_dir: join(folder, 'high'),
    full_dataset_dir: join(folder, 'full'),
    output_dir: join(folder, 'models'),
    reports_dir: join(folder, 'reports'),
    model,
    max_length: 32,
    num_train_epochs_stageA: 2,
    num_train_epochs_stageB: 1,
    logging_steps: 1,
    device: 'cpu',
    ...changes,
  });
}
