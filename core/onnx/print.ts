import type { TensorData } from './dtype.ts';
import type { Model, ModelNode } from './lower.ts';
import { formatShape } from './shape.ts';

/** A lowered graph as text, one node a line: `y = Mul(x, 2)  float32 [2, 3]`. For people and for docs. */
export function printModel(model: Model): string {
  const fixed = new Map(model.initializers.map((t) => [t.name, literal(t.data, t.shape.length) ?? t.name]));
  const lines = [
    ...model.inputs.map(({ name, dtype, shape }) => `input ${name}  ${dtype} ${formatShape(shape)}`),
    ...model.nodes.map((node) => {
      const { dtype, shape } = model.types.get(node.outputs[0]!)!;
      const inputs = node.inputs.map((name) => fixed.get(name) ?? (name || '-')).join(', ');
      return `${node.outputs.map((o) => o || '-').join(', ')} = ${node.operator.name}(${inputs}${attributes(node)})  ${dtype} ${formatShape(shape)}`;
    }),
    ...model.outputs.map(({ name }) => `output ${name}`),
  ];
  return lines.join('\n');
}

const literal = (data: TensorData, rank: number) =>
  rank === 0
    ? String(data[0])
    : data.length <= 4
      ? `[${Array.from(data as Iterable<number>, String)}]`
      : null;

const attributes = ({ attributes }: ModelNode) =>
  Object.entries(attributes)
    .map(
      ([name, value]) =>
        `, ${name}=${Array.isArray(value) ? `[${value}]` : typeof value === 'object' ? '(graph)' : value}`,
    )
    .join('');
