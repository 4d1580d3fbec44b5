import type { z } from 'zod';
import type { LabelledPage } from '../datasets/labelled-page.ts';
import { readingLines } from '../encoding/reading-lines.ts';
import { groupRecipes } from '../inference/groups.ts';
import type { Part } from '../inference/predictions.ts';
import { unionBox } from '../page/coordinates.ts';
import { decodeLines } from '../weak-labels/lines-column.ts';
import type {
  LabelSource,
  lineSchema,
  PageDetail,
  PageSummary,
  partSchema,
  RecipeGroup,
} from './contract.ts';
import type { Journal } from './journal.ts';
import { confidencesOf, NO_LABEL, type PageBook } from './page-book.ts';
import type { PredictionStore } from './prediction-store.ts';

type Line = z.output<typeof lineSchema>;

/** What the high-confidence filter says of a page. */
export interface HighconfState {
  /** Page numbers of the set as it is on disk. */
  readonly members: ReadonlySet<number>;
  /** Reasons by page, as far as they are known. */
  readonly reasons: ReadonlyMap<number, readonly string[]>;
}

/** The pages of an open project as its windows see them: dataset, journal and predictions put together. */
export class Pages {
  readonly book: PageBook;
  readonly journal: Journal;
  predictions: PredictionStore | null = null;
  highconf: HighconfState = { members: new Set(), reasons: new Map() };

  constructor(book: PageBook, journal: Journal) {
    this.book = book;
    this.journal = journal;
  }

  summaries(): PageSummary[] {
    return Array.from(this.book.entries.keys(), (pageNum) => this.summary(pageNum));
  }

  summary(pageNum: number): PageSummary {
    const entry = this.book.entry(pageNum);
    const gold = this.journal.gold(pageNum);
    const predicted = this.predictions?.get(pageNum, entry.words) ?? null;
    const counts = this.book.labelMap.names.map(() => 0);
    let disagreements = 0;
    for (let i = 0; i < entry.words; i++) {
      const decided = gold && gold[i] >= 0 ? gold[i] : null;
      const weak = entry.weak[i] === NO_LABEL ? null : entry.weak[i];
      const best = decided ?? predicted?.labels[i] ?? weak;
      if (best !== null && best < counts.length) counts[best]++;
      const reference = decided ?? weak;
      if (predicted && reference !== null && predicted.labels[i] !== reference) disagreements++;
    }
    const { reasons, members } = this.highconf;
    const inHighconf = members.has(pageNum);
    return {
      pageNum,
      split: entry.split,
      words: entry.words,
      hasImage: entry.hasImage,
      labelCounts: counts,
      gold: this.journal.share(pageNum),
      predicted: predicted !== null,
      inHighconf,
      rejectReasons: inHighconf ? [] : [...(reasons.get(pageNum) ?? [])],
      disagreements: predicted ? disagreements : null,
      meanConfidence: predicted ? mean(predicted.confidence) : entry.weakConfidence,
      edited: this.journal.share(pageNum) > 0,
      excerpt: entry.excerpt,
    };
  }

  detail(pageNum: number): PageDetail {
    const page = this.book.page(pageNum);
    const predicted = this.predictions?.get(pageNum, page.words.length) ?? null;
    const lines = linesOf(page, this.book.labelMap.names);
    return {
      summary: this.summary(pageNum),
      width: page.width,
      height: page.height,
      words: [...page.words],
      bboxes: page.bboxes.map((b): [number, number, number, number] => [b[0], b[1], b[2], b[3]]),
      weak: page.labels.some((id) => id >= 0) ? page.labels.map((id) => (id < 0 ? -1 : id)) : null,
      weakConfidence: confidencesOf(page),
      gold: this.journal.gold(pageNum),
      predicted: predicted ? [...predicted.labels] : null,
      predictedConfidence: predicted ? [...predicted.confidence] : null,
      lines,
      readingOrder: readingOrder(
        page.words.length,
        lines.map((line) => line.wordIndices),
      ),
      model: predicted ? (this.predictions?.modelId ?? null) : null,
      revision: this.journal.revision(pageNum),
    };
  }

