import { rule } from '../graph.ts';
import { add } from './add.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { applyUnary, unaryOperator } from './rules.ts';

/**
 * One kernel forward. Backward gelu'(x) = Phi(x) + x phi(x); with s = x/sqrt(2) that is
 * (1 + erf(s) + s exp(-s^2) 2/sqrt(pi)) / 2, which costs the fewest passes over memory.
 */
export const geluOperator = unaryOperator(
  'Gelu',
  rule(({ g, inputs: [x], dY }) => [
    () => {
      const s = mul(g, x!, Math.SQRT1_2);
      const bell = mul(g, mul(g, s, exp(g, neg(g, mul(g, s, s)))), 2 / Math.sqrt(Math.PI));
      const twice = add(g, add(g, bell, erf(g, s)), 1);
      return mul(g, mul(g, twice, 0.5), dY);
    },
  ]),
  { domain: 'com.microsoft' },
);

/** GELU with the error function (not the tanh approximation): x Phi(x). */
export const gelu = applyUnary(geluOperator);
