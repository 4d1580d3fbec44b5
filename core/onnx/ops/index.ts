/** Every operator and composite under one name: `import * as ops from '../onnx/ops/index.ts'`. */
export { type AttentionInputs, attention } from '../composites/attention.ts';
export { checkpoint } from '../composites/checkpoint.ts';
export { crossEntropy } from '../composites/cross-entropy.ts';
export { dropout } from '../composites/dropout.ts';
export { embedding, largeEmbedding, type SharedRows } from '../composites/embedding.ts';
export { geluErf } from '../composites/gelu-erf.ts';
export { linear } from '../composites/linear.ts';
export { linear8, type RoundedRows, roundRows } from '../composites/linear8.ts';
export { type Halved, halfRows, linear16 } from '../composites/linear16.ts';
export { abs } from './abs.ts';
export { add } from './add.ts';
export { argMax } from './arg-max.ts';
export { cast } from './cast.ts';
export { and, equal, greater, greaterOrEqual, less } from './compare.ts';
export { concat } from './concat.ts';
export { constantOfShape } from './constant-of-shape.ts';
export { cumSum } from './cum-sum.ts';
export { div } from './div.ts';
export { erf } from './erf.ts';
export { exp } from './exp.ts';
export { expand } from './expand.ts';
export { gather } from './gather.ts';
export { gelu } from './gelu.ts';
export { gemm } from './gemm.ts';
export { identity } from './identity.ts';
export { layerNorm } from './layer-normalization.ts';
export { log } from './log.ts';
export { logSoftmax } from './log-softmax.ts';
export { type CarriedValue, type LoopStep, loop } from './loop.ts';
export { matMul } from './mat-mul.ts';
export { max } from './max.ts';
export { min } from './min.ts';
export { mul } from './mul.ts';
export { type MultiHeadInputs, multiHeadAttention } from './multi-head-attention.ts';
export { neg } from './neg.ts';
export { not } from './not.ts';
export { pad } from './pad.ts';
export {
  dynamicQuantize,
  type Quantized,
  type QuantizedWeight,
  quantizedLinear,
  quantizeWeight,
} from './quantized.ts';
export { range } from './range.ts';
export { reduceMax, reduceMean, reduceSum } from './reduce.ts';
export { reshape } from './reshape.ts';
export { scatterElementsAdd } from './scatter-elements.ts';
export { shapeOf } from './shape-of.ts';
export { slice, window } from './slice.ts';
export { softmax } from './softmax.ts';
export { sqrt } from './sqrt.ts';
export { squeeze } from './squeeze.ts';
export { sub } from './sub.ts';
export { tanh } from './tanh.ts';
export { swapLastTwo, transpose } from './transpose.ts';
export { unsqueeze } from './unsqueeze.ts';
export { where } from './where.ts';
