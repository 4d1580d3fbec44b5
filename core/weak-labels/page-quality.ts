import type { LabelledPage } from '../datasets/labelled-page.ts';
import type { LabelMap } from '../labels/labels.ts';
import { groupLines, textLines } from './lines.ts';

/** What the high-confidence filter knows of a page. */
export interface PageQuality {
  readonly pageNum: number;
  readonly titleLines: number;
  readonly ingredientLines: number;
  readonly instructionLines: number;
  readonly lines: number;
  /** Mean confidence of the words, 0..1; 1 where the dataset has none. */
  readonly meanConfidence: number;
  /** Share of words that are O. */
  readonly outsideRatio: number;
  readonly tokens: number;
  /** Share of words with a label other than O. */
  readonly labelledRatio: number;
  /** Share of lines that are titles. */
  readonly titleShare: number;
  /** Labels the filter asks for that the dataset's label set does not have: they cannot be missed on its pages. */
  readonly foreign?: readonly string[];
  /** 0.6 confidence + 0.2 (1 - O) + 0.2 min(1, 10 labelled): orders the best pages of the report. */
  readonly score: number;
}

/** Labels of spans inside lines; they say nothing about what the line is. */
const SPANS = new Set(['TIME', 'TEMP', 'SERVINGS']);
/** Labels whose lines the filter counts. */
const COUNTED = ['TITLE', 'INGREDIENT_LINE', 'INSTRUCTION_STEP'];

/**
 * Measures a labelled page: its lines are grouped anew, each line is what most of its words are. Needs nothing but the
 * page, its labels and, where there is one, the column `token_confidence`.
 */
export function measureQuality(page: LabelledPage, labelMap: LabelMap): PageQuality {
  const names = page.labels.map((id) => (id < 0 ? null : labelMap.nameOf(id, `page ${page.pageNum}`)));
  const counts: Record<string, number> = {};
  const lines = textLines(groupLines(page));
  for (const { words } of lines) {
    const label = lineLabel(words.map((i) => names[i]));
    counts[label] = (counts[label] ?? 0) + 1;
  }
  const decided = names.filter((name) => name !== null);
  const outside = decided.filter((name) => name === 'O').length;
  const tokens = decided.length;
  const confidences = confidencesOf(page);
  const meanConfidence = confidences
    ? confidences.reduce((sum, value) => sum + value, 0) / Math.max(1, confidences.length)
    : 1;
  const outsideRatio = tokens ? outside / tokens : 1;
  const labelledRatio = tokens ? (tokens - outside) / tokens : 0;
  const titleLines = counts.TITLE ?? 0;
  const foreign = COUNTED.filter((label) => !labelMap.has(label));
  return {
    ...(foreign.length > 0 ? { foreign } : {}),
    pageNum: page.pageNum,
    titleLines,
    ingredientLines: counts.INGREDIENT_LINE ?? 0,
    instructionLines: counts.INSTRUCTION_STEP ?? 0,
    lines: lines.length,
    meanConfidence,
    outsideRatio,
    tokens,
    labelledRatio,
    titleShare: lines.length ? titleLines / lines.length : 0,
    score: 0.6 * meanConfidence + 0.2 * (1 - outsideRatio) + 0.2 * Math.min(1, 10 * labelledRatio),
  };
}

/** Label of most words; a line of nothing but spans is directions. */
function lineLabel(names: readonly (string | null)[]): string {
  const counts = new Map<string, number>();
  for (const name of names)
    if (name !== null && !SPANS.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  if (counts.size === 0) return names.some((name) => name !== null) ? 'INSTRUCTION_STEP' : 'O';
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

function confidencesOf(page: LabelledPage): number[] | null {
  const column = page.extra?.token_confidence;
  if (column === null || column === undefined || typeof column !== 'object') return null;
  const values = Array.from(column as ArrayLike<unknown>, Number);
  return values.length === page.words.length && values.every((value) => value >= 0 && value <= 1)
    ? values
    : null;
}
