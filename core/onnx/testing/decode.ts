/**
 * Reads back what encode.ts writes, knowing nothing of it but the wire format and onnx.proto: tests see
 * with this what ONNX Runtime sees. Bounds are checked only as far as tests need.
 */
type Field = number | bigint | Uint8Array;
type Message = Map<number, Field[]>;

export interface DecodedNode {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  readonly inputs: string[];
  readonly outputs: string[];
  readonly attributes: Record<string, number | string | number[]>;
}

export interface DecodedInfo {
  readonly name: string;
  readonly dtype: number;
  readonly shape: (number | string)[];
}

export interface DecodedTensor extends DecodedInfo {
  readonly bytes: Uint8Array;
  readonly external: Record<string, string> | null;
}

export interface DecodedModel {
  readonly irVersion: number;
  readonly opsets: Record<string, number>;
  readonly nodes: DecodedNode[];
  readonly inputs: DecodedInfo[];
  readonly outputs: DecodedInfo[];
  readonly initializers: DecodedTensor[];
}

function parse(bytes: Uint8Array): Message {
  const fields: Message = new Map();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    let value: Field;
    switch (key & 7) {
      case 0:
        value = varint();
        break;
      case 2: {
        const length = Number(varint());
        value = bytes.subarray(at, at + length);
        at += length;
        break;
      }
      case 5:
        value = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getFloat32(0, true);
        at += 4;
        break;
      default:
        throw new Error(`wire type ${key & 7}`);
    }
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value]);
  }
  return fields;
}

const text = (f: Field | undefined) => (f === undefined ? '' : new TextDecoder().decode(f as Uint8Array));
const texts = (m: Message, field: number) => (m.get(field) ?? []).map(text);
const messages = (m: Message, field: number) => (m.get(field) ?? []).map((f) => parse(f as Uint8Array));
const one = (m: Message, field: number) => messages(m, field)[0] ?? new Map();
const int = (m: Message, field: number) => Number(m.get(field)?.[0] ?? 0);

function attribute(m: Message): [string, number | string | number[]] {
  const name = text(m.get(1)?.[0]);
  const kind = int(m, 20);
  if (kind === 1) return [name, m.get(2)![0] as number];
  if (kind === 2) return [name, int(m, 3)];
  if (kind === 3) return [name, text(m.get(4)?.[0])];
  return [name, (m.get(8) ?? []).map(Number)];
}

function info(m: Message): DecodedInfo {
  const tensor = one(one(m, 2), 1);
  const shape = messages(one(tensor, 2), 1).map((d) => (d.has(2) ? text(d.get(2)![0]) : int(d, 1)));
  return { name: text(m.get(1)?.[0]), dtype: int(tensor, 1), shape };
}

export function decodeModel(bytes: Uint8Array): DecodedModel {
  const model = parse(bytes);
  const graph = one(model, 7);
  return {
    irVersion: int(model, 1),
    opsets: Object.fromEntries(messages(model, 8).map((m) => [text(m.get(1)?.[0]), int(m, 2)])),
    nodes: messages(graph, 1).map((m) => ({
      name: text(m.get(3)?.[0]),
      op: text(m.get(4)?.[0]),
      domain: text(m.get(7)?.[0]),
      inputs: texts(m, 1),
      outputs: texts(m, 2),
      attributes: Object.fromEntries(messages(m, 5).map(attribute)),
    })),
    inputs: messages(graph, 11).map(info),
    outputs: messages(graph, 12).map(info),
    initializers: messages(graph, 5).map((m) => ({
      name: text(m.get(8)?.[0]),
      dtype: int(m, 2),
      shape: (m.get(1) ?? []).map(Number),
      bytes: (m.get(9)?.[0] as Uint8Array) ?? new Uint8Array(),
      external: m.has(13)
        ? Object.fromEntries(messages(m, 13).map((e) => [text(e.get(1)?.[0]), text(e.get(2)?.[0])]))
        : null,
    })),
  };
}
