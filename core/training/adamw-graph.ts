import { encodeModel } from '../onnx/encode.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import type { AdamWFactors } from './kernels/kernels.ts';

/** What one tensor's update reads and gives. */
export interface AdamWSlot {
  readonly parameter: Value;
  readonly gradient: Value;
  readonly firstMoment: Value;
  readonly secondMoment: Value;
}

/** The factors of {@link AdamWFactors} as scalars of the graph, and the factor that the gradient is multiplied by. */
export type AdamWScalars = { readonly [K in keyof AdamWFactors]: Value } & { readonly clip: Value };

/**
 * One AdamW update as ordinary operators, operation by operation as the WebAssembly kernel does it (kernels.as); a device may
 * contract a multiplication and an addition into one, so results agree to rounding, not to the bit.
 */
export function adamW(
  g: Graph,
  slot: AdamWSlot,
  f: AdamWScalars,
): Pick<AdamWSlot, 'parameter' | 'firstMoment' | 'secondMoment'> {
  const gradient = ops.mul(g, slot.gradient, f.clip);
  const moved = ops.mul(g, ops.sub(g, gradient, slot.firstMoment), f.oneMinusBeta1);
  const firstMoment = ops.add(g, slot.firstMoment, moved);
  const squares = ops.mul(g, ops.mul(g, gradient, gradient), f.oneMinusBeta2);
  const secondMoment = ops.add(g, ops.mul(g, slot.secondMoment, f.beta2), squares);
  const root = ops.add(g, ops.mul(g, ops.sqrt(g, secondMoment), f.root), f.epsilon);
  const step = ops.div(g, ops.mul(g, firstMoment, f.rate), root);
  const parameter = ops.sub(g, ops.mul(g, slot.parameter, f.keep), step);
  return { parameter, firstMoment, secondMoment };
}

/** Names of the scalar feeds [] of an update; `keep` is that of decayed tensors, `plainKeep` of the others. */
export const UPDATE_SCALARS = [
  'clip',
  'keep',
  'plainKeep',
  'oneMinusBeta1',
  'beta2',
  'oneMinusBeta2',
  'rate',
  'root',
  'epsilon',
] as const;

/** A tensor that an update graph updates. Its feeds are `<name>.parameter`, `.gradient`, `.first` and `.second`. */
export interface UpdatedTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** Whether weight decay applies. */
  readonly decay: boolean;
}

/** A model that takes one AdamW step for some tensors; outputs `<name>.parameter.next`, `.first.next`, `.second.next`. */
export function buildUpdateGraph(tensors: readonly UpdatedTensor[]): Uint8Array {
  const g = new Graph();
  const scalars = new Map<string, Value>();
  const scalar = (name: (typeof UPDATE_SCALARS)[number]): Value => {
    const known = scalars.get(name) ?? g.input(name, 'float32', []);
    scalars.set(name, known);
    return known;
  };
  for (const { name, dims, decay } of tensors) {
    const input = (role: string) => g.input(`${name}.${role}`, 'float32', dims);
    const next = adamW(
      g,
      {
        parameter: input('parameter'),
        gradient: input('gradient'),
        firstMoment: input('first'),
        secondMoment: input('second'),
      },
      {
        clip: scalar('clip'),
        keep: scalar(decay ? 'keep' : 'plainKeep'),
        oneMinusBeta1: scalar('oneMinusBeta1'),
        beta2: scalar('beta2'),
        oneMinusBeta2: scalar('oneMinusBeta2'),
        rate: scalar('rate'),
        root: scalar('root'),
        epsilon: scalar('epsilon'),
      },
    );
    g.output(next.parameter, `${name}.parameter.next`);
    g.output(next.firstMoment, `${name}.first.next`);
    g.output(next.secondMoment, `${name}.second.next`);
  }
  return encodeModel(g);
}
