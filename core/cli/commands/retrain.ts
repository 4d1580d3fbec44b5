import { join } from 'node:path';
import { retrainSchema } from '../../experiment/retrain-options.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';
import { runWithProgress } from '../run-with-progress.ts';

const spec: CommandSpec<typeof retrainSchema> = {
  name: 'retrain',
  summary: 'train on what was corrected: Stage B on from the last model, and which labels got better',
  details: `Writes, under --output_dir:
  dataset/  the dataset with gold labels in place of weak ones
  layoutlmv3_boston_stageB_full/  the new model, a complete Hugging Face folder
  comparison.md, comparison.json  precision, recall and F1 of each label before and after, pages that changed
Both models are held against the gold labels of the validation pages, which the last model must not have learned from.

Example:
  galley retrain --dataset_dir DIR --model_dir models/layoutlmv3_boston_final --gold_labels gold.jsonl --output_dir models/round-2`,
  schema: retrainSchema,
  async run(given, context) {
    const options = parseValues(retrainSchema, given);
    const { plan, comparison, sentence, modelDir } = await runWithProgress('retrain', { options }, context);
    for (const line of plan ?? []) context.print(line);
    if (!comparison) return;
    const against =
      comparison.reference === 'gold'
        ? `gold labels of ${comparison.pages} validation pages`
        : `the dataset's own labels of ${comparison.pages} validation pages: none has gold`;
    context.print(`Against ${against}:`);
    for (const l of comparison.labels)
      if (l.support > 0)
        context.print(`  ${l.label}: F1 ${l.before.f1.toFixed(3)} -> ${l.after.f1.toFixed(3)}, ${l.verdict}`);
    context.print(`${sentence} Pages that changed: ${comparison.changed_pages.length}.`);
    context.print(`New model: ${modelDir}; comparison: ${join(options.output_dir, 'comparison.md')}`);
  },
};
export default spec;
