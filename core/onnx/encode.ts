import { DTYPES, type DType, type TensorData } from './dtype.ts';
import type { AttributeKind, Graph, Subgraph } from './graph.ts';
import {
  bodiesOf,
  lower,
  type Model,
  type ModelInitializer,
  type ModelNode,
  type NamedType,
} from './lower.ts';
import { ProtoWriter } from './protobuf.ts';
import type { Shape } from './shape.ts';
import { verify } from './verify.ts';

/** ONNX releases understood by ONNX Runtime 1.30; opset 20 came with ONNX 1.15 and IR version 9. */
export const IR_VERSION = 9;
export const OPSET = 20;

export interface ExternalData {
  /** Name of the file beside the model. */
  readonly path: string;
  /** Initializers of at least this many bytes go there; smaller ones stay inside. */
  readonly minBytes?: number;
}

export interface EncodedModel {
  readonly model: Uint8Array;
  /** What belongs into the external file, in order, ready to be written one after the other. */
  readonly external: readonly Uint8Array[];
}

/** The graph as a ModelProto. It is lowered and verified first: throws GalleyError `graph`. */
export function encodeModel(g: Graph): Uint8Array {
  return encodeWithExternalData(g, null).model;
}

/** {@link encodeModel} with the large initializers in a file of their own (models over 2 GB need it). */
export function encodeWithExternalData(g: Graph, external: ExternalData | null): EncodedModel {
  const lowered = lower(g);
  verify(lowered);
  return encodeLowered(lowered, external);
}

/** Field numbers from onnx.proto (ModelProto, GraphProto, NodeProto, TensorProto, ValueInfoProto). */
export function encodeLowered(lowered: Model, external: ExternalData | null = null): EncodedModel {
  const outside = new ExternalFile(external);
  const model = new ProtoWriter()
    .int(1, IR_VERSION)
    .string(2, 'galley')
    .message(7, (graph) => encodeGraph(graph, lowered, outside))
    .message(8, (m) => m.string(1, '').int(2, OPSET));
  if (hasOwnOperators(lowered)) model.message(8, (m) => m.string(1, 'com.microsoft').int(2, 1));
  return { model: model.finish(), external: outside.chunks };
}

/** @param captured inputs that a graph inside a node does not list */
function encodeGraph(
  graph: ProtoWriter,
  { nodes, initializers, inputs, outputs }: Model,
  outside: ExternalFile,
  captured: ReadonlySet<string> = new Set(),
): void {
  for (const node of nodes) graph.message(1, (m) => encodeNode(m, node, outside));
  graph.string(2, 'galley');
  for (const tensor of initializers) graph.message(5, (m) => encodeTensor(m, tensor, outside));
  for (const input of inputs)
    if (!captured.has(input.name)) graph.message(11, (m) => encodeValueInfo(m, input));
  for (const output of outputs) graph.message(12, (m) => encodeValueInfo(m, output));
}

/** Whether any node, inside others too, is ONNX Runtime's own. */
function hasOwnOperators({ nodes }: Model): boolean {
  return nodes.some(
    (n) => n.operator.domain !== '' || bodiesOf(n).some(({ model }) => hasOwnOperators(model)),
  );
}

function encodeNode(m: ProtoWriter, node: ModelNode, outside: ExternalFile): void {
  // What a body captures stands last among the inputs; ONNX knows it by its name inside the body.
  const captured = bodiesOf(node).reduce((n, body) => n + body.captured.size, 0);
  for (const input of node.inputs.slice(0, node.inputs.length - captured)) m.string(1, input);
  for (const output of node.outputs) m.string(2, output);
  m.string(3, node.name).string(4, node.operator.name);
  for (const [name, value] of Object.entries(node.attributes)) {
    const kind = node.operator.attributes[name]!;
    if (value === undefined || kind === 'private') continue;
    if (kind === 'graph') {
      const { graph, captured } = value as Subgraph;
      const body = lower(graph);
      m.message(5, (a) =>
        a
          .string(1, name)
          .message(6, (g) => encodeGraph(g, body, outside, captured))
          .int(20, 5),
      );
    } else m.message(5, (a) => encodeAttribute(a, name, kind, value as string));
  }
  if (node.operator.domain) m.string(7, node.operator.domain);
}

function encodeAttribute(
  m: ProtoWriter,
  name: string,
  kind: Exclude<AttributeKind, 'private' | 'graph'>,
  value: number | string | readonly number[],
): void {
  m.string(1, name);
  switch (kind) {
    case 'float':
      m.float(2, value as number).int(20, 1);
      break;
    case 'int':
      m.int(3, value as number).int(20, 2);
      break;
    case 'string':
      m.string(4, value as string).int(20, 3);
      break;
    case 'ints':
      for (const item of value as readonly number[]) m.int(8, item);
      m.int(20, 7);
      break;
  }
}

function encodeTensor(m: ProtoWriter, tensor: ModelInitializer, outside: ExternalFile): void {
  for (const d of tensor.shape) m.int(1, d as number);
  m.int(2, DTYPES[tensor.dtype].code).string(8, tensor.name);
  const bytes = bytesOf(tensor.data);
  const place = outside.take(bytes);
  if (!place) m.bytes(9, bytes);
  else {
    for (const [key, value] of Object.entries(place)) m.message(13, (e) => e.string(1, key).string(2, value));
    m.int(14, 1);
  }
}

function encodeValueInfo(m: ProtoWriter, { name, dtype, shape }: NamedType): void {
  m.string(1, name).message(2, (type) =>
    type.message(1, (tensor) =>
      tensor.int(1, DTYPES[dtype as DType].code).message(2, (s) => encodeShape(s, shape)),
    ),
  );
}

function encodeShape(m: ProtoWriter, shape: Shape): void {
  for (const d of shape) m.message(1, (dim) => (typeof d === 'number' ? dim.int(1, d) : dim.string(2, d)));
}

const bytesOf = (data: TensorData) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Places tensors one after the other, each at a multiple of 4096 so that the file can be mapped. */
class ExternalFile {
  readonly chunks: Uint8Array[] = [];
  readonly #settings: ExternalData | null;
  #offset = 0;

  constructor(settings: ExternalData | null) {
    this.#settings = settings;
  }

  take(bytes: Uint8Array): { location: string; offset: string; length: string } | null {
    if (!this.#settings || bytes.byteLength < (this.#settings.minBytes ?? 1024)) return null;
    const gap = (4096 - (this.#offset % 4096)) % 4096;
    if (gap) this.chunks.push(new Uint8Array(gap));
    this.chunks.push(bytes);
    const offset = this.#offset + gap;
    this.#offset = offset + bytes.byteLength;
    return { location: this.#settings.path, offset: String(offset), length: String(bytes.byteLength) };
  }
}
