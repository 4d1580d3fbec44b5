import { LabelMap, type OwnLabelStyles } from '../labels/labels.ts';
import type { Page } from '../page/page.ts';
import { describeLines, groupRecipes } from './groups.ts';
import { pixelBox } from './parts.ts';
import { labelMapHash, type PredictedToken, type Predictions } from './predictions.ts';
import { argMax } from './word-probabilities.ts';

export interface ModelIdentity {
  readonly name: string;
  readonly dir: string;
}

/** Six digits: beyond float32's own, and short in a file. */
const rounded = (p: number) => Math.min(1, Math.round(p * 1e6) / 1e6);

/**
 * The predictions record of one page.
 * @param probabilities [words, labels]
 * @param lines word indices of each line, in reading order
 */
export function assemblePredictions(
  page: Page,
  probabilities: Float64Array,
  lines: readonly (readonly number[])[],
  labelMap: LabelMap,
  model: ModelIdentity,
  withProbs: boolean,
): Predictions {
  const classes = labelMap.size;
  const tokens = page.words.map((text, index): PredictedToken => {
    const at = index * classes;
    const id = argMax(probabilities, at, classes);
    const probs = () =>
      Object.fromEntries(labelMap.names.map((name, c) => [name, rounded(probabilities[at + c])]));
    return {
      index,
      text,
      bbox: page.bboxes[index],
      bbox_px: pixelBox(page.bboxes[index], page.width, page.height),
      pred_label: labelMap.names[id],
      pred_id: id,
      confidence: rounded(probabilities[at + id]),
      ...(withProbs ? { probs: probs() } : {}),
    };
  });
  const labelled = {
    words: page.words,
    bboxes: page.bboxes,
    width: page.width,
    height: page.height,
    labels: tokens.map((token) => token.pred_label),
    confidences: tokens.map((token) => token.confidence),
  };
  const grouped: Record<string, PredictedToken[]> = Object.fromEntries(labelMap.names.map((n) => [n, []]));
  for (const { probs: _, ...token } of tokens) grouped[token.pred_label].push(token);
  return {
    page_num: page.pageNum,
    image_path: page.imagePath,
    width: page.width,
    height: page.height,
    tokens,
    grouped,
    label_map: labelMap.toId2Label(),
    label_map_hash: labelMapHash(labelMap),
    ...(labelMap.equals(LabelMap.default) ? {} : { label_styles: stylesOf(labelMap) }),
    model,
    lines: describeLines(labelled, lines),
    groups: groupRecipes(labelled, lines),
  };
}

/** How the labels of a set that is not Galley's are drawn, so that every picture of them is alike. */
const stylesOf = (labelMap: LabelMap): OwnLabelStyles =>
  Object.fromEntries(
    labelMap.names.map((name, id) => {
      const { key: _, ...style } = labelMap.styleOf(id);
      return [name, style];
    }),
  );
