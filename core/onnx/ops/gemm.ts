import { type Graph, type Operand, type Operator, rule, type Value } from '../graph.ts';
import { broadcast, sameShape } from '../shape.ts';
import { graphError, sameDType, show } from './rules.ts';

export type GemmAttributes = { transA?: 0 | 1; transB?: 0 | 1 };

export const gemmOperator: Operator<GemmAttributes> = {
  name: 'Gemm',
  domain: '',
  attributes: { transA: 'int', transB: 'int' },
  infer(inputs, { transA, transB }) {
    const [a, b, c] = inputs as [Operand | null, Operand | null, Operand | null | undefined];
    if (!a || !b) throw graphError('Gemm', 'expected two or three inputs');
    sameDType('Gemm', a, b);
    if (a.shape.length !== 2 || b.shape.length !== 2)
      throw graphError('Gemm', `${show(a)} and ${show(b)}: expected rank 2`);
    const [m, k] = transA ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
    const [k2, n] = transB ? [b.shape[1]!, b.shape[0]!] : [b.shape[0]!, b.shape[1]!];
    if (k !== k2)
      throw graphError(
        'Gemm',
        `${show(a)}${transA ? ' transposed' : ''} and ${show(b)}${transB ? ' transposed' : ''} do not share their inner length: ${k} and ${k2}`,
      );
    if (c) {
      sameDType('Gemm', a, c);
      if (!sameShape(broadcast(c.shape, [m, n], `Gemm bias ${c.name}`), [m, n]))
        throw graphError('Gemm', `bias ${show(c)} does not broadcast to [${m}, ${n}]`);
    }
    return [{ dtype: a.dtype, shape: [m, n] }];
  },
  gradient: rule(({ g, inputs: [a, b, c], attributes: { transA, transB }, dY }) => [
    () =>
      transA
        ? gemm(g, b!, dY, { transA: transB ? 1 : 0, transB: 1 })
        : gemm(g, dY, b!, { transB: transB ? 0 : 1 }),
    () =>
      transB
        ? gemm(g, dY, a!, { transA: 1, transB: transA ? 1 : 0 })
        : gemm(g, a!, dY, { transA: transA ? 0 : 1 }),
    // Summed over rows by gradient.ts, as any broadcast input.
    c ? () => dY : null,
  ]),
};

/** A B (+ C) of matrices, either transposed on the way; C broadcasts to the result. */
export function gemm(g: Graph, a: Value, b: Value, attributes: GemmAttributes = {}, c?: Value): Value {
  return g.apply(gemmOperator, c ? [a, b, c] : [a, b], attributes)[0]!;
}
