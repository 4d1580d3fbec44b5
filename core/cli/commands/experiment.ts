import { join } from 'node:path';
import { resolveExperiment } from '../../experiment/configuration.ts';
import { experimentSchema } from '../../experiment/options.ts';
import { experimentPlan } from '../../experiment/plan.ts';
import { runFolderOf } from '../../experiment/runner.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { runWithProgress } from '../run-with-progress.ts';

/** Runs the experiment in its worker and says where the report is, and what it found. */
export async function runExperimentCommand(
  given: Record<string, unknown>,
  command: string,
  context: CommandContext,
): Promise<void> {
  const resolved = await resolveExperiment(given);
  const { runId, folder } = runFolderOf(resolved);
  const options = { ...resolved, run_id: runId };
  if (options.dry_run) {
    for (const line of await experimentPlan(options)) context.print(line);
    return;
  }
  try {
    const record = await runWithProgress('experiment', { options, command }, context);
    const scores = record.metrics;
    const final = scores?.stage_b.gold ?? scores?.stage_a.gold;
    if (final)
      context.print(
        `macro F1 against gold on ${final.pages} ${scores?.split} pages: ${final.macro_f1.toFixed(4)}` +
          (scores?.weak_labels.gold ? ` (weak labels: ${scores.weak_labels.gold.macro_f1.toFixed(4)})` : ''),
      );
  } finally {
    context.print(`Report: ${join(folder, 'REPORT.md')}`);
  }
}

const spec: CommandSpec<typeof experimentSchema> = {
  name: 'experiment',
  summary: 'the one-command runner: smoke test, Stage A, Stage B, predictions, evaluation, REPORT.md',
  details: `Everything goes under <reports_dir>/<run_id>/: REPORT.md, metrics.json, run.json, models/, inference/,
training/, evaluation/. Flags win over the YAML file. A failed pass fails the run and the report says so.

Example:
  galley experiment --config configs/phase4_experiment.yaml --min_highconf_pages 25`,
  schema: experimentSchema,
  run: (given, context) =>
    runExperimentCommand(given, ['galley', ...process.argv.slice(2)].join(' '), context),
};
export default spec;
