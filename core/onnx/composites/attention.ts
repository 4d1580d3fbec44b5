import { type Graph, once, type Value } from '../graph.ts';
import { add } from '../ops/add.ts';
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
export function attention(g: Graph, { query, key, value, scale, bias, mask }: AttentionInputs): Value {
  const saved: { scaled?: Value; probabilities?: Value } = {};
  const inputs = [query, key, value, ...(bias ? [bias] : []), ...(mask ? [mask] : [])];
  return g.composite({
    name: 'Attention',
    inputs,
    build() {
      const scaled = mul(g, query, scale);
      const scores = matMul(g, scaled, swapLastTwo(g, key));
      const probabilities = softmax(g, bias ? add(g, scores, bias) : scores);
      const dropped = dropout(g, probabilities, mask);
      Object.assign(saved, { scaled, probabilities });
      return matMul(g, dropped, value);
    },
    backward({ outputs: [o], dY: dO }) {
      const { scaled, probabilities } = saved as Required<typeof saved>;
      const dScores = once(() => {
        const rows = reduceSum(g, mul(g, dO, o!), [-1], true);
        const dP = dropout(g, matMul(g, dO, swapLastTwo(g, value)), mask);
        return mul(g, probabilities, sub(g, dP, rows));
      });
      return [
        () => mul(g, matMul(g, dScores(), key), scale),
        () => swapLastTwo(g, matMul(g, swapLastTwo(g, scaled), dScores())),
        // Dropped again rather than kept: one pass over [T, T] a layer buys 1.4 GB at base size, batch 2.
        () => swapLastTwo(g, matMul(g, swapLastTwo(g, dO), dropout(g, probabilities, mask))),
        ...(bias ? [dScores] : []),
        ...(mask ? [null] : []),
      ];
    },
  });
}
