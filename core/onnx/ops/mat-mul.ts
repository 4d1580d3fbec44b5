import { type Graph, type Operand, type Operator, rule, type Value } from '../graph.ts';
import { broadcast, isStatic, productOf, type Shape } from '../shape.ts';
import { gemm } from './gemm.ts';
import { reshape } from './reshape.ts';
import { graphError, operands, sameDType, show } from './rules.ts';
import { swapLastTwo } from './transpose.ts';

const count = (shape: Shape) =>
  isStatic(shape) ? shape.reduce((n, d) => n * d, 1) : Number.POSITIVE_INFINITY;

export const matMulOperator: Operator<Record<never, never>> = {
  name: 'MatMul',
  domain: '',
  attributes: {},
  infer(inputs) {
    const [a, b] = operands('MatMul', inputs, 2) as [Operand, Operand];
    sameDType('MatMul', a, b);
    if (a.shape.length < 2 || b.shape.length < 2)
      throw graphError('MatMul', `${show(a)} and ${show(b)}: expected rank 2 or more`);
    if (a.shape.at(-1) !== b.shape.at(-2))
      throw graphError('MatMul', `${show(a)} and ${show(b)} do not share their inner length`);
    const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2), `MatMul of ${a.name} and ${b.name}`);
    return [{ dtype: a.dtype, shape: [...batch, a.shape.at(-2)!, b.shape.at(-1)!] }];
  },
  gradient: rule(({ g, inputs: [a, b], dY }) => [
    () => matMul(g, dY, swapLastTwo(g, b!)),
    () => {
      if (b!.shape.length === 2) {
        // One Gemm over all rows: no batch of weight gradients to sum.
        const rows = (x: Value) => reshape(g, x, [productOf(x.shape.slice(0, -1)), x.shape.at(-1)!]);
        return gemm(g, rows(a!), rows(dY), { transA: 1 });
      }
      // A^T dY, or (dY^T A)^T where that transposes fewer elements: attention probabilities stay as they are.
      return count(a!.shape) <= count(dY.shape) + count(b!.shape)
        ? matMul(g, swapLastTwo(g, a!), dY)
        : swapLastTwo(g, matMul(g, swapLastTwo(g, dY), a!));
    },
  ]),
};

/** Batched matrix product [..., M, K] x [..., K, N], batch axes broadcast. */
export const matMul = (g: Graph, a: Value, b: Value): Value => g.apply(matMulOperator, [a, b])[0]!;
