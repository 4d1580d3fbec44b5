import { createHash } from 'node:crypto';
import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson, writeFileWhole } from '../files/files.ts';
import type { LabelMap } from '../labels/labels.ts';
import { BOX_SCALE } from '../page/page.ts';

/** x0, y0, x1, y1 in 0..1000 of the page. */
const box = z.tuple([z.number(), z.number(), z.number(), z.number()]).readonly();
const unit = z.number().min(0).max(1);
const wordIndices = z.array(z.int().min(0));

const labelStyles = z.record(
  z.string(),
  z.object({
    colour: z
      .string()
      .regex(/^#[0-9a-f]{6}$/i)
      .optional(),
    letter: z.string().max(2).optional(),
    title: z.string().max(100).optional(),
    key: z.string().max(1).optional(),
  }),
);

export const predictedTokenSchema = z.object({
  /** Place in the page's words. */
  index: z.int().min(0).optional(),
  text: z.string(),
  /** 0..1000. */
  bbox: box,
  /** Pixels of a page of `width` x `height`. */
  bbox_px: box.optional(),
  pred_label: z.string(),
  pred_id: z.int().min(0),
  /** Softmax probability of the predicted label. */
  confidence: unit,
  /** Probability by label name; present with --with_probs. */
  probs: z.record(z.string(), unit).optional(),
});
export type PredictedToken = z.infer<typeof predictedTokenSchema>;

/** A run of words: a title, one ingredient line, one paragraph of directions, one time. */
export const partSchema = z.object({
  word_indices: wordIndices,
  text: z.string(),
  bbox: box,
  bbox_px: box,
  /** Mean over the words of the part. */
  confidence: unit,
});
export type Part = z.infer<typeof partSchema>;

export const predictedLineSchema = partSchema.extend({
  /** Label of most of its words; spans inside (TIME, TEMP, SERVINGS) count for the line they stand in. */
  label: z.string(),
});
export type PredictedLine = z.infer<typeof predictedLineSchema>;

/** One recipe, or what of it stands on this page: what AI Parse View shows. */
export const recipeSchema = z.object({
  title: partSchema.nullable(),
  ingredients: z.array(partSchema),
  steps: z.array(partSchema),
  times: z.array(partSchema),
  temperatures: z.array(partSchema),
  servings: z.array(partSchema),
  /** True when the page opens in the midst of it: no title before its first words. */
  continued: z.boolean(),
  word_indices: wordIndices,
  bbox: box,
  bbox_px: box,
  confidence: unit,
});
export type Recipe = z.infer<typeof recipeSchema>;

export const predictionsSchema = z.object({
  page_num: z.int(),
  image_path: z.string().nullable(),
  /** Page size in pixels. */
  width: z.number().positive(),
  height: z.number().positive(),
  tokens: z.array(predictedTokenSchema),
  /** The tokens by label, each list in page order. */
  grouped: z.record(z.string(), z.array(predictedTokenSchema)),
  /** Label name by id. */
  label_map: z.record(z.string(), z.string()),
  /** {@link labelMapHash} of `label_map`. */
  label_map_hash: z.string(),
  /** Colours and letters of a label set of its own, by label name. */
  label_styles: labelStyles.optional(),
  model: z.object({ name: z.string(), dir: z.string() }),
  lines: z.array(predictedLineSchema),
  groups: z.array(recipeSchema),
});
/** Predictions of one page as written by `galley predict`. */
export type Predictions = z.infer<typeof predictionsSchema>;

/** What drawing needs of a predictions file; files of the original Python project have no more than this. */
const minimalSchema = z.looseObject({
  page_num: z.int(),
  image_path: z.string().nullish(),
  width: z.number().positive().optional(),
  height: z.number().positive().optional(),
  tokens: z.array(predictedTokenSchema),
  label_map: z.record(z.string(), z.string()),
  label_map_hash: z.string().optional(),
  label_styles: labelStyles.optional(),
  model: z.object({ name: z.string(), dir: z.string() }).optional(),
  lines: z.array(predictedLineSchema).optional(),
  groups: z.array(recipeSchema).optional(),
});
export type MinimalPredictions = z.infer<typeof minimalSchema>;

/** First 16 hexadecimal digits of the SHA-256 of the names by id: equal for equal label maps. */
export function labelMapHash(labelMap: Pick<LabelMap, 'names'>): string {
  return createHash('sha256').update(JSON.stringify(labelMap.names)).digest('hex').slice(0, 16);
}

/** Predicted label ids, one per word. */
export const predictedIds = (predictions: Pick<Predictions, 'tokens'>): number[] =>
  predictions.tokens.map((token) => token.pred_id);

/** Writes indented JSON, lists of numbers on one line each, whole or not at all. */
export function writePredictions(path: string, predictions: Predictions): Promise<void> {
  const text = JSON.stringify(predictions, null, 2);
  const compact = text.replace(/\[\n\s+(-?[\d.e+-]+(?:,\n\s+-?[\d.e+-]+)*)\n\s+\]/g, (_, numbers: string) => {
    return `[${numbers.replace(/\s+/g, ' ')}]`;
  });
  return writeFileWhole(path, `${compact}\n`);
}

/**
 * Reads a predictions file, Galley's or the original project's.
 * @throws GalleyError `not-found`, `damaged` (not JSON), `invalid-data` naming the field or the word
 */
export async function readPredictions(path: string): Promise<MinimalPredictions> {
  const parsed = minimalSchema.safeParse(await readJson(path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new GalleyError('invalid-data', `${issue.path.join('.') || 'the file'}: ${issue.message}`, {
      where: path,
      hint: 'expected a predictions file written by galley predict',
    });
  }
  for (const [i, { bbox, text, pred_label, pred_id }] of parsed.data.tokens.entries()) {
    const at = `word ${i} ("${text}")`;
    if (bbox.some((v) => !(v >= 0 && v <= BOX_SCALE)) || bbox[0] > bbox[2] || bbox[1] > bbox[3])
      throw new GalleyError(
        'invalid-data',
        `${at}: box [${bbox.join(', ')}] is inverted or outside 0..${BOX_SCALE}`,
        { where: path },
      );
    const name = parsed.data.label_map[String(pred_id)];
    if (name !== pred_label)
      throw new GalleyError(
        'mismatch',
        `${at}: pred_id ${pred_id} is ${name ?? 'not in label_map'}, pred_label says ${pred_label}`,
        { where: path },
      );
  }
  return parsed.data;
}
