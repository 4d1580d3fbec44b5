import { GalleyError } from '../errors/galley-error.ts';
import { type FilterResult, filterHighConfidence } from './high-confidence.ts';
import type { PageQuality } from './page-quality.ts';
import { BOSTON_CLASSIC, relax, type Thresholds } from './thresholds.ts';

export interface RegenerateOptions {
  /** Stop relaxing once so many pages are kept. */
  readonly minPages: number;
  /** Attempts at most, the first one included; fewer are made where nothing is left to relax. */
  readonly maxIterations: number;
  readonly thresholds?: Thresholds;
}

export interface Regeneration {
  /** Every attempt, each with the thresholds it used; the last one is the result. */
  readonly attempts: readonly FilterResult[];
  readonly result: FilterResult;
  /** Whether the last attempt kept as many pages as were asked for. */
  readonly enough: boolean;
  /** Why no further attempt was made. */
  readonly stopped: 'enough' | 'nothing left to relax' | 'attempts used up';
}

/**
 * Filters, and relaxes the thresholds step by step until enough pages are kept. Never more pages than the thresholds
 * of the attempt that is reported allow.
 * @throws GalleyError `training` with the pages per reason, where even the loosest attempt keeps nothing
 */
export function regenerateHighConfidence(
  pages: readonly PageQuality[],
  { minPages, maxIterations, thresholds = BOSTON_CLASSIC }: RegenerateOptions,
): Regeneration {
  if (pages.length === 0)
    throw new GalleyError('training', 'there are no pages to choose high-confidence ones from');
  const attempts: FilterResult[] = [];
  let stopped: Regeneration['stopped'] = 'attempts used up';
  let current: Thresholds | null = thresholds;
  while (current && attempts.length < Math.max(1, maxIterations)) {
    const result = filterHighConfidence(pages, current);
    attempts.push(result);
    if (result.kept.length >= minPages) {
      stopped = 'enough';
      break;
    }
    current = relax(current);
    if (!current) stopped = 'nothing left to relax';
  }
  const result = attempts[attempts.length - 1];
  if (result.kept.length === 0) {
    const counts = result.waterfall
      .filter(({ rejects }) => rejects > 0)
      .map(({ code, rejects, expected }) => `${code} ${rejects} (threshold ${expected})`);
    throw new GalleyError(
      'training',
      `no page of ${pages.length} is good enough for the high-confidence set, after ${attempts.length} attempts: ${counts.join(', ')}`,
      { hint: 'look at the weak labels of a few pages, or give looser thresholds' },
    );
  }
  return { attempts, result, enough: result.kept.length >= minPages, stopped };
}
