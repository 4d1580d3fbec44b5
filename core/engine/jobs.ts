import type { JobContext } from './job-context.ts';

type Job<Input, Event, Result> = (input: Input, context: JobContext<Event>) => Promise<Result>;
// biome-ignore lint/suspicious/noExplicitAny: the loader map only has to accept any job; each entry keeps its own types.
type AnyJob = Job<any, any, any>;

/** Every job the engine can run, loaded inside the worker only when asked for. */
export const JOBS = {
  train: async () => (await import('./jobs/train.ts')).trainJob,
  retrain: async () => (await import('./jobs/retrain.ts')).retrainJob,
  experiment: async () => (await import('./jobs/experiment.ts')).experimentJob,
  predict: async () => (await import('./jobs/predict.ts')).predictJob,
  predictPages: async () => (await import('./jobs/predict-pages.ts')).predictPagesJob,
  plan: async () => (await import('./jobs/plan.ts')).planJob,
  regenerate: async () => (await import('./jobs/regenerate.ts')).regenerateJob,
  gold: async () => (await import('./jobs/gold.ts')).goldJob,
  export: async () => (await import('./jobs/export.ts')).exportJob,
  exportModel: async () => (await import('./jobs/export-model.ts')).exportModelJob,
  import: async () => (await import('./jobs/import.ts')).importJob,
  planImport: async () => (await import('./jobs/import-files.ts')).planImportJob,
  previewImport: async () => (await import('./jobs/look-into-import.ts')).previewImportJob,
  importLabels: async () => (await import('./jobs/look-into-import.ts')).importLabelsJob,
  importFiles: async () => (await import('./jobs/import-files.ts')).importFilesJob,
  ocr: async () => (await import('./jobs/ocr.ts')).ocrJob,
  inspectRules: async () => (await import('./jobs/rules.ts')).inspectRulesJob,
  relabel: async () => (await import('./jobs/rules.ts')).relabelJob,
  review: async () => (await import('./jobs/review.ts')).reviewJob,
  devices: async () => (await import('./jobs/devices.ts')).devicesJob,
} satisfies Record<string, () => Promise<AnyJob>>;

export type JobKind = keyof typeof JOBS;
type JobOf<K extends JobKind> = Awaited<ReturnType<(typeof JOBS)[K]>>;
export type JobInput<K extends JobKind> = Parameters<JobOf<K>>[0];
export type JobEvent<K extends JobKind> = Parameters<Parameters<JobOf<K>>[1]['emit']>[0];
export type JobResult<K extends JobKind> = Awaited<ReturnType<JobOf<K>>>;
