import type { Thresholds } from '../../../core/workbench/contract.ts';
import { formatNumber, formatShare, t } from '../../messages/index.ts';

export interface ThresholdScale {
  readonly key: keyof Thresholds;
  readonly bound: 'least' | 'most';
  readonly max: number;
  readonly step: number;
  readonly share: boolean;
}

/** The thresholds in the order of the waterfall, with the range of their sliders. */
export const THRESHOLDS: readonly ThresholdScale[] = [
  { key: 'minTitleLines', bound: 'least', max: 5, step: 1, share: false },
  { key: 'minIngredientLines', bound: 'least', max: 12, step: 1, share: false },
  { key: 'minInstructionLines', bound: 'least', max: 12, step: 1, share: false },
  { key: 'minMeanConfidence', bound: 'least', max: 1, step: 0.01, share: true },
  { key: 'maxOutsideRatio', bound: 'most', max: 1, step: 0.01, share: true },
  { key: 'minTokens', bound: 'least', max: 400, step: 10, share: false },
  { key: 'minLabelledRatio', bound: 'least', max: 0.5, step: 0.005, share: true },
  { key: 'maxTitleShare', bound: 'most', max: 1, step: 0.01, share: true },
];

/** "at least 60 %", "at most 92 %". */
export function thresholdText({ share, bound }: ThresholdScale, value: number): string {
  const shown = share
    ? value * 100 === Math.round(value * 100)
      ? formatShare(value)
      : percent(value)
    : formatNumber(value);
  return t(`highconf.value.${bound}`, { value: shown });
}

const percent = (value: number) => `${Number((value * 100).toFixed(1))} %`;

/** The thresholds in which one set differs from another. */
export function changedThresholds(from: Thresholds, to: Thresholds): ThresholdScale[] {
  return THRESHOLDS.filter(({ key }) => Math.abs(from[key] - to[key]) > 1e-9);
}
