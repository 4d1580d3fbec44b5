import { trainingSchema } from '../../training/options.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';
import { runWithProgress } from '../run-with-progress.ts';

const spec: CommandSpec<typeof trainingSchema> = {
  name: 'train',
  summary: 'fine-tune LayoutLMv3: Stage A on the high-confidence set, Stage B from there on everything',
  details: `Writes, under --output_dir:
  layoutlmv3_boston_stageA_highconf/  layoutlmv3_boston_stageB_full/  layoutlmv3_boston_final/
each a complete Hugging Face model folder with trainer_state.json, and checkpoint-<step>/ folders inside.
Ctrl-C stops after the running step and keeps a checkpoint; --resume goes on from it.

Example:
  galley train --model galley-nano --full_dataset_dir data/datasets/boston_layoutlmv3_full --stage both`,
  schema: trainingSchema,
  async run(given, context) {
    const options = parseValues(trainingSchema, given);
    const { plan, stages, finalFolder } = await runWithProgress('train', { options }, context);
    if (plan) {
      for (const line of plan) context.print(line);
      return;
    }
    for (const s of stages) {
      const best =
        s.bestMacroF1 === null ? '' : `, best macro F1 ${s.bestMacroF1.toFixed(4)} on ${s.evaluatedOn}`;
      context.print(`Stage ${s.name}: ${s.steps} steps in ${s.seconds.toFixed(0)} s${best}: ${s.folder}`);
    }
    if (finalFolder) context.print(`Final model: ${finalFolder}`);
  },
};
export default spec;
