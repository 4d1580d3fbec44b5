import { GalleyError } from '../errors/galley-error.ts';
import type { Operand } from './graph.ts';
import { bodiesOf, type Model, type ModelNode } from './lower.ts';
import { OPERATORS } from './registry.ts';
import { formatShape, sameShape } from './shape.ts';

/**
 * Reads a lowered model as a stranger would and checks everything the engine promises: nodes in
 * topological order, each name made once, each operator known, dtype and shape of every value derived
 * anew and equal to what was noted, no ScatterND with reduction, nothing computed, stored or fed that
 * nobody reads, and no output that is also read inside, fed or fixed.
 * Throws GalleyError `graph` naming node, operator and value.
 */
export function verify(model: Model): void {
  verifyGraph(model, new Set());
}

/** @param around names of the graph around a node's own: shadowing them is not allowed */
function verifyGraph(
  model: Model,
  around: ReadonlySet<string>,
  captured: ReadonlySet<string> = new Set(),
): void {
  const known = new Map<string, Operand>();
  for (const { name, dtype, shape } of model.inputs) define(known, { name, dtype, shape }, 'input');
  for (const { name, dtype, shape, data } of model.initializers)
    define(known, { name, dtype, shape, data }, 'initializer');

  const read = new Set<string>();
  const nodeNames = new Set<string>();
  for (const node of model.nodes) {
    if (nodeNames.has(node.name)) throw problem(node, 'two nodes have this name');
    nodeNames.add(node.name);
    verifyNode(model, node, known, read);
    for (const body of bodiesOf(node)) {
      for (const name of body.captured)
        if (!known.has(name)) throw problem(node, `captures ${name}, which nothing before it makes`);
      verifyGraph(body.model, new Set([...around, ...known.keys()]), body.captured);
    }
  }
  for (const name of known.keys())
    if (around.has(name) && !captured.has(name))
      throw new GalleyError('graph', `${name} inside a node hides ${name} around it`);
  verifyOutputs(model, known, read, around.size > 0);
}

const problem = (node: ModelNode, message: string) =>
  new GalleyError('graph', `${node.operator.name} ${node.name}: ${message}`);

function define(known: Map<string, Operand>, value: Operand, what: string): void {
  if (value.name === '') throw new GalleyError('graph', `${what} without a name`);
  if (known.has(value.name)) throw new GalleyError('graph', `${what} ${value.name} is made twice`);
  known.set(value.name, value);
}

function verifyNode(model: Model, node: ModelNode, known: Map<string, Operand>, read: Set<string>): void {
  const { operator, attributes } = node;
  if (operator.name === 'ScatterND' && (attributes.reduction ?? 'none') !== 'none')
    throw problem(node, 'ScatterND with reduction loses updates on the CPU; use ScatterElements');
  if (OPERATORS.get(operator.name) !== operator) throw problem(node, 'is not in the registry');
  for (const name of Object.keys(attributes))
    if (!(name in operator.attributes)) throw problem(node, `has the unknown attribute ${name}`);

  const inputs = node.inputs.map((name) => {
    if (name === '') return null;
    const value = known.get(name);
    if (!value) throw problem(node, `reads ${name}, which nothing before it makes`);
    read.add(name);
    return value;
  });
  const types = operator.infer(inputs, attributes);
  if (node.outputs.length > types.length || node.outputs[0] === '')
    throw problem(node, `names ${node.outputs.length} outputs of ${types.length}`);
  for (const [i, name] of node.outputs.entries()) {
    if (name === '') continue;
    const { dtype, shape } = types[i]!;
    const noted = model.types.get(name);
    if (!noted || noted.dtype !== dtype || !sameShape(noted.shape, shape))
      throw problem(
        node,
        `${name} is noted as ${noted ? `${noted.dtype} ${formatShape(noted.shape)}` : 'nothing'}, derived ${dtype} ${formatShape(shape)}`,
      );
    define(known, { name, dtype, shape }, `output of ${node.name}`);
  }
}

/** @param inside a node: what its graph is fed is given by the operator, and may go unread */
function verifyOutputs(
  model: Model,
  known: ReadonlyMap<string, Operand>,
  read: ReadonlySet<string>,
  inside: boolean,
): void {
  const outputs = new Set<string>();
  const computed = new Set(model.nodes.flatMap((n) => n.outputs));
  for (const { name, dtype, shape } of model.outputs) {
    if (outputs.has(name)) throw new GalleyError('graph', `two outputs are named ${name}`);
    outputs.add(name);
    if (!computed.has(name))
      throw new GalleyError('graph', `output ${name} is computed by no node: it would alias what is fed`);
    if (read.has(name))
      throw new GalleyError('graph', `output ${name} is read by another node: its memory may be overwritten`);
    const value = known.get(name)!;
    if (value.dtype !== dtype || !sameShape(value.shape, shape))
      throw new GalleyError(
        'graph',
        `output ${name} is declared ${dtype} ${formatShape(shape)}, derived ${value.dtype} ${formatShape(value.shape)}`,
      );
  }
  const used = (name: string) => read.has(name) || outputs.has(name);
  const idle = [
    ...[...(inside ? [] : model.inputs), ...model.initializers]
      .map((v) => v.name)
      .filter((name) => !used(name)),
    ...model.nodes.filter((n) => !n.outputs.some(used)).map((n) => n.name),
  ];
  if (idle.length) throw new GalleyError('graph', `${idle[0]} dangles: nothing reads it and it is no output`);
}
