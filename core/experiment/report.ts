import { relative } from 'node:path';
import { comparisonMarkdown, markdownTable } from '../training/metrics/tables.ts';
import type { ExperimentRecord, RunMetrics, ScoresByReference } from './record.ts';
import { groupWarnings } from './warnings.ts';

const number = (value: number, digits = 3) => (Number.isFinite(value) ? value.toFixed(digits) : '-');
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`;
}

/**
 * REPORT.md of a run: a pure function of its record, so that a window and the command line show the same text.
 * Paths inside the run folder are written relative to it.
 * @param folder the run folder, absolute
 */
export function renderReport(record: ExperimentRecord, folder: string): string {
  const at = (path: string) => relative(folder, path).split('\\').join('/');
  const parts: string[] = [`# Run ${record.runId}`, ''];
  parts.push(...verdict(record), '');

  parts.push('## What ran', '');
  parts.push(
    markdownTable(
      ['pass', 'result', 'time', 'note'],
      record.passes.map((p) => [p.title, p.status, duration(p.seconds), p.note ?? '']),
    ),
    '',
  );
  parts.push(
    markdownTable(
      ['', ''],
      [
        ['started', record.startedAt],
        ['finished', record.finishedAt ?? 'not finished'],
        ['command', `\`${record.command}\``],
        ['model', record.model],
        ...(record.licence ? [['licence of the base weights', record.licence]] : []),
        ['device', record.device],
        ['seed', String(record.seed)],
        [
          'versions',
          Object.entries(record.versions)
            .map(([k, v]) => `${k} ${v}`)
            .join(', '),
        ],
      ],
    ),
    '',
  );

  parts.push('## Datasets', '');
  parts.push(
    markdownTable(
      ['set', 'folder', 'pages', 'words by label', 'fingerprint'],
      record.datasets.map((d) => [
        d.role,
        `\`${d.path}\``,
        Object.entries(d.splits)
          .map(([name, n]) => `${name} ${n}`)
          .join(', '),
        Object.entries(d.labelCounts)
          .map(([name, n]) => `${name} ${n}`)
          .join(', '),
        `\`${d.fingerprint}\``,
      ]),
    ),
    '',
  );
  if (record.regeneration) {
    const r = record.regeneration;
    parts.push(
      `The high-confidence set was rebuilt for this run: ${r.keptPages} pages after ${r.attempts} ` +
        `${r.attempts === 1 ? 'attempt' : 'attempts'} ([report](${at(r.report)})).`,
      '',
    );
  }

  if (record.stages.length > 0) parts.push('## Training', '', ...stages(record, at));
  if (record.pictures.length > 0)
    parts.push(...record.pictures.flatMap((p) => [`### ${p.title}`, '', `![${p.title}](${at(p.path)})`, '']));

  if (record.metrics) parts.push(...evaluation(record.metrics));

  if (record.inference) {
    parts.push('## Predictions', '');
    const shown = record.inference.shown;
    if (shown)
      parts.push(
        `Page ${shown.page_num} of the ${record.inference.split} split:`,
        '',
        `![Page ${shown.page_num}](${at(shown.overlay)})`,
        '',
      );
    parts.push(
      markdownTable(
        ['page', 'predictions', 'overlay'],
        record.inference.pages.map((p) => [
          String(p.page_num),
          `[JSON](${at(p.predictions)})`,
          `[PNG](${at(p.overlay)})`,
        ]),
      ),
      '',
    );
  }

  parts.push('## Settings', '', '```json', JSON.stringify(record.options, null, 2), '```', '');
  return parts.join('\n');
}

