import type { HighconfPreview } from '../../../core/workbench/contract.ts';

/** A bar of the waterfall; `bottom` and `height` are shares of the plot's height. */
export interface Bar {
  readonly kind: 'all' | 'lost' | 'kept';
  readonly code: string;
  readonly title: string;
  /** Pages: lost for a rule, all or kept otherwise. */
  readonly pages: number;
  readonly left: number;
  readonly bottom: number;
  readonly height: number;
}

/** All pages, what each rule takes in its turn, and what is kept. */
export function waterfallBars(preview: Pick<HighconfPreview, 'total' | 'kept' | 'waterfall'>): Bar[] {
  const { total, kept, waterfall } = preview;
  const share = (pages: number) => (total === 0 ? 0 : pages / total);
  return [
    { kind: 'all', code: 'all', title: '', pages: total, left: total, bottom: 0, height: share(total) },
    ...waterfall.map(({ code, title, lost, left }) => ({
      kind: 'lost' as const,
      code,
      title,
      pages: lost,
      left,
      bottom: share(left),
      height: share(lost),
    })),
    { kind: 'kept', code: 'kept', title: '', pages: kept, left: kept, bottom: 0, height: share(kept) },
  ];
}

export interface SetChange {
  readonly added: readonly number[];
  readonly removed: readonly number[];
  readonly same: number;
}

/** What a new set of pages has that the old one lacks, and the other way round; both in page order. */
export function compareSets(before: readonly number[], after: readonly number[]): SetChange {
  const old = new Set(before);
  const now = new Set(after);
  const inOrder = (pages: Iterable<number>) => [...pages].sort((a, b) => a - b);
  const added = inOrder([...now].filter((page) => !old.has(page)));
  return {
    added,
    removed: inOrder([...old].filter((page) => !now.has(page))),
    same: now.size - added.length,
  };
}
