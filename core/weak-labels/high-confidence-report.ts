import { CHECKS, type FilterResult, type FilterVerdict } from './high-confidence.ts';
import type { Regeneration } from './regenerate.ts';
import type { Thresholds } from './thresholds.ts';

const BEST = 15;

export interface ReportContext {
  readonly fullDataset: string;
  readonly dataset: string;
  readonly minPages: number;
  readonly preset: string;
  /** Pages kept by split. */
  readonly pages: Readonly<Record<string, number>>;
}

const number = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(3));
const table = (header: readonly string[], rows: readonly (readonly string[])[]) =>
  [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** Everything the report knows, for programs: attempts, thresholds used, waterfall, a verdict per page. */
export function highConfidenceRecord(regeneration: Regeneration, context: ReportContext) {
  const { attempts, result, enough, stopped } = regeneration;
  return {
    full_dataset: context.fullDataset,
    dataset: context.dataset,
    preset: context.preset,
    min_pages: context.minPages,
    enough,
    stopped,
    total_pages: result.verdicts.length,
    kept_pages: result.kept.length,
    pages_by_split: context.pages,
    final_thresholds: snakeThresholds(result.thresholds),
    attempts: attempts.map((attempt, i) => ({
      attempt: i + 1,
      thresholds: snakeThresholds(attempt.thresholds),
      kept: attempt.kept.length,
      reasons: attempt.reasons,
    })),
    waterfall: result.waterfall,
    best_pages: bestPages(result).map(({ quality }) => ({ page_num: quality.pageNum, score: quality.score })),
    near_misses: nearMisses(result).map(describeVerdict),
    kept: result.kept.map(({ quality }) => quality.pageNum),
    rejected: result.verdicts.filter((verdict) => verdict.rejections.length > 0).map(describeVerdict),
  };
}

function snakeThresholds(thresholds: Thresholds): Record<string, number> {
  return Object.fromEntries(
    Object.entries(thresholds).map(([key, value]) => [
      key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
      value,
    ]),
  );
}

const describeVerdict = ({ quality, rejections }: FilterVerdict) => ({
  page_num: quality.pageNum,
  reasons: rejections,
});

const bestPages = (result: FilterResult) =>
  [...result.kept].sort((a, b) => b.quality.score - a.quality.score).slice(0, BEST);
const nearMisses = (result: FilterResult) => result.verdicts.filter((verdict) => verdict.nearMiss);

/** The same for people. */
export function highConfidenceMarkdown(regeneration: Regeneration, context: ReportContext): string {
  const { attempts, result, enough, stopped } = regeneration;
  const total = result.verdicts.length;
  const shown = enough
    ? `at least ${context.minPages} were asked for`
    : `fewer than the ${context.minPages} asked for: ${stopped}`;
  const title = Object.fromEntries(CHECKS.map((check) => [check.code, check.title]));
  const because = ({ rejections }: FilterVerdict) =>
    rejections
      .map((r) => `${r.code} (${title[r.code]} ${number(r.found)}, threshold ${number(r.expected)})`)
      .join('; ');
  return `${[
    '# High-confidence pages',
    `${result.kept.length} of ${total} pages kept (${shown}), by the thresholds of attempt ${attempts.length}. Preset: ${context.preset}.`,
    `From \`${context.fullDataset}\` to \`${context.dataset}\` (${Object.entries(context.pages)
      .map(([split, pages]) => `${split} ${pages}`)
      .join(', ')}). Pages keep their split.`,
    '## Attempts',
    table(
      ['attempt', ...CHECKS.map((check) => check.title), 'kept'],
      attempts.map((attempt, i) => [
        String(i + 1),
        ...CHECKS.map(
          (check) =>
            `${check.bound === 'least' ? '>=' : '<='} ${number(attempt.thresholds[check.threshold])}`,
        ),
        String(attempt.kept.length),
      ]),
    ),
    '## Waterfall of the attempt used',
    'Lost: rejected by this check and none above it. Alone: rejected by this check and by no other.',
    table(
      ['check', 'threshold', 'rejects', 'alone', 'lost', 'left'],
      [
        ['all pages', '', '', '', '', String(total)],
        ...result.waterfall.map((step) => [
          `${step.title} (\`${step.code}\`)`,
          number(step.expected),
          String(step.rejects),
          String(step.alone),
          String(step.lost),
          String(step.left),
        ]),
      ],
    ),
    '## Best pages',
    'Score: 0.6 mean confidence + 0.2 (1 - share of O) + 0.2 min(1, 10 share of labelled words).',
    table(
      ['page', 'score', 'titles', 'ingredient lines', 'lines of directions', 'confidence', 'O'],
      bestPages(result).map(({ quality: q }) => [
        String(q.pageNum),
        number(q.score),
        String(q.titleLines),
        String(q.ingredientLines),
        String(q.instructionLines),
        number(q.meanConfidence),
        number(q.outsideRatio),
      ]),
    ),
    '## Near misses',
    'One threshold missed, by one step of the relaxation or less.',
    list(nearMisses(result), because),
    '## Rejected pages',
    list(
      result.verdicts.filter((verdict) => verdict.rejections.length > 0),
      because,
    ),
  ].join('\n\n')}\n`;
}

function list(verdicts: readonly FilterVerdict[], because: (verdict: FilterVerdict) => string): string {
  if (verdicts.length === 0) return 'None.';
  return verdicts.map((verdict) => `- page ${verdict.quality.pageNum}: ${because(verdict)}`).join('\n');
}
