import type { Operator } from './graph.ts';
import { absOperator } from './ops/abs.ts';
import { addOperator } from './ops/add.ts';
import { argMaxOperator } from './ops/arg-max.ts';
import { castOperator } from './ops/cast.ts';
import {
  andOperator,
  equalOperator,
  greaterOperator,
  greaterOrEqualOperator,
  lessOperator,
} from './ops/compare.ts';
import { concatOperator } from './ops/concat.ts';
import { cumSumOperator } from './ops/cum-sum.ts';
import { divOperator } from './ops/div.ts';
import { erfOperator } from './ops/erf.ts';
import { expOperator } from './ops/exp.ts';
import { expandOperator } from './ops/expand.ts';
import { gatherOperator } from './ops/gather.ts';
import { geluOperator } from './ops/gelu.ts';
import { gemmOperator } from './ops/gemm.ts';
import { identityOperator } from './ops/identity.ts';
import { layerNormalizationOperator } from './ops/layer-normalization.ts';
import { logOperator } from './ops/log.ts';
import { logSoftmaxOperator } from './ops/log-softmax.ts';
import { loopOperator } from './ops/loop.ts';
import { matMulOperator } from './ops/mat-mul.ts';
import { maxOperator } from './ops/max.ts';
import { minOperator } from './ops/min.ts';
import { mulOperator } from './ops/mul.ts';
import { multiHeadAttentionOperator } from './ops/multi-head-attention.ts';
import { negOperator } from './ops/neg.ts';
import { notOperator } from './ops/not.ts';
import { padOperator } from './ops/pad.ts';
import {
  dynamicQuantizeLinearOperator,
  matMulIntegerOperator,
  matMulIntegerToFloatOperator,
  quantizeLinearOperator,
} from './ops/quantized.ts';
import { rangeOperator } from './ops/range.ts';
import { reduceMaxOperator, reduceMeanOperator, reduceSumOperator } from './ops/reduce.ts';
import { reshapeOperator } from './ops/reshape.ts';
import { scatterElementsOperator } from './ops/scatter-elements.ts';
import { shapeOperator } from './ops/shape-of.ts';
import { sliceOperator } from './ops/slice.ts';
import { softmaxOperator } from './ops/softmax.ts';
import { sqrtOperator } from './ops/sqrt.ts';
import { squeezeOperator, unsqueezeOperator } from './ops/squeeze.ts';
import { subOperator } from './ops/sub.ts';
import { tanhOperator } from './ops/tanh.ts';
import { transposeOperator } from './ops/transpose.ts';
import { whereOperator } from './ops/where.ts';

const all: readonly Operator[] = [
  absOperator,
  addOperator,
  andOperator,
  argMaxOperator,
  castOperator,
  concatOperator,
  cumSumOperator,
  divOperator,
  dynamicQuantizeLinearOperator,
  equalOperator,
  erfOperator,
  expOperator,
  expandOperator,
  gatherOperator,
  geluOperator,
  gemmOperator,
  greaterOperator,
  greaterOrEqualOperator,
  identityOperator,
  layerNormalizationOperator,
  lessOperator,
  logOperator,
  logSoftmaxOperator,
  loopOperator as unknown as Operator,
  matMulOperator,
  matMulIntegerOperator,
  matMulIntegerToFloatOperator,
  maxOperator,
  minOperator,
  mulOperator,
  multiHeadAttentionOperator,
  negOperator,
  notOperator,
  padOperator,
  quantizeLinearOperator,
  rangeOperator,
  reduceMaxOperator,
  reduceMeanOperator,
  reduceSumOperator,
  reshapeOperator,
  scatterElementsOperator,
  shapeOperator,
  sliceOperator,
  softmaxOperator,
  sqrtOperator,
  squeezeOperator,
  subOperator,
  tanhOperator,
  transposeOperator,
  unsqueezeOperator,
  whereOperator,
];

/** Every operator a graph of ours may hold, by ONNX name. The verifier knows no others. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(all.map((o) => [o.name, o]));
