import { type Graph, once, type Value } from '../graph.ts';
import { add } from '../ops/add.ts';
import { cast } from '../ops/cast.ts';
import { matMul } from '../ops/mat-mul.ts';
import { mul } from '../ops/mul.ts';
import { reduceSum } from '../ops/reduce.ts';
import { softmax } from '../ops/softmax.ts';
import { sub } from '../ops/sub.ts';
import { swapLastTwo } from '../ops/transpose.ts';
import { dropout } from './dropout.ts';

export interface AttentionInputs {
  /** [B, A, T, d] each. */
  query: Value;
  key: Value;
  value: Value;
  /** 1/sqrt(d), as a number. */
  scale: number;
  /** Added to the scaled scores, broadcast to [B, A, T, T]: position bias and mask in one. */
  bias?: Value | null;
  /** Dropout mask of the probabilities [B, A, T, T]: 0 or 1/(1-p). */
  mask?: Value | null;
  /**
   * Matrix products in float16, forward and backward. Softmax, bias and all sums stay float32; the probabilities are dropped,
   * and kept for the backward pass, as float16.
   */
  inFloat16?: boolean;
}

/**
 * Scaled dot-product attention softmax(scale Q K^T + bias) V -> [B, A, T, d], as one step with a gradient
 * rule of its own:
 *
 * - the scale is folded into Q, so no pass over [T, T] is spent on it;
 * - only [T, d] tensors are transposed: dV = (dO^T P)^T, dK = (Q^T dS)^T;
 * - softmax needs rowsum(dP * P), which equals rowsum(dO * O): [T, d] work instead of [T, T]
 *   (Dao et al., FlashAttention, appendix B). With dropout P' = P * M it still holds, because
 *   rowsum(dP * P) = rowsum((dO V^T * M) * P) = rowsum(dO V^T * P') = rowsum(dO * (P' V)).
 */
export function attention(g: Graph, inputs: AttentionInputs): Value {
  const { query, key, value, scale, bias, mask, inFloat16 } = inputs;
  /** An operand of a product, and a product's result: what they are where products are float32. */
  const narrow = (x: Value) => (inFloat16 ? cast(g, x, 'float16') : x);
  const wide = (x: Value) => cast(g, x, query.dtype);
  const saved: Partial<Record<'scaled' | 'k' | 'v' | 'probabilities' | 'product', Value>> = {};
  return g.composite({
    name: 'Attention',
    inputs: [query, key, value, ...(bias ? [bias] : []), ...(mask ? [mask] : [])],
    build() {
      // Before the probabilities, so that ONNX Runtime does not cast the masks of all layers first (cost.ts, executionOrder).
      const kept = mask && narrow(mask);
      const scaled = narrow(mul(g, query, scale));
      const [k, v] = [narrow(key), narrow(value)];
      const scores = wide(matMul(g, scaled, swapLastTwo(g, k)));
      // The product reads what is kept: ONNX Runtime would put off a cast that only the backward pass needs, and keep both.
      const probabilities = narrow(softmax(g, bias ? add(g, scores, bias) : scores));
      const product = matMul(g, dropout(g, probabilities, kept), v);
      Object.assign(saved, { scaled, k, v, probabilities, product });
      return wide(product);
    },
    backward({ dY: dO }) {
      const { scaled, k, v, probabilities, product } = saved as Required<typeof saved>;
      const dONarrow = once(() => narrow(dO));
      const dScores = once(() => {
        const rows = reduceSum(g, mul(g, dO, wide(product)), [-1], true);
        const dP = dropout(g, wide(matMul(g, dONarrow(), swapLastTwo(g, v))), mask);
        return mul(g, wide(probabilities), sub(g, dP, rows));
      });
      const dScoresNarrow = once(() => narrow(dScores()));
      // Dropped again rather than kept: one pass over [T, T] a layer buys 1.4 GB at base size, batch 2.
      const dropped = () => dropout(g, probabilities, mask && narrow(mask));
      return [
        () => mul(g, wide(matMul(g, dScoresNarrow(), k)), scale),
        () => wide(swapLastTwo(g, matMul(g, swapLastTwo(g, scaled), dScoresNarrow()))),
        () => wide(swapLastTwo(g, matMul(g, swapLastTwo(g, dONarrow()), dropped()))),
        ...(bias ? [dScores] : []),
        ...(mask ? [null] : []),
      ];
    },
  });
}
