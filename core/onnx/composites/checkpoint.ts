import { backwardFrom } from '../gradient.ts';
import { type Graph, once, type Value } from '../graph.ts';
import { add } from '../ops/add.ts';
import { mul } from '../ops/mul.ts';
import { reshape } from '../ops/reshape.ts';
import { slice } from '../ops/slice.ts';

/**
 * Activation checkpointing (Chen et al. 2016): `build(x)` as one step of which only `x` is kept for the backward pass,
 * which builds it once more. Costs one more forward pass of this part; the gradients are the same numbers, because
 * the same operators run on the same values.
 *
 * ONNX Runtime runs a node when it likes. The second forward pass must wait until the backward pass arrives, and that
 * one must have finished with the part behind it: so the repeated `x` is x + 0 * (an element of the arriving gradient,
 * and of every gradient of `after`), which changes nothing but the order. A value that is not finite there makes this
 * part's gradients not finite as well; such a step is left out anyway.
 * @param x the one value whose memory is kept; everything else that `build` reads must be fed (parameters, masks)
 * or be alive anyway (the attention bias)
 * @param after where this part's gradients are noted, and the gradients that must be done before; shared by a stack of parts
 */
export function checkpoint(
  g: Graph,
  x: Value,
  build: (x: Value) => Value,
  after: { gradients: readonly Value[] },
): Value {
  const inputs: Value[] = [x];
  return g.composite({
    name: 'Checkpoint',
    inputs,
    build() {
      const first = g.nodes.length;
      const y = build(x);
      // What it read from outside is known only now.
      const own = new Set(g.nodes.slice(first).flatMap((node) => node.outputs));
      for (const node of g.nodes.slice(first))
        for (const value of node.inputs)
          if (value && value.kind !== 'initializer' && !own.has(value) && !inputs.includes(value))
            inputs.push(value);
      return y;
    },
    backward({ dY, towards }) {
      const asked = inputs.filter((value) => towards.has(value));
      const found = once(() => {
        const begin = [dY, ...after.gradients]
          .map((value) => firstElement(g, value))
          .reduce((sum, one) => add(g, sum, one));
        const again = add(g, x, mul(g, begin, 0));
        const from = g.tape.length;
        const y = g.scope('again', () => build(again));
        const gradients = backwardFrom(
          g,
          g.tape.slice(from),
          y,
          dY,
          asked.map((value) => (value === x ? again : value)),
        );
        after.gradients = [...gradients.values()];
        const ofX = gradients.get(again);
        if (ofX) gradients.set(x, ofX);
        return gradients;
      });
      return inputs.map((value) => () => found().get(value)!);
    },
  });
}

/** [] */
function firstElement(g: Graph, value: Value): Value {
  let one = reshape(g, value, [-1]);
  one = slice(g, one, 0, 0, 1);
  return reshape(g, one, []);
}
