import { DTYPES } from './dtype.ts';
import { bodiesOf, type Model, type ModelNode } from './lower.ts';
import { STEPS } from './ops/loop.ts';
import { isStatic, type Shape } from './shape.ts';

/** What one run of a model with static shapes costs. */
export interface RunCost {
  /** Operations of all matrix products, in whatever precision, two a multiplication and addition. */
  readonly matrixFlops: number;
  /** Largest sum of what nodes have computed and others still read; fed, fixed and fetched tensors not counted. */
  readonly peakBytes: number;
}

/** Operators whose result is their input seen with another shape: no memory of their own. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Identity']);
/** Operators that ONNX Runtime lets write over an input of the same size which nobody reads any more. */
const IN_PLACE = new Set(
  'Abs Add Cast Div Erf Exp Gelu Log Mul Neg Not Sqrt Sub Tanh Softmax'
    .split(' ')
    .filter((n) => n !== 'Gelu'),
);

/**
 * The order in which ONNX Runtime runs the nodes (GraphViewer's depth-first walk from the results): of several results, and
 * of a node's several inputs, the one made by the node latest in the file comes first.
 */
export function executionOrder(nodes: readonly ModelNode[]): ModelNode[] {
  const place = new Map(nodes.map((node, i) => [node, i]));
  const producer = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const read = new Set(nodes.flatMap((node) => node.inputs));
  const visited = new Set<ModelNode>();
  const order: ModelNode[] = [];
  const stack = nodes
    .filter((node) => !node.outputs.some((name) => name !== '' && read.has(name)))
    .map((node) => ({ node, leave: false }));
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { node, leave } = top;
    if (leave) {
      order.push(node);
      continue;
    }
    if (visited.has(node)) continue;
    visited.add(node);
    stack.push({ node, leave: true });
    const inputs = [...new Set(node.inputs.flatMap((name) => producer.get(name) ?? []))];
    inputs.sort((a, b) => place.get(a)! - place.get(b)!);
    for (const input of inputs) if (!visited.has(input)) stack.push({ node: input, leave: false });
  }
  return order;
}

/**
 * Walks a lowered model in the order it will run, and keeps account of what is alive.
 * @param nodes in the order of the file
 */
export function runCost(model: Model, nodes: readonly ModelNode[] = model.nodes): RunCost {
  const order = executionOrder(nodes);
  const fetched = new Set(model.outputs.map((o) => o.name));
  const shapes = new Map<string, Shape>(
    [...model.inputs, ...model.initializers].map(({ name, shape }) => [name, shape]),
  );
  for (const [name, { shape }] of model.types) shapes.set(name, shape);
  const bytesOf = (name: string): number => {
    const { dtype, shape } = model.types.get(name)!;
    // What a loop collects has a length that is known when it runs; it is small.
    if (shape[0] === STEPS) return 0;
    return isStatic(shape) ? shape.reduce((n, d) => n * d, DTYPES[dtype].bytes) : Number.NaN;
  };
  /** The tensor whose memory a value lies in; null for memory that is not the run's. */
  const owner = new Map<string, string | null>();
  const ownerOf = (name: string) => owner.get(name) ?? null;
  const reads = new Map<string, number>();
  const roots = (names: readonly string[]) =>
    new Set(names.map(ownerOf).filter((n): n is string => n !== null));
  // First pass: whose memory is whose; second pass: how long each is needed.
  for (const { operator, inputs, outputs } of order)
    for (const name of outputs.filter(Boolean)) {
      if (VIEWS.has(operator.name)) owner.set(name, ownerOf(inputs[0]!));
      else owner.set(name, fetched.has(name) ? null : name);
    }
  for (const { inputs } of order)
    for (const root of roots(inputs)) reads.set(root, (reads.get(root) ?? 0) + 1);

  let [live, peakBytes, matrixFlops] = [0, 0, 0];
  for (const node of order) {
    const { operator, inputs, outputs } = node;
    matrixFlops += productFlops(operator.name, inputs, outputs, shapes);
    // A loop may run any number of times: counted is one.
    const inside = bodiesOf(node).map((body) => runCost(body.model));
    matrixFlops += inside.reduce((n, cost) => n + cost.matrixFlops, 0);
    const within = inside.reduce((n, cost) => n + cost.peakBytes, 0);
    const own = outputs.filter((name) => name !== '' && ownerOf(name) === name);
    const made = own.reduce((n, name) => n + bytesOf(name), 0);
    const done = [...roots(inputs)].filter((root) => {
      const left = reads.get(root)! - 1;
      reads.set(root, left);
      return left === 0;
    });
    const freed = done.reduce((n, root) => n + bytesOf(root), 0);
    const reused = IN_PLACE.has(operator.name) && done.some((root) => bytesOf(root) === made) ? made : 0;
    peakBytes = Math.max(peakBytes, live + made - reused + within);
    live += made - freed;
    for (const name of own) if (!reads.has(name)) live -= bytesOf(name);
  }
  return { matrixFlops, peakBytes };
}

function productFlops(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  shapes: ReadonlyMap<string, Shape>,
): number {
  if (!['Gemm', 'MatMul', 'MatMulInteger', 'MatMulIntegerToFloat'].includes(operator)) return 0;
  const size = (shape: Shape | undefined) => (shape as number[]).reduce((a, b) => a * b, 1);
  const [a, out] = [shapes.get(inputs[0]!)!, shapes.get(outputs[0]!)!];
  // Gemm's first operand may lie the other way round: its size over the rows of the result is the inner length.
  const inner = operator === 'Gemm' ? size(a) / (out[0] as number) : (a.at(-1) as number);
  return 2 * size(out) * inner;
}
