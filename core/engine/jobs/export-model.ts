import {
  type ExportModelFlags,
  type ExportModelResult,
  exportModel,
} from '../../model-export/export-model.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

/** A trained model as a folder that runs without Galley. */
export const exportModelJob = (
  flags: ExportModelFlags,
  context: JobContext<CommonEvent>,
): Promise<ExportModelResult> => exportModel(flags, jobHooks(context));
