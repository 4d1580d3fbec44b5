/**
 * Runs one Galley training for scripts/reference/check_trainer.py: `node run-training.ts SPEC.json` with
 * `{stage, options}`; prints the stage's log rows and the page numbers of every micro-batch as one line of JSON.
 */
import { readFileSync } from 'node:fs';
import { openDatasetDict } from '../../core/datasets/dataset-dict.ts';
import { ModelRunner } from '../../core/training/model-runner.ts';
import { trainingSchema } from '../../core/training/options.ts';
import { trainStage } from '../../core/training/stages.ts';

const spec = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const options = trainingSchema.parse(spec.options);
const folder = spec.stage === 'full' ? options.full_dataset_dir : options.highconf_dataset_dir;
const pageNumbers = (await openDatasetDict(folder)).split('train').pageNumbers();
const batches: number[][] = [];
// What the trainer really feeds, rather than what its sampler says.
const train = ModelRunner.prototype.train;
ModelRunner.prototype.train = function (input, ...rest) {
  batches.push(input.examples.map((example) => pageNumbers[example.page]));
  return train.call(this, input, ...rest);
};
const result = await trainStage(spec.stage, options);
console.log(
  JSON.stringify({
    log_history: result.logHistory,
    best: result.bestCheckpoint,
    folder: result.folder,
    batches,
  }),
);
