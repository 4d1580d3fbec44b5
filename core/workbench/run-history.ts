import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from '../files/files.ts';
import type { EvaluationResult } from '../training/checkpoints.ts';
import { evaluationSchema as storedEvaluationSchema } from '../training/checkpoints.ts';
import { STAGE_FOLDERS, type StageName } from '../training/stage-names.ts';
import { readTrainerState } from '../training/trainer-state.ts';
import type { Evaluation, HistoryPoint } from './contract.ts';

export const stageLetter = (stage: StageName): 'A' | 'B' => (stage === 'highconf' ? 'A' : 'B');

const finite = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** A row of Hugging Face's log_history as a point of the curves; null for the row that ends a training. */
export function pointOf(stage: 'A' | 'B', row: Readonly<Record<string, number>>): HistoryPoint | null {
  if ('train_runtime' in row) return null;
  return {
    stage,
    step: row.step,
    epoch: row.epoch,
    loss: finite(row.loss),
    learningRate: finite(row.learning_rate),
    gradNorm: finite(row.grad_norm),
    evalLoss: finite(row.eval_loss),
    macroF1: finite(row.eval_macro_f1),
    accuracy: finite(row.eval_accuracy),
  };
}

export function evaluationOf(stage: 'A' | 'B', { step, metrics, confusion }: EvaluationResult): Evaluation {
  return {
    stage,
    step,
    macroF1: metrics.macro_f1,
    accuracy: metrics.accuracy,
    perLabel: Object.entries(metrics.per_label).map(([label, { precision, recall, f1, support }]) => ({
      label,
      precision,
      recall,
      f1,
      support,
    })),
    confusion: { labels: [...confusion.labels], counts: confusion.counts.map((row) => [...row]) },
  };
}

const finishedSchema = z.looseObject({
  result: z.looseObject({ evaluation: storedEvaluationSchema.nullable() }),
});

/** Curves of a run that the window did not see: from the records in its model folders. */
export async function historyOfFolder(
  modelsDir: string,
): Promise<{ points: HistoryPoint[]; evaluations: Evaluation[] }> {
  const points: HistoryPoint[] = [];
  const evaluations: Evaluation[] = [];
  for (const stage of ['highconf', 'full'] as const) {
    const dir = join(modelsDir, STAGE_FOLDERS[stage]);
    const letter = stageLetter(stage);
    if (!existsSync(join(dir, 'trainer_state.json'))) continue;
    const state = await readTrainerState(join(dir, 'trainer_state.json')).catch(() => null);
    for (const row of state?.log_history ?? []) {
      const point = pointOf(letter, row);
      if (point) points.push(point);
    }
    const finished = finishedSchema.safeParse(
      await readJson(join(dir, 'galley_training.json')).catch(() => null),
    );
    const evaluation = finished.success ? finished.data.result.evaluation : null;
    if (evaluation) evaluations.push(evaluationOf(letter, evaluation));
  }
  return { points, evaluations };
}
