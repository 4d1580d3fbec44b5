import type { PageQuality } from './page-quality.ts';
import type { Thresholds } from './thresholds.ts';

/** One rule of the filter. */
export interface Check {
  readonly code: RejectCode;
  readonly title: string;
  readonly threshold: keyof Thresholds;
  readonly value: (quality: PageQuality) => number;
  /** Whether the value may not fall below (or rise above) the threshold. */
  readonly bound: 'least' | 'most';
  /** The label it counts lines of; a dataset whose label set lacks it is not held to it. */
  readonly label?: string;
}

export type RejectCode =
  | 'no_title'
  | 'few_ing'
  | 'few_instr'
  | 'low_conf'
  | 'high_o_ratio'
  | 'too_short'
  | 'low_labeled_ratio'
  | 'many_titles';

/** In the order of the waterfall. */
export const CHECKS: readonly Check[] = [
  {
    code: 'no_title',
    title: 'title lines',
    threshold: 'minTitleLines',
    value: (q) => q.titleLines,
    bound: 'least',
    label: 'TITLE',
  },
  {
    code: 'few_ing',
    title: 'ingredient lines',
    threshold: 'minIngredientLines',
    value: (q) => q.ingredientLines,
    bound: 'least',
    label: 'INGREDIENT_LINE',
  },
  {
    code: 'few_instr',
    title: 'lines of directions',
    threshold: 'minInstructionLines',
    value: (q) => q.instructionLines,
    bound: 'least',
    label: 'INSTRUCTION_STEP',
  },
  {
    code: 'low_conf',
    title: 'mean confidence',
    threshold: 'minMeanConfidence',
    value: (q) => q.meanConfidence,
    bound: 'least',
  },
  {
    code: 'high_o_ratio',
    title: 'share of O',
    threshold: 'maxOutsideRatio',
    value: (q) => q.outsideRatio,
    bound: 'most',
  },
  { code: 'too_short', title: 'words', threshold: 'minTokens', value: (q) => q.tokens, bound: 'least' },
  {
    code: 'low_labeled_ratio',
    title: 'share of labelled words',
    threshold: 'minLabelledRatio',
    value: (q) => q.labelledRatio,
    bound: 'least',
  },
  {
    code: 'many_titles',
    title: 'share of title lines',
    threshold: 'maxTitleShare',
    value: (q) => q.titleShare,
    bound: 'most',
  },
];

export interface Rejection {
  readonly code: RejectCode;
  readonly found: number;
  readonly expected: number;
}

export interface FilterVerdict {
  readonly quality: PageQuality;
  /** Every threshold the page misses; none: it is kept. */
  readonly rejections: readonly Rejection[];
  /** Misses one threshold only, and by one step of the relaxation or less. */
  readonly nearMiss: boolean;
}

export interface WaterfallStep {
  readonly code: RejectCode;
  readonly title: string;
  readonly expected: number;
  /** Pages this check rejects that no earlier one did. */
  readonly lost: number;
  readonly left: number;
  /** Pages this check rejects, whatever the others say. */
  readonly rejects: number;
  /** Pages that no other check rejects. */
  readonly alone: number;
}

export interface FilterResult {
  readonly thresholds: Thresholds;
  readonly verdicts: readonly FilterVerdict[];
  readonly kept: readonly FilterVerdict[];
  readonly waterfall: readonly WaterfallStep[];
  /** Pages per reject reason; a page may count for several. */
  readonly reasons: Readonly<Record<RejectCode, number>>;
}

/** How much a page may miss one threshold by to count as nearly kept. */
const NEAR: Readonly<Record<RejectCode, number>> = {
  no_title: 0,
  few_ing: 1,
  few_instr: 1,
  low_conf: 0.05,
  high_o_ratio: 0.02,
  too_short: 10,
  low_labeled_ratio: 0.005,
  many_titles: 0.05,
};

/** Every threshold a page misses. */
export function rejectionsOf(quality: PageQuality, thresholds: Thresholds): Rejection[] {
  return CHECKS.flatMap(({ code, threshold, value, bound, label }) => {
    if (label !== undefined && quality.foreign?.includes(label)) return [];
    const found = value(quality);
    const expected = thresholds[threshold];
    return (bound === 'least' ? found >= expected : found <= expected) ? [] : [{ code, found, expected }];
  });
}

/** Applies the thresholds to every page and counts what each of them costs. */
export function filterHighConfidence(pages: readonly PageQuality[], thresholds: Thresholds): FilterResult {
  const verdicts = pages.map((quality): FilterVerdict => {
    const rejections = rejectionsOf(quality, thresholds);
    const [only] = rejections;
    const nearMiss =
      rejections.length === 1 && Math.abs(only.found - only.expected) <= NEAR[only.code] + 1e-9;
    return { quality, rejections, nearMiss };
  });
  let left = [...verdicts];
  const waterfall = CHECKS.map(({ code, title, threshold }): WaterfallStep => {
    const rejected = verdicts.filter((verdict) => verdict.rejections.some((r) => r.code === code));
    const passing = left.filter((verdict) => !rejected.includes(verdict));
    const lost = left.length - passing.length;
    left = passing;
    return {
      code,
      title,
      expected: thresholds[threshold],
      lost,
      left: left.length,
      rejects: rejected.length,
      alone: rejected.filter((verdict) => verdict.rejections.length === 1).length,
    };
  });
  const reasons = Object.fromEntries(waterfall.map(({ code, rejects }) => [code, rejects])) as Record<
    RejectCode,
    number
  >;
  return { thresholds, verdicts, kept: left, waterfall, reasons };
}
