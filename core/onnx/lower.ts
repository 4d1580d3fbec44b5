import type { DType, TensorData } from './dtype.ts';
import type { Attributes, Graph, Node, Operator, Subgraph, TensorType, Value } from './graph.ts';
import { identityOperator } from './ops/identity.ts';
import { OPERATORS } from './registry.ts';
import type { Shape } from './shape.ts';

export interface NamedType extends TensorType {
  readonly name: string;
}

export interface ModelInitializer extends NamedType {
  readonly data: TensorData;
}

export interface ModelNode {
  readonly name: string;
  readonly operator: Operator;
  /** Value names; '' where an optional input or output is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** A graph as it is written to a file: plain names, no builder. The verifier and the encoder read this. */
export interface Model {
  readonly inputs: readonly NamedType[];
  readonly initializers: readonly ModelInitializer[];
  readonly nodes: readonly ModelNode[];
  readonly outputs: readonly NamedType[];
  /** dtype and shape of everything a node computes. */
  readonly types: ReadonlyMap<string, { dtype: DType; shape: Shape }>;
}

/**
 * Keeps what leads to an output and gives outputs their names. An output that another node reads too, that
 * is an input or initializer, or that is an output twice, leaves through an Identity: a result must
 * never share memory with anything the run still reads (engine.md: that corrupts silently).
 */
export function lower(g: Graph): Model {
  const live = new Set<Node>();
  const read = new Set<Value>();
  const pending = g.outputs.flatMap(({ value }) => value.producer ?? []);
  for (const { value } of g.outputs) if (!value.producer) read.add(value);
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (live.has(node)) continue;
    live.add(node);
    for (const value of node.inputs)
      if (value) {
        read.add(value);
        if (value.producer) pending.push(value.producer);
      }
  }

  const times = new Map<Value, number>();
  for (const { value } of g.outputs) times.set(value, (times.get(value) ?? 0) + 1);
  const renamed = new Map<Value, string>();
  const copies: ModelNode[] = [];
  const identity = OPERATORS.get(identityOperator.name)!;
  for (const { name, value } of g.outputs) {
    if (value.kind === 'node' && !read.has(value) && times.get(value) === 1) renamed.set(value, name);
    else
      copies.push({
        name: `output/${name}`,
        operator: identity,
        inputs: [nameOf(value)],
        outputs: [name],
        attributes: {},
      });
  }
  function nameOf(value: Value): string {
    return renamed.get(value) ?? value.name;
  }

  const types = new Map<string, TensorType>();
  const nodes = g.nodes.flatMap((node): ModelNode[] => {
    if (!live.has(node)) return [];
    // ONNX Runtime ends the process over a loop of which some result has no name (1.30).
    const all = Object.values(node.operator.attributes).includes('graph');
    const outputs = node.outputs.map((v, i) =>
      i === 0 || all || read.has(v) || renamed.has(v) ? nameOf(v) : '',
    );
    while (outputs.at(-1) === '') outputs.pop();
    for (const [i, name] of outputs.entries()) if (name) types.set(name, typeOf(node.outputs[i]!));
    return [
      {
        name: node.name,
        operator: node.operator,
        inputs: node.inputs.map((v) => (v ? nameOf(v) : '')),
        outputs,
        attributes: node.attributes,
      },
    ];
  });
  const outputs = g.outputs.map(({ name, value }) => ({ name, ...typeOf(value) }));
  for (const { name, dtype, shape } of outputs) types.set(name, { dtype, shape });
  return {
    inputs: g.inputs.map((v) => ({ name: v.name, ...typeOf(v) })),
    initializers: g.initializers
      .filter((v) => read.has(v))
      .map((v) => ({ name: v.name, ...typeOf(v), data: v.data! })),
    nodes: [...nodes, ...copies],
    outputs,
    types,
  };
}

/** The graphs inside a node, lowered. */
export function bodiesOf(
  node: ModelNode,
): { readonly model: Model; readonly captured: ReadonlySet<string> }[] {
  return Object.entries(node.attributes).flatMap(([name, value]) => {
    if (node.operator.attributes[name] !== 'graph') return [];
    const { graph, captured } = value as Subgraph;
    return [{ model: lower(graph), captured }];
  });
}

const typeOf = ({ dtype, shape }: Value): TensorType => ({ dtype, shape });
