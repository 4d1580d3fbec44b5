import type { MetricsRecord } from '../training/metrics/metrics.ts';

/** What one pass of the runner did. */
export interface PassRecord {
  name: 'smoke' | 'stage_a' | 'stage_b' | 'inference' | 'evaluation';
  title: string;
  status: 'done' | 'skipped' | 'failed' | 'cancelled';
  seconds: number;
  /** Why it was skipped or how it failed, one line. */
  note?: string;
}

export interface DatasetRecord {
  role: 'high-confidence' | 'full';
  path: string;
  /** Pages by split, in the order of the folder. */
  splits: Record<string, number>;
  /** Words by label over all splits. */
  labelCounts: Record<string, number>;
  fingerprint: string;
}

export interface StageRecord {
  name: 'A' | 'B';
  dataset: string;
  /** What its first weights were: Stage B's are Stage A's. */
  startedFrom: string;
  folder: string;
  checkpoints: string[];
  bestCheckpoint: string | null;
  bestMacroF1: number | null;
  pages: number;
  windows: number;
  steps: number;
  epochs: number;
  seconds: number;
  secondsPerStep: number;
  hyperparameters: Record<string, unknown>;
  warnings: string[];
}

/** Scores by reference, `gold` (where gold labels exist) and `weak`. */
export type ScoresByReference = Partial<Record<'gold' | 'weak', MetricsRecord>>;

/** `metrics.json` of a run folder (issue "The main job", section 5). */
export interface RunMetrics {
  /** Pages the top-level scores were taken on. */
  split: string;
  weak_labels: ScoresByReference;
  stage_a: ScoresByReference;
  stage_b: ScoresByReference;
  /** The same three on every page of the full dataset, training pages included. */
  all_pages: { weak_labels: ScoresByReference; stage_a: ScoresByReference; stage_b: ScoresByReference };
}

export interface InferenceRecord {
  split: string;
  pages: { page_num: number; predictions: string; overlay: string }[];
  shown: { page_num: number; predictions: string; overlay: string } | null;
}

/** Everything a run knows about itself: saved as `run.json`, rendered as REPORT.md. */
export interface ExperimentRecord {
  runId: string;
  startedAt: string;
  finishedAt: string | null;
  command: string;
  versions: Record<string, string>;
  device: string;
  seed: number;
  model: string;
  licence: string | null;
  options: Record<string, unknown>;
  passes: PassRecord[];
  datasets: DatasetRecord[];
  regeneration: { report: string; attempts: number; keptPages: number } | null;
  stages: StageRecord[];
  inference: InferenceRecord | null;
  metrics: RunMetrics | null;
  pictures: { title: string; path: string }[];
  warnings: string[];
}
