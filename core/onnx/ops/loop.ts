import type { DType } from '../dtype.ts';
import { Graph, never, type Operand, type Operator, type Subgraph, type Value } from '../graph.ts';
import { formatShape, type Shape, sameShape } from '../shape.ts';
import { graphError, show } from './rules.ts';

/** Length of the first axis of what a loop collects: known when it runs. */
export const STEPS = 'steps';

type LoopAttributes = { body: Subgraph; carried: number };

/**
 * Inputs: number of steps int64 [], a condition (left out), what is carried from step to step, and then, not written to the file,
 * what the body captures of the graph around it. Outputs: what was carried, then what was collected, [steps, ...] each.
 */
export const loopOperator: Operator<LoopAttributes> = {
  name: 'Loop',
  domain: '',
  attributes: { body: 'graph', carried: 'private' },
  infer(inputs, { body, carried }) {
    const [trips, condition, ...rest] = inputs as (Operand | null)[];
    if (trips?.dtype !== 'int64' || trips.shape.length !== 0 || condition)
      throw graphError('Loop', 'expected a number of steps, int64 []');
    const [, ...outputs] = body.graph.outputs;
    return outputs.map(({ name, value }, i) => {
      if (i >= carried) return { dtype: value.dtype, shape: [STEPS, ...value.shape] };
      const before = rest[i];
      if (!before || before.dtype !== value.dtype || !sameShape(before.shape, value.shape))
        throw graphError(
          'Loop',
          `${name} goes on as ${value.dtype} ${formatShape(value.shape)}, but began as ${before ? show(before) : 'nothing'}`,
        );
      return { dtype: value.dtype, shape: value.shape };
    });
  },
  gradient: never('a training step lies inside a loop, not around it'),
};

/** One step of a loop as its body is built. */
export interface LoopStep {
  readonly g: Graph;
  /** int64 [], from 0. */
  readonly iteration: Value;
  /** Carried values as the step finds them. */
  readonly carried: readonly Value[];
}

/** A carried value: its name inside the body, and what it begins as. */
export interface CarriedValue {
  readonly name: string;
  readonly initial: Value;
}

/**
 * Runs a body `trips` times (int64 []). What it reads of `g` it reads by `step.g.capture`.
 * @param name unique; names inside begin with it, but for those that are given
 * @param build what each carried value goes on as, and what is collected of the step
 * @returns the carried values behind the last step, and what was collected, [steps, ...] each
 */
export function loop(
  g: Graph,
  name: string,
  trips: Value,
  initial: readonly CarriedValue[],
  build: (step: LoopStep) => { carried: readonly Value[]; collected: readonly Value[] },
): { carried: readonly Value[]; collected: readonly Value[] } {
  const body = new Graph(`${name}/`);
  const input = (label: string, dtype: DType, shape: Shape) => body.input(`${name}/${label}`, dtype, shape);
  const iteration = input('iteration', 'int64', []);
  const condition = input('condition', 'bool', []);
  const carried = initial.map(({ name: label, initial: { dtype, shape } }) =>
    body.input(label, dtype, shape),
  );
  const next = build({ g: body, iteration, carried });
  body.output(condition, `${name}/condition.next`);
  for (const [i, value] of next.carried.entries()) body.output(value, `${name}/carried.${i}.next`);
  for (const [i, value] of next.collected.entries()) body.output(value, `${name}/collected.${i}`);
  const captured = [...body.captures.keys()];
  const outputs = g.apply(loopOperator, [trips, null, ...initial.map((c) => c.initial), ...captured], {
    body: { graph: body, captured: new Set(captured.map((v) => v.name)) },
    carried: initial.length,
  });
  return { carried: outputs.slice(0, initial.length), collected: outputs.slice(initial.length) };
}
