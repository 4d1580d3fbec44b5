import { join } from 'node:path';
import { renderTrainingChart } from '../drawing/chart.ts';
import { renderConfusion } from '../drawing/confusion.ts';
import { writeFileWhole, writeJsonWhole } from '../files/files.ts';
import { metricsMarkdown, writeConfusion } from './metrics/tables.ts';
import type { StageResult } from './stages.ts';

/**
 * Writes a stage's reports into `dir`: `<stage folder>_metrics.json/.md`, `_confusion.json/.md/.png`,
 * `_curves.png`. @returns their paths by what they are
 */
export async function writeStageReports(
  dir: string,
  base: string,
  result: Omit<StageResult, 'reports'>,
): Promise<Record<string, string>> {
  const at = (suffix: string) => join(dir, `${base}_${suffix}`);
  const title = `Stage ${result.name}`;
  const reports: Record<string, string> = { metrics: at('metrics.json'), summary: at('metrics.md') };
  const { evaluation } = result;
  await writeJsonWhole(reports.metrics, {
    stage: result.name,
    dataset: result.dataset,
    evaluated_on: result.evaluatedOn,
    best_checkpoint: result.bestCheckpoint,
    step: evaluation?.step ?? null,
    loss: evaluation?.loss ?? null,
    metrics: evaluation?.metrics ?? null,
    hyperparameters: result.hyperparameters,
    pages: result.pages,
    windows: result.windows,
    steps: result.steps,
    epochs: result.epochs,
    seconds: result.seconds,
    seconds_per_step: result.secondsPerStep,
    device: result.device,
    started_from: result.startedFrom,
    warnings: result.warnings,
  });
  await writeFileWhole(reports.summary, summary(title, result));
  if (evaluation) {
    const heading = `${title}, confusion matrix at step ${evaluation.step}`;
    await writeConfusion(at('confusion'), heading, evaluation.confusion);
    reports.confusion = at('confusion.png');
    await renderConfusion(evaluation.confusion, { outPng: reports.confusion, title: heading });
  }
  if (result.logHistory.length > 1) {
    reports.curves = at('curves.png');
    await renderTrainingChart([{ name: title, history: result.logHistory }], {
      outPng: reports.curves,
      title: `${title}: training`,
    });
  }
  return reports;
}

function summary(title: string, result: Omit<StageResult, 'reports'>): string {
  const { evaluation, warnings } = result;
  const settings = Object.entries(result.hyperparameters).map(([key, value]) => `${key} ${value}`);
  return [
    `# ${title}`,
    '',
    `${result.pages} pages (${result.windows} windows), ${result.steps} steps, ${result.epochs} epochs, ` +
      `${result.seconds.toFixed(0)} s (${result.secondsPerStep.toFixed(2)} s a step) on ${result.device}; ` +
      `started from ${result.startedFrom}.`,
    '',
    ...(evaluation
      ? [
          `Best checkpoint, step ${evaluation.step}, on ${result.evaluatedOn} (against the labels of the dataset):`,
          '',
          metricsMarkdown(evaluation.metrics),
        ]
      : ['Nothing was evaluated: there are no validation pages.']),
    '',
    ...(warnings.length > 0
      ? ['Warnings:', '', ...warnings.map((w) => `- step ${w.step}, ${w.code}: ${w.message}`), '']
      : []),
    `Settings: ${settings.join(', ')}.`,
    '',
  ].join('\n');
}