/** The first lines: did it work, how good is it, what to worry about. */
function verdict(record: ExperimentRecord): string[] {
  const lines: string[] = [];
  const failed = record.passes.filter((p) => p.status === 'failed');
  const cancelled = record.passes.some((p) => p.status === 'cancelled');
  if (failed.length > 0)
    lines.push(`**Failed** in ${failed.map((p) => p.title).join(', ')}: ${failed[0].note}`, '');
  else if (cancelled) lines.push('**Stopped by the user.** What was finished is kept below.', '');
  const metrics = record.metrics;
  const final = metrics && (metrics.stage_b.gold ?? metrics.stage_a.gold);
  if (final && metrics?.weak_labels.gold)
    lines.push(
      `On ${final.pages} pages of the ${metrics.split} split, against gold labels: macro F1 ` +
        `**${number(final.macro_f1)}** for the model, ${number(metrics.weak_labels.gold.macro_f1)} for the weak ` +
        'labels it learned from (macro F1 leaves O out).',
      '',
    );
  else if (metrics) {
    const weak = metrics.stage_b.weak ?? metrics.stage_a.weak;
    if (weak)
      lines.push(
        `On ${weak.pages} pages of the ${metrics.split} split, against the weak labels: macro F1 ` +
          `**${number(weak.macro_f1)}**. There are no gold labels here: this is a sanity check, not a score.`,
        '',
      );
  }
  if (record.warnings.length > 0)
    lines.push('Warnings:', '', ...groupWarnings(record.warnings).map((w) => `- ${w}`), '');
  else if (failed.length === 0) lines.push('No warnings.', '');
  return lines;
}

function stages(record: ExperimentRecord, at: (path: string) => string): string[] {
  return [
    markdownTable(
      [
        'stage',
        'pages',
        'windows',
        'epochs',
        'steps',
        'time',
        'a step',
        'best macro F1',
        'best checkpoint',
        'model',
      ],
      record.stages.map((s) => [
        s.name,
        String(s.pages),
        String(s.windows),
        String(s.epochs),
        String(s.steps),
        duration(s.seconds),
        `${s.secondsPerStep.toFixed(2)} s`,
        s.bestMacroF1 === null ? '-' : number(s.bestMacroF1),
        s.bestCheckpoint ? `\`${at(s.bestCheckpoint)}\`` : '-',
        `\`${at(s.folder)}\``,
      ]),
    ),
    '',
    ...record.stages.flatMap((s) => [
      `Stage ${s.name} started from ${s.startedFrom}. Hyperparameters: ${Object.entries(s.hyperparameters)
        .map(([k, v]) => `${k} ${v}`)
        .join(', ')}.`,
      '',
      `Checkpoints: ${s.checkpoints.length > 0 ? s.checkpoints.map((c) => `\`${at(c)}\``).join(', ') : 'none kept'}.`,
      '',
    ]),
  ];
}

function evaluation(metrics: RunMetrics): string[] {
  const parts: string[] = ['## Evaluation', ''];
  const block = (
    title: string,
    reference: 'gold' | 'weak',
    from: { weak_labels: ScoresByReference; stage_a: ScoresByReference; stage_b: ScoresByReference },
  ): string[] => {
    const named = {
      'weak labels': reference === 'gold' ? from.weak_labels.gold : undefined,
      'Stage A': from.stage_a[reference],
      'Stage B': from.stage_b[reference],
    };
    const present = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
    if (Object.keys(present).length === 0) return [];
    return [`### ${title}`, '', comparisonMarkdown(present as never), ''];
  };
  const gold = block(`Against gold labels, ${metrics.split} pages`, 'gold', metrics);
  parts.push(...gold);
  parts.push(
    ...block('Against gold labels, all labelled pages (training pages included)', 'gold', metrics.all_pages),
  );
  const weak = block(`Against weak labels, ${metrics.split} pages (sanity, not gold)`, 'weak', metrics);
  if (weak.length > 0)
    parts.push(
      ...weak,
      'Agreement with the weak labels shows that the model learned what it was taught, mistakes included. It is not ' +
        'a measure of how right it is.',
      '',
    );
  const gained = metrics.stage_b.gold && metrics.weak_labels.gold;
  if (gained && metrics.stage_b.gold && metrics.weak_labels.gold)
    parts.push(
      `The model gains ${percent(metrics.stage_b.gold.macro_f1 - metrics.weak_labels.gold.macro_f1)} of macro F1 over its teacher.`,
      '',
    );
  return parts;
}
