import { type OcrResult, runOcr } from '../../ocr/ocr-run.ts';
import type { OcrOptions } from '../../ocr/scan-options.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

/** Words of pictures and PDFs into JSON Lines. */
export function ocrJob(options: OcrOptions, context: JobContext<CommonEvent>): Promise<OcrResult> {
  return runOcr(options, jobHooks(context));
}
