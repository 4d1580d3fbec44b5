import { writeFileWhole, writeJsonWhole } from '../../files/files.ts';
import type { ConfusionCounts } from './confusion.ts';
import type { MetricsRecord } from './metrics.ts';

/** Three decimals, as all tables of scores here. */
const fixed = (value: number) => value.toFixed(3);
const count = (value: number) => value.toLocaleString('en-US');

/** A Markdown table with padded columns; every column but the first is aligned right. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = header.map((_, i) => Math.max(3, ...all.map((row) => row[i].length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  const rule = widths.map((w, i) => (i === 0 ? '-'.repeat(w) : `${'-'.repeat(w - 1)}:`));
  return [line(all[0]), `| ${rule.join(' | ')} |`, ...all.slice(1).map(line)].join('\n');
}

/** Per-label table and the overall scores of one record. */
export function metricsMarkdown(record: MetricsRecord): string {
  const rows = Object.entries(record.per_label).map(([label, s]) => [
    label,
    fixed(s.precision),
    s.support === 0 ? 'n/a' : fixed(s.recall),
    s.support === 0 ? 'n/a' : fixed(s.f1),
    count(s.support),
  ]);
  const macroLabels = record.macro_labels ? ` (mean of ${record.macro_labels.length} labels, without O)` : '';
  return [
    `Macro F1 **${fixed(record.macro_f1)}**${macroLabels}, accuracy ${fixed(record.accuracy)}, ` +
      `entity F1 ${fixed(record.entity_f1)}; ${count(record.tokens)} words on ${count(record.pages)} pages.`,
    '',
    markdownTable(['Label', 'Precision', 'Recall', 'F1', 'Support'], rows),
  ].join('\n');
}

/** Several records side by side: one row each (weak labels, Stage A, Stage B), F1 per label in columns. */
export function comparisonMarkdown(records: Readonly<Record<string, MetricsRecord>>): string {
  const labels = [...new Set(Object.values(records).flatMap((r) => Object.keys(r.per_label)))].filter(
    (label) => label !== 'O',
  );
  const rows = Object.entries(records).map(([name, record]) => [
    name,
    fixed(record.macro_f1),
    fixed(record.accuracy),
    fixed(record.entity_f1),
    ...labels.map((label) => {
      const s = record.per_label[label];
      return s === undefined || s.support === 0 ? 'n/a' : fixed(s.f1);
    }),
    count(record.pages),
  ]);
  return markdownTable(['', 'Macro F1', 'Accuracy', 'Entity F1', ...labels, 'Pages'], rows);
}

/** Rows are the reference, columns the predictions; counts with the share of the row. */
export function confusionMarkdown({ labels, counts }: ConfusionCounts): string {
  const rows = labels.map((label, i) => {
    const support = counts[i].reduce((sum, n) => sum + n, 0);
    return [
      label,
      ...counts[i].map((n) => (n === 0 ? '0' : `${count(n)} (${((100 * n) / support).toFixed(1)} %)`)),
      count(support),
    ];
  });
  return markdownTable(['Reference \\ predicted', ...labels, 'Support'], rows);
}

/** Writes `<base>.json` and `<base>.md` of one record. */
export async function writeMetrics(base: string, title: string, record: MetricsRecord): Promise<void> {
  await writeJsonWhole(`${base}.json`, record);
  await writeFileWhole(`${base}.md`, `# ${title}\n\n${metricsMarkdown(record)}\n`);
}

/** Writes `<base>.json` (`{labels, counts}`) and `<base>.md`. */
export async function writeConfusion(base: string, title: string, matrix: ConfusionCounts): Promise<void> {
  await writeJsonWhole(`${base}.json`, { labels: matrix.labels, counts: matrix.counts });
  await writeFileWhole(
    `${base}.md`,
    `# ${title}\n\nRows are the reference, columns the predictions; shares are of the row.\n\n${confusionMarkdown(matrix)}\n`,
  );
}
