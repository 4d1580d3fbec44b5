import { type Graph, once, type Value } from '../graph.ts';
import { div } from '../ops/div.ts';
import { exp } from '../ops/exp.ts';
import { log } from '../ops/log.ts';
import { mul } from '../ops/mul.ts';
import { reduceMax, reduceSum } from '../ops/reduce.ts';
import { graphError, show } from '../ops/rules.ts';
import { sub } from '../ops/sub.ts';
import { sameShape } from '../shape.ts';

/**
 * Cross-entropy as a scalar: logits [R, C], targets [R, C] fed as one-hot rows already divided by the
 * number of labelled rows, all zeros where a row has no label. No integers in the graph, and a row of
 * zeros costs and teaches nothing. Gradient: softmax(logits) * rowsum(targets) - targets.
 */
export function crossEntropy(g: Graph, logits: Value, targets: Value): Value {
  if (logits.shape.length !== 2 || !sameShape(logits.shape, targets.shape))
    throw graphError('crossEntropy', `${show(logits)} and ${show(targets)} must have one shape [R, C]`);
  const saved: { powers?: Value; total?: Value } = {};
  return g.composite({
    name: 'CrossEntropy',
    inputs: [logits, targets],
    build() {
      const shifted = sub(g, logits, reduceMax(g, logits, [1], true));
      const powers = exp(g, shifted);
      const total = reduceSum(g, powers, [1], true);
      Object.assign(saved, { powers, total });
      return reduceSum(g, mul(g, targets, sub(g, log(g, total), shifted)), [0, 1]);
    },
    backward({ dY }) {
      const { powers, total } = saved as Required<typeof saved>;
      const probabilities = once(() => div(g, powers, total));
      return [
        () => mul(g, sub(g, mul(g, probabilities(), reduceSum(g, targets, [1], true)), targets), dY),
        null,
      ];
    },
  });
}
