import { rule } from '../graph.ts';
import { add } from './add.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { mul } from './mul.ts';
import { applyUnary, like, unaryOperator } from './rules.ts';
import { sub } from './sub.ts';

const LOG_TWO_OVER_ROOT_PI = Math.log(2 / Math.sqrt(Math.PI));

/**
 * One kernel forward. Backward gelu'(x) = Phi(x) + x phi(x); with s = x/sqrt(2) that is
 * (1 + erf(s) + s exp(ln(2/sqrt(pi)) - s^2)) / 2: ten passes over memory, and the widest tensor of a layer
 * is the one they pass over.
 */
export const geluOperator = unaryOperator(
  'Gelu',
  rule(({ g, inputs: [x], dY }) => [
    () => {
      const s = mul(g, x!, Math.SQRT1_2);
      const height = like(g, x!, LOG_TWO_OVER_ROOT_PI);
      const bell = mul(g, s, exp(g, sub(g, height, mul(g, s, s))));
      const twice = add(g, add(g, bell, erf(g, s)), 1);
      return mul(g, mul(g, twice, 0.5), dY);
    },
  ]),
  { domain: 'com.microsoft' },
);

/** GELU with the error function (not the tanh approximation): x Phi(x). */
export const gelu = applyUnary(geluOperator);
