import { planText, planTraining } from '../training/plan.ts';
import { type ExperimentOptions, trainingOptionsOf } from './options.ts';
import { runFolderOf } from './runner.ts';

/** What `galley experiment --dry_run` prints: passes, folders, and the plan of the training. Nothing is written. */
export async function experimentPlan(options: ExperimentOptions): Promise<string[]> {
  const { folder } = runFolderOf(options);
  const only = options.run_pass1_only;
  const passes = [
    ['smoke test', !options.skip_pass1],
    ['Stage A', !only && !options.skip_pass2],
    ['Stage B', !only && !options.skip_pass3],
    ['predictions, overlays, evaluation', !only && !options.skip_inference],
  ] as const;
  const lines = [
    `run folder: ${folder}`,
    ...passes.map(([name, on]) => `${on ? 'run ' : 'skip'}  ${name}`),
    options.auto_regen_highconf
      ? `high-confidence set: ${options.highconf_dataset_dir}, rebuilt if it has fewer than ${options.min_highconf_pages} training pages`
      : `high-confidence set: ${options.highconf_dataset_dir}`,
  ];
  const training = trainingOptionsOf(options, {
    output_dir: options.output_dir ?? folder,
    reports_dir: folder,
  });
  return [...lines, '', ...planText(await planTraining(training, {}, true))];
}
