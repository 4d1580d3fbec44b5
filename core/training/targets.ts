import { IGNORED_LABEL } from '../encoding/windows.ts';
import type { Example } from './examples.ts';

export interface TargetOptions {
  readonly labels: number;
  /** Share of each target spread evenly over all labels (label_smoothing_factor). */
  readonly smoothing: number;
  /** Weight of each label in the loss; null: all alike. */
  readonly labelWeights: readonly number[] | null;
}

/** A rare label counts at most this many times as much as the commonest. */
const LARGEST_LABEL_WEIGHT = 10;

/** (commonest count / own count) ^ power for each label, at most 10; a label that never occurs gets 1. */
export function labelWeights(counts: readonly number[], power: number): number[] | null {
  if (power === 0) return null;
  const most = Math.max(...counts);
  return counts.map((n) => (n === 0 ? 1 : Math.min(LARGEST_LABEL_WEIGHT, (most / n) ** power)));
}

/**
 * Fills the targets [B * T, C] of one batch: a distribution over the labels at every labelled position, scaled so
 * that all of them add up to `share`, zeros elsewhere. With equal weights and no smoothing the loss is the mean
 * cross-entropy over labelled positions, times `share`.
 */
export function fillTargets(
  examples: readonly Example[],
  textLength: number,
  options: TargetOptions,
  share: number,
  into: Float32Array,
): void {
  const { labels: classes, smoothing } = options;
  into.fill(0);
  let total = 0;
  for (const example of examples)
    for (let i = 0; i < example.window.length; i++) total += weightOf(example, i, options);
  if (total === 0) return;
  for (const [row, example] of examples.entries())
    for (let i = 0; i < example.window.length; i++) {
      const weight = (weightOf(example, i, options) * share) / total;
      if (weight === 0) continue;
      const at = (row * textLength + i) * classes;
      for (let c = 0; c < classes; c++) into[at + c] = (weight * smoothing) / classes;
      into[at + example.window.labels[i]] += weight * (1 - smoothing);
    }
}

function weightOf({ window, weights }: Example, position: number, options: TargetOptions): number {
  const label = window.labels[position];
  if (label === IGNORED_LABEL) return 0;
  return (weights?.[position] ?? 1) * (options.labelWeights?.[label] ?? 1);
}
