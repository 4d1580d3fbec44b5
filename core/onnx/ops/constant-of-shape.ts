import type { Graph, Value } from '../graph.ts';
import { formatShape, isStatic, type Shape } from '../shape.ts';
import { expand } from './expand.ts';
import { graphError } from './rules.ts';

/** One float32 everywhere in a static shape, made when the model runs and so not stored in it. */
export function constantOfShape(g: Graph, shape: Shape, value: number): Value {
  if (!isStatic(shape)) throw graphError('constantOfShape', `${formatShape(shape)} is not static`);
  return expand(g, g.scalar(value), shape);
}
