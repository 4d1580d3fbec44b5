import { DTYPES, type DType, isFloat } from '../dtype.ts';
import { type Graph, type Operand, type Operator, rule, type Value } from '../graph.ts';
import { graphError, operands } from './rules.ts';

const dtypeOfCode = (code: number): DType => {
  const found = (Object.keys(DTYPES) as DType[]).find((d) => DTYPES[d].code === code);
  if (!found) throw graphError('Cast', `${code} is no element type known here`);
  return found;
};

export const castOperator: Operator<{ to: number }> = {
  name: 'Cast',
  domain: '',
  attributes: { to: 'int' },
  infer(inputs, { to }) {
    const [x] = operands('Cast', inputs, 1) as [Operand];
    return [{ dtype: dtypeOfCode(to), shape: x.shape }];
  },
  gradient: rule(({ g, inputs: [x], dY }) => [isFloat(x!.dtype) ? () => cast(g, dY, x!.dtype) : null]),
};

/** The same numbers in another dtype; x itself where it has that dtype. */
export function cast(g: Graph, x: Value, to: DType): Value {
  return x.dtype === to ? x : g.apply(castOperator, [x], { to: DTYPES[to].code })[0]!;
}
