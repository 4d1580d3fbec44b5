import type { ExperimentOptions } from '../../experiment/options.ts';
import type { ExperimentRecord } from '../../experiment/record.ts';
import { runExperiment } from '../../experiment/runner.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

/** The one-command runner, as `galley experiment`, `galley demo` and the window start it. */
export function experimentJob(
  input: { options: ExperimentOptions; command: string },
  context: JobContext<CommonEvent>,
): Promise<ExperimentRecord> {
  return runExperiment(input.options, jobHooks(context), input.command);
}