  /** Labels of a page from one source, ids and confidences; `diff` shows what was predicted. Null: none there. */
  labels(pageNum: number, source: LabelSource): { ids: number[]; confidence: number[] } | null {
    const page = this.book.page(pageNum);
    const certain = (ids: readonly number[]) => ids.map(() => 1);
    if (source === 'gold') {
      const ids = this.journal.gold(pageNum);
      return ids && { ids, confidence: certain(ids) };
    }
    if (source === 'weak')
      return { ids: [...page.labels], confidence: confidencesOf(page) ?? certain(page.labels) };
    const predicted = this.predictions?.get(pageNum, page.words.length);
    return predicted ? { ids: [...predicted.labels], confidence: [...predicted.confidence] } : null;
  }

  /** Recipes of a page from one source; an undecided word counts as O. */
  recipes(pageNum: number, source: LabelSource): RecipeGroup[] {
    const found = this.labels(pageNum, source);
    if (!found) return [];
    const page = this.book.page(pageNum);
    const { names, outsideId } = this.book.labelMap;
    const outside = names[outsideId] ?? 'O';
    const groups = groupRecipes(
      {
        words: page.words,
        bboxes: page.bboxes,
        width: page.width,
        height: page.height,
        labels: found.ids.map((id) => names[id] ?? outside),
        confidences: found.confidence,
      },
      readingLines(page),
    );
    return groups.map((g) => ({
      title: g.title && partOf(g.title),
      ingredients: g.ingredients.map(partOf),
      steps: g.steps.map(partOf),
      times: g.times.map(partOf),
      temperatures: g.temperatures.map(partOf),
      servings: g.servings.map(partOf),
      continued: g.continued,
      wordIndices: [...g.word_indices],
    }));
  }
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : Math.min(1, values.reduce((sum, v) => sum + v, 0) / values.length);

function partOf({ word_indices, text, bbox, confidence }: Part): z.output<typeof partSchema> {
  return { wordIndices: [...word_indices], text, bbox: [bbox[0], bbox[1], bbox[2], bbox[3]], confidence };
}

/** Lines of a page with the rules that fired; a dataset without them gives bare lines, labelled by most of their words. */
function linesOf(page: LabelledPage, names: readonly string[]): Line[] {
  const column = page.extra?.lines;
  if (typeof column === 'string' && column !== '')
    try {
      return decodeLines(column, page).map((line) => ({
        wordIndices: [...line.wordIndices],
        bbox: [line.bbox[0], line.bbox[1], line.bbox[2], line.bbox[3]],
        label: line.label,
        confidence: line.confidence,
        signals: line.signals.map(({ rule, label, weight, evidence }) => ({ rule, label, weight, evidence })),
      }));
    } catch {
      // A column of another tool of that name: the page is shown without it.
    }
  const confidences = confidencesOf(page);
  return readingLines(page).map((wordIndices) => {
    const bbox = unionBox(wordIndices.map((i) => page.bboxes[i]));
    const counts = new Map<number, number>();
    for (const i of wordIndices) counts.set(page.labels[i], (counts.get(page.labels[i]) ?? 0) + 1);
    const [label] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
    return {
      wordIndices,
      bbox: [bbox[0], bbox[1], bbox[2], bbox[3]],
      label: names[label] ?? 'O',
      confidence: confidences ? mean(wordIndices.map((i) => confidences[i])) : 1,
      signals: [],
    };
  });
}

/** All words, those of the lines first, in their order. */
function readingOrder(words: number, lines: readonly (readonly number[])[]): number[] {
  const order = lines.flat();
  if (order.length === words) return order;
  const seen = new Set(order);
  return [...order, ...Array.from({ length: words }, (_, i) => i).filter((i) => !seen.has(i))];
}
