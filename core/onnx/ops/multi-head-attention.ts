import { type Graph, never, type Operand, type Operator, type Value } from '../graph.ts';
import { sameShape } from '../shape.ts';
import { graphError, onlyFloat, sameDType, show } from './rules.ts';

type MultiHeadAttributes = { num_heads: number; scale: number };

/**
 * ONNX Runtime's own attention in one kernel (com.microsoft, docs/ContribOperators.md there).
 * Inputs query [B, Q, H], key and value [B, N, H], bias of their three projections [3 H] or none, key padding mask (never used
 * here), attention bias [B or 1, A, Q, N] or none.
 */
export const multiHeadAttentionOperator: Operator<MultiHeadAttributes> = {
  name: 'MultiHeadAttention',
  domain: 'com.microsoft',
  attributes: { num_heads: 'int', scale: 'float' },
  infer(inputs, { num_heads: heads }) {
    const [query, key, value, bias, mask, scores] = inputs as (Operand | null | undefined)[];
    if (!query || !key || !value || mask)
      throw graphError('MultiHeadAttention', 'expected query, key and value');
    onlyFloat('MultiHeadAttention', query);
    for (const x of [key, value]) {
      sameDType('MultiHeadAttention', query, x);
      if (x.shape.length !== 3 || query.shape.length !== 3 || x.shape[2] !== query.shape[2])
        throw graphError('MultiHeadAttention', `${show(query)} and ${show(x)} do not fit`);
    }
    if (!sameShape(key.shape, value.shape))
      throw graphError('MultiHeadAttention', `${show(key)} and ${show(value)} do not fit`);
    const hidden = query.shape[2];
    if (typeof hidden !== 'number' || hidden % heads !== 0)
      throw graphError('MultiHeadAttention', `${show(query)} does not part into ${heads} heads`);
    if (bias && !sameShape(bias.shape, [3 * hidden]))
      throw graphError('MultiHeadAttention', `${show(bias)}: expected [${3 * hidden}]`);
    if (scores && !sameShape(scores.shape.slice(1), [heads, query.shape[1]!, key.shape[1]!]))
      throw graphError('MultiHeadAttention', `${show(scores)} does not fit the scores`);
    return [{ dtype: query.dtype, shape: query.shape }];
  },
  gradient: never('it is for inference; the composite `attention` has a gradient'),
};

export interface MultiHeadInputs {
  /** [B, Q, H]; key and value [B, N, H]. */
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  /** Biases of the three projections one after the other [3 H], where they are not added yet. */
  readonly projectionBias: Value | null;
  /** Added to the scaled scores: [B or 1, A, Q, N]. */
  readonly attentionBias: Value;
}

/** softmax(scale Q K^T + bias) V of `heads` heads side by side -> [B, Q, H]. */
export const multiHeadAttention = (
  g: Graph,
  { query, key, value, projectionBias, attentionBias }: MultiHeadInputs,
  heads: number,
  scale: number,
): Value =>
  g.apply(multiHeadAttentionOperator, [query, key, value, projectionBias, null, attentionBias], {
    num_heads: heads,
    scale,
  })[0]!;
