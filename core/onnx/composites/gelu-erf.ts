import type { Graph, Value } from '../graph.ts';
import { add } from '../ops/add.ts';
import { erf } from '../ops/erf.ts';
import { mul } from '../ops/mul.ts';

/** GELU from standard operators only, for models that other programs run: x/2 (1 + erf(x / sqrt(2))). */
export const geluErf = (g: Graph, x: Value): Value =>
  mul(g, mul(g, x, add(g, erf(g, mul(g, x, Math.SQRT1_2)), 1)), 0.5);
