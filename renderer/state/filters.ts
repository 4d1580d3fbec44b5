import type { PageSummary } from '../../core/workbench/contract.ts';

export type ConfidenceBand = 'any' | 'low' | 'middle' | 'high';
export type PageOrder = 'number' | 'disagreement' | 'confidence';

/** What the page list shows. Label ids are of the project's label map. */
export interface Filters {
  readonly labels: readonly number[];
  readonly confidence: ConfidenceBand;
  readonly disagreement: boolean;
  readonly edited: boolean;
  readonly unlabelled: boolean;
  readonly highconf: boolean;
  readonly order: PageOrder;
}

export const NO_FILTERS: Filters = {
  labels: [],
  confidence: 'any',
  disagreement: false,
  edited: false,
  unlabelled: false,
  highconf: false,
  order: 'number',
};

/** How many filters hold pages back (the order holds none back). */
export function activeFilters(filters: Filters): number {
  return (
    (filters.labels.length > 0 ? 1 : 0) +
    (filters.confidence === 'any' ? 0 : 1) +
    [filters.disagreement, filters.edited, filters.unlabelled, filters.highconf].filter(Boolean).length
  );
}

function inBand(confidence: number | null, band: ConfidenceBand): boolean {
  if (band === 'any') return true;
  if (confidence === null) return false;
  if (band === 'low') return confidence < 0.6;
  return band === 'high' ? confidence > 0.85 : confidence >= 0.6 && confidence <= 0.85;
}

function passes(page: PageSummary, filters: Filters): boolean {
  return (
    inBand(page.meanConfidence, filters.confidence) &&
    (!filters.disagreement || (page.disagreements ?? 0) > 0) &&
    (!filters.edited || page.edited) &&
    (!filters.unlabelled || page.gold === 0) &&
    (!filters.highconf || page.inHighconf) &&
    (filters.labels.length === 0 || filters.labels.some((id) => (page.labelCounts[id] ?? 0) > 0))
  );
}

const comparers: Readonly<Record<PageOrder, (a: PageSummary, b: PageSummary) => number>> = {
  number: (a, b) => a.pageNum - b.pageNum,
  disagreement: (a, b) => (b.disagreements ?? -1) - (a.disagreements ?? -1) || a.pageNum - b.pageNum,
  confidence: (a, b) => (a.meanConfidence ?? 2) - (b.meanConfidence ?? 2) || a.pageNum - b.pageNum,
};

/** Pages that pass the filters and are among the hits of the search (null: no search), in order. */
export function filterPages(
  pages: readonly PageSummary[],
  filters: Filters,
  hits: ReadonlySet<number> | null,
): PageSummary[] {
  return pages
    .filter((page) => (hits === null || hits.has(page.pageNum)) && passes(page, filters))
    .sort(comparers[filters.order]);
}

/** A search for "42" or "p. 42" means that page, whatever the pages' text says. */
export function pageNumberOf(text: string): number | null {
  const match = /^\s*(?:p(?:age|\.)?\s*)?(\d{1,6})\s*$/i.exec(text);
  return match ? Number(match[1]) : null;
}
