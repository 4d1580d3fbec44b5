import { z } from 'zod';

const relativeId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'an id, never a path');
const pageNum = z.int().min(0);
const score = z.number().min(0).max(1);
const scores = z.object({ precision: score, recall: score, f1: score });
const verdict = z.enum(['better', 'worse', 'same', 'not in these pages']);
const goldCount = z.object({ pages: z.int(), words: z.int() });
const gold = z.object({ train: goldCount, validation: goldCount });
const words = z.array(z.int().min(0)).max(100_000);

/** comparison.json of a retraining (core/experiment), without the paths. */
export const comparisonSchema = z.object({
  /** weak: no page kept aside has gold labels, so the dataset's own labels stood in. */
  reference: z.enum(['gold', 'weak']),
  gold,
  /** Pages compared on that the last model had learned from; null where nobody knows. */
  learned_before: z.array(pageNum).nullable(),
  pages: z.int(),
  words: z.int(),
  macro_f1: z.object({ before: score, after: score, verdict }),
  accuracy: z.object({ before: score, after: score }),
  labels: z.array(z.object({ label: z.string(), support: z.int(), before: scores, after: scores, verdict })),
  /** Best first. */
  changed_pages: z.array(
    z.object({
      page_num: pageNum,
      words: z.int(),
      mended: z.int(),
      spoilt: z.int(),
      mended_words: words.default([]),
      spoilt_words: words.default([]),
    }),
  ),
});
export type Comparison = z.output<typeof comparisonSchema>;

/** What a person may choose for a retraining; all else is as the last model was trained. */
export const retrainChoicesSchema = z
  .object({
    model: relativeId.optional(),
    num_train_epochs: z.number().positive().max(1000).optional(),
    max_steps: z.int().min(-1).max(1_000_000).optional(),
  })
  .strict();

export const retrainCallsContract = {
  /** What a retraining would learn from, be held against and cost. */
  'retrain.plan': {
    input: retrainChoicesSchema,
    output: z.object({
      model: z.string(),
      epochs: z.number(),
      reference: z.enum(['gold', 'weak']),
      gold,
      learned_before: z.array(pageNum).nullable(),
      /** Pages both models are compared on. */
      pages: z.int(),
      steps: z.int(),
      seconds: z.number().nullable(),
    }),
  },
  /**
   * The round trip: gold labels into a dataset of the run's own, Stage B on from the last model, both models held against
   * the pages kept aside.
   */
  'retrain.start': { input: retrainChoicesSchema, output: z.object({ jobId: relativeId }) },
  'runs.comparison': {
    input: z.object({ runId: relativeId }),
    output: z.object({ comparison: comparisonSchema.nullable() }),
  },
} as const;
