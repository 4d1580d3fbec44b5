import { setImmediate } from 'node:timers/promises';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import { withGold } from '../weak-labels/gold-dataset.ts';
import { CHECKS, filterHighConfidence, type Rejection } from '../weak-labels/high-confidence.ts';
import { measureQuality, type PageQuality } from '../weak-labels/page-quality.ts';
import { BOSTON_CLASSIC, relax, type Thresholds } from '../weak-labels/thresholds.ts';
import type { HighconfPreview } from './contract.ts';
import type { Journal } from './journal.ts';
import type { PageBook } from './page-book.ts';

const titleOf = new Map(CHECKS.map((c) => [c.code, c] as const));
const shown = (value: number) =>
  Number.isInteger(value) ? String(value) : value.toFixed(3).replace(/0+$/, '');

/** `ingredient lines: 1, at least 2 wanted`. */
export function reasonText({ code, found, expected }: Rejection): string {
  const check = titleOf.get(code);
  return `${check?.title ?? code}: ${shown(found)}, ${check?.bound === 'most' ? 'at most' : 'at least'} ${shown(expected)} wanted`;
}

/** Page numbers of the high-confidence set on disk; none where it is missing or cannot be read. */
export async function highconfMembers(dir: string): Promise<Set<number>> {
  try {
    const dataset = await openDatasetDict(dir);
    return new Set([...dataset.splits.values()].flatMap((split) => split.pageNumbers()));
  } catch {
    return new Set();
  }
}

/** Measures of every page, gold labels over weak ones; kept until labels change. */
export class Qualities {
  readonly #book: PageBook;
  readonly #journal: Journal;
  readonly #known = new Map<number, { revision: number; quality: PageQuality }>();

  constructor(book: PageBook, journal: Journal) {
    this.#book = book;
    this.#journal = journal;
  }

  async all(stopped: () => boolean = () => false): Promise<PageQuality[]> {
    const all: PageQuality[] = [];
    let measured = 0;
    for (const { pageNum } of this.#book.entries.values()) {
      if (stopped()) break;
      const revision = this.#journal.revision(pageNum);
      const known = this.#known.get(pageNum);
      if (known?.revision === revision) {
        all.push(known.quality);
        continue;
      }
      const page = withGold(this.#book.page(pageNum), this.#journal.gold(pageNum));
      const quality = measureQuality(page, this.#book.labelMap);
      this.#known.set(pageNum, { revision, quality });
      all.push(quality);
      if (++measured % 8 === 0) await setImmediate();
    }
    return all;
  }
}

/** Most levels of relaxation that a preview shows. */
const LEVELS = 5;

/** Kept and rejected pages under thresholds, and what each step of the relaxation would keep. */
export function previewOf(qualities: readonly PageQuality[], thresholds: Thresholds): HighconfPreview {
  const result = filterHighConfidence(qualities, thresholds);
  const relaxation: HighconfPreview['relaxation'] = [];
  let looser: Thresholds | null = thresholds;
  for (let level = 0; looser && level < LEVELS; level++) {
    relaxation.push({
      level,
      thresholds: looser,
      kept: filterHighConfidence(qualities, looser).kept.length,
    });
    looser = relax(looser);
  }
  return {
    total: qualities.length,
    kept: result.kept.length,
    waterfall: result.waterfall.map(({ code, title, lost, left }) => ({ code, title, lost, left })),
    rejected: result.verdicts
      .filter((v) => v.rejections.length > 0)
      .map((v) => ({
        pageNum: v.quality.pageNum,
        reasons: v.rejections.map(reasonText),
        nearMiss: v.nearMiss,
      })),
    keptPages: result.kept.map((v) => v.quality.pageNum),
    relaxation,
  };
}

/** Why each page would not be kept under the thresholds of the origin. */
export function reasonsOf(
  qualities: readonly PageQuality[],
  thresholds: Thresholds = BOSTON_CLASSIC,
): Map<number, string[]> {
  const { verdicts } = filterHighConfidence(qualities, thresholds);
  return new Map(
    verdicts
      .filter((v) => v.rejections.length > 0)
      .map((v) => [v.quality.pageNum, v.rejections.map(reasonText)]),
  );
}
