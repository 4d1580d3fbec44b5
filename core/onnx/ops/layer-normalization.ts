import { type Graph, type Operand, type Operator, once, rule, type Value } from '../graph.ts';
import { sameShape } from '../shape.ts';
import { mul } from './mul.ts';
import { reduceMean } from './reduce.ts';
import { graphError, onlyFloat, operands, sameDType, show } from './rules.ts';
import { sub } from './sub.ts';

/** Over the last axis. Outputs Y, Mean and InvStdDev; the gradient starts from the latter two. */
export const layerNormalizationOperator: Operator<{ axis: number; epsilon: number }> = {
  name: 'LayerNormalization',
  domain: '',
  attributes: { axis: 'int', epsilon: 'float' },
  infer(inputs, { axis }) {
    const [x, scale, bias] = operands('LayerNormalization', inputs, 3) as [Operand, Operand, Operand];
    onlyFloat('LayerNormalization', x);
    if (axis !== -1) throw graphError('LayerNormalization', `axis ${axis}: only the last axis is used`);
    for (const p of [scale, bias]) {
      sameDType('LayerNormalization', x, p);
      if (!sameShape(p.shape, x.shape.slice(-1)))
        throw graphError('LayerNormalization', `${show(p)} does not fit the last axis of ${show(x)}`);
    }
    const rows = { dtype: x.dtype, shape: [...x.shape.slice(0, -1), 1] };
    return [{ dtype: x.dtype, shape: x.shape }, rows, rows];
  },
  gradient: rule(({ g, inputs: [x, scale], outputs: [, mean, inverse], dY }) => {
    const normal = once(() => mul(g, sub(g, x!, mean!), inverse!));
    return [
      () => {
        const d = mul(g, dY, scale!);
        const along = reduceMean(g, mul(g, d, normal()), [-1], true);
        const centred = sub(g, d, reduceMean(g, d, [-1], true));
        return mul(g, sub(g, centred, mul(g, normal(), along)), inverse!);
      },
      () => mul(g, dY, normal()),
      () => dY,
    ];
  }),
};

/** (x - mean) / sqrt(biased variance + epsilon) * scale + bias over the last axis; x [..., H], scale and bias [H]. */
export const layerNorm = (g: Graph, x: Value, scale: Value, bias: Value, epsilon: number): Value =>
  g.apply(layerNormalizationOperator, [x, scale, bias], { axis: -1, epsilon })[0]!;
