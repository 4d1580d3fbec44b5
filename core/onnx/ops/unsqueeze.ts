import type { Graph, Value } from '../graph.ts';
import { normalizeAxis } from '../shape.ts';
import { reshapeAxes } from './squeeze.ts';

/** New axes of length 1; `axes` count in the result. */
export function unsqueeze(g: Graph, x: Value, axes: readonly number[]): Value {
  const rank = x.shape.length + axes.length;
  const fresh = axes.map((a) => normalizeAxis(a, rank, 'Unsqueeze'));
  return reshapeAxes(g, 'Unsqueeze', x, fresh);
}
