import { GalleyError } from '../errors/galley-error.ts';
import type { Graph, Value } from './graph.ts';
import { reduceSum } from './ops/reduce.ts';
import { reshape } from './ops/reshape.ts';
import { formatShape, type Shape, sameShape } from './shape.ts';

/**
 * Sums a gradient over the axes along which its value was repeated: new leading axes, and axes where
 * `shape` has length 1. Throws GalleyError `graph` where the shapes are not related by broadcasting.
 */
export function unbroadcast(g: Graph, gradient: Value, shape: Shape, what: string): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const lead = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((d, i) => (i < lead || (shape[i - lead] === 1 && d !== 1) ? [i] : []));
  const related = gradient.shape.every((d, i) => i < lead || d === shape[i - lead] || shape[i - lead] === 1);
  if (lead < 0 || !related || axes.length === 0)
    throw new GalleyError(
      'graph',
      `${what}: expected shape ${formatShape(shape)}, found ${formatShape(gradient.shape)}`,
    );
  const reduced = reduceSum(g, gradient, axes);
  return reshape(g, reduced, shape);
}
