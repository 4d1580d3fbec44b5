import fc from 'fast-check';
import { describe, it } from 'vitest';
import { createSession } from '../runtime/session.ts';
import type { Graph, Value } from './graph.ts';
import * as ops from './ops/index.ts';
import { checkGradient } from './testing/check-gradient.ts';

/** One step of a random graph over values that broadcast to [2, 3]; bounded, so that quotients stay accurate. */
const STEPS: ((g: Graph, a: Value, b: Value, w: Value) => Value)[] = [
  (g, a, b) => ops.tanh(g, ops.add(g, a, b)),
  (g, a, b) => ops.tanh(g, ops.sub(g, a, b)),
  (g, a, b) => ops.tanh(g, ops.mul(g, a, b)),
  (g, a, b) => ops.softmax(g, ops.add(g, a, b)),
  (g, a, b) => ops.reduceMean(g, ops.mul(g, a, b), [-1], true),
  (g, a, b) => ops.reduceSum(g, ops.tanh(g, ops.add(g, b, a)), [0], true),
  (g, a) => ops.tanh(g, ops.neg(g, ops.slice(g, a, -1, 0, 1))),
  (g, a, b, w) => ops.tanh(g, ops.linear(g, full(g, ops.add(g, a, b)), w)),
  (g, a, b, w) =>
    ops.tanh(g, ops.matMul(g, full(g, a), ops.swapLastTwo(g, ops.add(g, w, b.shape.length === 1 ? b : 0)))),
  (g, a, b) => ops.slice(g, ops.concat(g, [full(g, a), full(g, b)], 1), 1, 2, 5),
  (g, a, b) =>
    ops.reshape(g, ops.transpose(g, ops.expand(g, full(g, ops.mul(g, a, b)), [2, 3]), [1, 0]), [2, 3]),
  (g, a, b) => ops.where(g, ops.greater(g, g.constant(Float32Array.of(1, -1, 1)), 0), full(g, a), b),
  (g, a) => ops.gather(g, full(g, a), g.int64([1, 1])),
];
const full = (g: Graph, x: Value) => ops.add(g, x, g.constant(new Float32Array(6), [2, 3]));

describe('random graphs', () => {
  it('have the gradients that difference quotients give', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(STEPS.length - 1), fc.nat(), fc.nat()), { minLength: 3, maxLength: 9 }),
        fc.nat(1000),
        (steps, seed) =>
          checkGradient((model) => createSession(model, { purpose: 'training', threads: 1 }), {
            inputs: {
              x: { shape: [2, 3] },
              row: { shape: [3] },
              column: { shape: [2, 1] },
              w: { shape: [3, 3] },
            },
            build(g, { x, row, column, w }) {
              const made = [x!, row!, column!];
              // Steps read what earlier ones made, some of it many times, some never.
              for (const [kind, i, j] of steps)
                made.push(STEPS[kind]!(g, made[i % made.length]!, made[j % made.length]!, w!));
              const all = made.reduce((sum, v) => ops.add(g, sum, v));
              return ops.add(g, all, ops.linear(g, ops.tanh(g, all), w!));
            },
            seed,
            // Deep compositions bend sharply: a smaller step, paid for with rounding.
            step: 0.005,
            tolerance: 5e-3,
          }),
      ),
      { numRuns: 25 },
    ));
});
