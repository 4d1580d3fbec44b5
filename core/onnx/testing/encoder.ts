import type { Graph, Value } from '../graph.ts';
import * as ops from '../ops/index.ts';

export interface EncoderSize {
  readonly layers: number;
  readonly batch: number;
  readonly length: number;
  readonly hidden: number;
  readonly heads: number;
  readonly inner: number;
  readonly dropout: boolean;
}

/** Everything an {@link encoder} is fed, by name: `x`, `bias`, parameters and dropout masks. */
export function encoderShapes(size: EncoderSize): {
  parameters: Record<string, readonly number[]>;
  masks: Record<string, readonly number[]>;
} {
  const { layers, batch, length, hidden, heads, inner } = size;
  const parameters: Record<string, readonly number[]> = {};
  const masks: Record<string, readonly number[]> = {};
  for (let i = 0; i < layers; i++) {
    const p = (name: string) => `${i}.${name}`;
    for (const role of ['query', 'key', 'value', 'out']) {
      parameters[p(`${role}.weight`)] = [hidden, hidden];
      parameters[p(`${role}.bias`)] = [hidden];
    }
    parameters[p('up.weight')] = [inner, hidden];
    parameters[p('up.bias')] = [inner];
    parameters[p('down.weight')] = [hidden, inner];
    parameters[p('down.bias')] = [hidden];
    for (const norm of ['norm1', 'norm2']) {
      parameters[p(`${norm}.scale`)] = [hidden];
      parameters[p(`${norm}.shift`)] = [hidden];
    }
    masks[p('mask.attention')] = [batch, heads, length, length];
    masks[p('mask.out')] = [batch, length, hidden];
    masks[p('mask.down')] = [batch, length, hidden];
  }
  return { parameters, masks: size.dropout ? masks : {} };
}

/**
 * Transformer layers with the LayerNorm behind the residual, as LayoutLMv3 has them: x [B, T, H], bias
 * broadcast to [B, A, T, T] -> [B, T, H]. Small enough to check whole, and what the benchmark measures.
 */
export function encoder(g: Graph, size: EncoderSize, feed: (name: string) => Value): Value {
  const { batch, length, hidden, heads } = size;
  let x = feed('x');
  for (let i = 0; i < size.layers; i++)
    x = g.scope(`layer.${i}`, () => {
      const f = (name: string) => feed(`${i}.${name}`);
      const mask = (name: string) => (size.dropout ? f(`mask.${name}`) : null);
      const dense = (v: Value, name: string) => ops.linear(g, v, f(`${name}.weight`), f(`${name}.bias`));
      const norm = (v: Value, name: string) =>
        ops.layerNorm(g, v, f(`${name}.scale`), f(`${name}.shift`), 1e-5);
      const split = (name: string) =>
        ops.transpose(
          g,
          ops.reshape(g, dense(x, name), [batch, length, heads, hidden / heads]),
          [0, 2, 1, 3],
        );
      const context = ops.attention(g, {
        query: split('query'),
        key: split('key'),
        value: split('value'),
        scale: 1 / Math.sqrt(hidden / heads),
        bias: feed('bias'),
        mask: mask('attention'),
      });
      const merged = ops.reshape(g, ops.transpose(g, context, [0, 2, 1, 3]), [batch, length, hidden]);
      const attended = norm(ops.add(g, ops.dropout(g, dense(merged, 'out'), mask('out')), x), 'norm1');
      const inner = dense(ops.gelu(g, dense(attended, 'up')), 'down');
      return norm(ops.add(g, ops.dropout(g, inner, mask('down')), attended), 'norm2');
    });
  return x;
}
