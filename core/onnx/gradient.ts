import { GalleyError } from '../errors/galley-error.ts';
import { isFloat } from './dtype.ts';
import type { Graph, TapeEntry, Value } from './graph.ts';
import { add } from './ops/add.ts';
import { like } from './ops/rules.ts';
import { formatShape, sameShape } from './shape.ts';
import { unbroadcast } from './unbroadcast.ts';

export interface GradientOptions {
  /** What flows into the loss, a float32 scalar; 1 unless given (a fed loss scale, say). */
  seed?: Value;
}

/**
 * Reverse pass: emits into `g` the nodes that compute d loss / d value for every wanted value, and only
 * those. Each gradient has the shape of its value.
 *
 * Throws GalleyError `graph`: the loss is no float scalar, a wanted value does not lead to it, the way
 * goes through an operator that must never be asked, or a rule gave a wrong shape.
 */
export function gradients(
  g: Graph,
  loss: Value,
  wanted: readonly Value[],
  options: GradientOptions = {},
): Map<Value, Value> {
  if (!isFloat(loss.dtype) || loss.shape.length !== 0)
    throw new GalleyError(
      'graph',
      `the loss ${loss.name} must be a float scalar of shape [], found ${loss.dtype} ${formatShape(loss.shape)}`,
    );
  return backwardFrom(g, g.tape, loss, options.seed ?? like(g, loss, 1), wanted);
}

/**
 * {@link gradients} of a value of any shape over one stretch of the tape: what its gradient `seed` (of the same shape) becomes
 * at each wanted value.
 */
export function backwardFrom(
  g: Graph,
  tape: readonly TapeEntry[],
  from: Value,
  seed: Value,
  wanted: readonly Value[],
): Map<Value, Value> {
  const steps = stepsBetween(tape, wanted, from);
  const arrived = new Map<Value, Value>([[from, seed]]);
  const wants = new Set(wanted);

  for (const { entry, towards } of steps.reverse())
    g.scope('gradient', () => {
      for (const [value, gradient] of backward(g, entry, towards, arrived))
        accumulate(g, entry, arrived, value, gradient);
      // Nobody later in the walk reads these; what is still wanted stays.
      for (const output of entry.outputs) if (!wants.has(output)) arrived.delete(output);
    });

  return new Map(
    wanted.map((value) => {
      const gradient = arrived.get(value);
      if (!gradient)
        throw new GalleyError('graph', `${value.name} has no path to the loss ${from.name}`, {
          hint: 'Ask only for parameters that the loss depends on.',
        });
      return [value, gradient];
    }),
  );
}

interface Step {
  entry: TapeEntry;
  /** The inputs that a wanted value leads to; only their thunks are called. */
  towards: ReadonlySet<Value>;
}

/** The steps on some path from a wanted value to the loss, in order. */
function stepsBetween(tape: readonly TapeEntry[], wanted: readonly Value[], loss: Value): Step[] {
  const touched = new Set<Value>(wanted);
  const forward: Step[] = [];
  for (const entry of tape) {
    if (entry.gradient.kind === 'none') continue;
    const towards = new Set(entry.inputs.filter((v): v is Value => v !== null && touched.has(v)));
    if (towards.size === 0) continue;
    forward.push({ entry, towards });
    for (const output of entry.outputs) if (isFloat(output.dtype)) touched.add(output);
  }
  const leading = new Set<Value>([loss]);
  const kept = forward.reverse().filter(({ entry, towards }) => {
    if (!entry.outputs.some((v) => leading.has(v))) return false;
    for (const v of towards) leading.add(v);
    return true;
  });
  return kept.reverse();
}

/** The gradients that one step gives its inputs. */
function backward(
  g: Graph,
  entry: TapeEntry,
  towards: ReadonlySet<Value>,
  arrived: ReadonlyMap<Value, Value>,
): [Value, Value][] {
  const [first, ...others] = entry.outputs;
  const dY = arrived.get(first!);
  const other = others.find((v) => arrived.has(v));
  const rule = entry.gradient;
  if (rule.kind === 'never' && (dY || other))
    throw new GalleyError(
      'graph',
      `${entry.operatorName} (${entry.name}): its gradient must never be asked for: ${rule.why}`,
    );
  if (other)
    throw new GalleyError('graph', `${entry.operatorName}: a gradient arrives at ${other.name}`, {
      hint: 'Only the first output of an operator carries gradients.',
    });
  // Everything that reads this output has no gradient by design at that input.
  if (!dY) return [];
  if (rule.kind !== 'rule') return [];
  const inputs = entry.inputs as readonly Value[];
  const thunks = rule.backward({
    g,
    inputs,
    outputs: entry.outputs,
    attributes: entry.attributes,
    dY,
    towards,
  });
  return inputs.flatMap((value, i): [Value, Value][] => {
    const thunk = thunks[i];
    return value && thunk && towards.has(value) ? [[value, thunk()]] : [];
  });
}

/** Adds a gradient to what has arrived. The one place where broadcasting is undone. */
function accumulate(
  g: Graph,
  entry: TapeEntry,
  arrived: Map<Value, Value>,
  value: Value,
  gradient: Value,
): void {
  const what = `the gradient that ${entry.operatorName} (${entry.name}) gives ${value.name}`;
  if (gradient.dtype !== value.dtype)
    throw new GalleyError('graph', `${what}: expected ${value.dtype}, found ${gradient.dtype}`);
  const fitted = unbroadcast(g, gradient, value.shape, what);
  if (!sameShape(fitted.shape, value.shape))
    throw new GalleyError(
      'graph',
      `${what}: expected shape ${formatShape(value.shape)}, found ${formatShape(gradient.shape)}`,
    );
  const before = arrived.get(value);
  arrived.set(value, before ? add(g, before, fitted) : fitted);
}
