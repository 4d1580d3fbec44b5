import { z } from 'zod';

const count = z.int().min(0);
const share = z.number().min(0).max(1);

/** What a page must have to be trusted with the first stage of training. Field by field: unit, and which way it cuts. */
export const thresholdsSchema = z.object({
  minTitleLines: count.meta({ description: 'fewest title lines; never relaxed', unit: 'lines' }),
  minIngredientLines: count.meta({ description: 'fewest ingredient lines', unit: 'lines' }),
  minInstructionLines: count.meta({ description: 'fewest lines of directions', unit: 'lines' }),
  minMeanConfidence: share.meta({ description: 'least mean confidence of the words' }),
  maxOutsideRatio: share.meta({ description: 'largest share of words that are O' }),
  minTokens: count.meta({ description: 'fewest words', unit: 'words' }),
  minLabelledRatio: share.meta({ description: 'smallest share of words with a label other than O' }),
  maxTitleShare: share.meta({ description: 'largest share of lines that are titles' }),
});
export type Thresholds = z.infer<typeof thresholdsSchema>;

/**
 * The structural thresholds of the project this one grew from, and an upper bound on titles, which it lacked: there,
 * rules that called every other line a title passed the filter.
 */
export const BOSTON_CLASSIC: Thresholds = {
  minTitleLines: 1,
  minIngredientLines: 2,
  minInstructionLines: 2,
  minMeanConfidence: 0.6,
  maxOutsideRatio: 0.92,
  minTokens: 80,
  minLabelledRatio: 0.03,
  maxTitleShare: 0.25,
};

export const PRESETS: Readonly<Record<string, Thresholds>> = { 'boston-classic': BOSTON_CLASSIC };

/** How far each threshold moves per attempt, and where it stops. */
const RELAXATION: readonly { key: keyof Thresholds; step: number; limit: number }[] = [
  { key: 'minMeanConfidence', step: -0.05, limit: 0.5 },
  { key: 'minTokens', step: -10, limit: 50 },
  { key: 'maxOutsideRatio', step: 0.02, limit: 0.98 },
  { key: 'minIngredientLines', step: -1, limit: 1 },
  { key: 'minInstructionLines', step: -1, limit: 1 },
  { key: 'minLabelledRatio', step: -0.005, limit: 0.015 },
  { key: 'maxTitleShare', step: 0.05, limit: 0.4 },
];

/**
 * One step looser, or null where nothing is left to relax: no attempt repeats the one before it. A threshold that
 * already is beyond its limit stays where it is.
 */
export function relax(thresholds: Thresholds): Thresholds | null {
  const looser: Thresholds = { ...thresholds };
  let changed = false;
  for (const { key, step, limit } of RELAXATION) {
    const from = thresholds[key];
    if (step < 0 ? from <= limit : from >= limit) continue;
    // Thousandths: 0.6 - 0.05 - 0.05 must be 0.5.
    const to = Math.round((from + step) * 1000) / 1000;
    looser[key] = step < 0 ? Math.max(limit, to) : Math.min(limit, to);
    changed = true;
  }
  return changed ? looser : null;
}
