import { type Data, DataType, makeData, Type } from 'apache-arrow';
import { float64ToUint16 } from 'apache-arrow/util/math';
import { GalleyError } from '../../errors/galley-error.ts';
import { describeValue } from '../jsonl.ts';
import { fixedWidth } from './decode.ts';

/**
 * A column's data from storage values (see {@link file://./decode.ts}), null and undefined as null.
 * @param name column name for messages
 * @throws GalleyError `invalid-data` naming the column, the row and what was found.
 */
export function encodeColumn(name: string, type: DataType, values: readonly unknown[]): Data {
  return new ColumnEncoder(name).column(type, values);
}

class ColumnEncoder {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  column(type: DataType, values: readonly unknown[]): Data {
    const length = values.length;
    if (DataType.isNull(type)) return makeData({ type, length });
    const [nullCount, nullBitmap] = validity(values);
    const common = { type, length, nullCount, nullBitmap };
    if (DataType.isUtf8(type) || DataType.isLargeUtf8(type))
      return this.#bytes(common, values, (value, row) => {
        if (typeof value !== 'string') throw this.#wrong('a string', value, row);
        return Buffer.from(value, 'utf8');
      });
    if (DataType.isBinary(type) || DataType.isLargeBinary(type))
      return this.#bytes(common, values, (value, row) => {
        if (!(value instanceof Uint8Array)) throw this.#wrong('bytes', value, row);
        return value;
      });
    if (DataType.isList(type) || DataType.isLargeList(type) || DataType.isMap(type))
      return this.#lists(common, values);
    if (DataType.isFixedSizeList(type)) return this.#fixedLists(common, type.listSize, values);
    if (DataType.isStruct(type)) {
      const children = type.children.map((field) =>
        this.column(
          field.type,
          values.map((value, row) => {
            if (value === null || value === undefined) return null;
            if (typeof value !== 'object' || Array.isArray(value)) throw this.#wrong('an object', value, row);
            return (value as Record<string, unknown>)[field.name];
          }),
        ),
      );
      return makeData({ ...common, type, children });
    }
    if (DataType.isBool(type)) {
      const data = new Uint8Array((length + 7) >> 3);
      for (const [row, value] of values.entries()) {
        if (value === null || value === undefined) continue;
        if (typeof value !== 'boolean') throw this.#wrong('true or false', value, row);
        if (value) data[row >> 3] |= 1 << (row & 7);
      }
      return makeData({ ...common, type, data });
    }
    return this.#numbers(common, values);
  }

  #numbers(common: Common, values: readonly unknown[]): Data {
    const { type } = common;
    const width = fixedWidth(type);
    if (width === null) throw new GalleyError('invalid-data', `column "${this.#name}": cannot write ${type}`);
    const bytes = new DataView(new ArrayBuffer(values.length * width));
    const put = this.#putter(type, width, bytes);
    for (const [row, value] of values.entries())
      if (value !== null && value !== undefined) put(row * width, value, row);
    // Arrow stores these raw bytes as they are; its own array type is looked up from `type`.
    return makeData({ ...common, data: new Uint8Array(bytes.buffer) } as never);
  }

  #putter(type: DataType, width: number, bytes: DataView): Put {
    if (DataType.isDecimal(type) || DataType.isFixedSizeBinary(type) || DataType.isInterval(type))
      return (at, value, row) => {
        if (!(value instanceof Uint8Array) || value.length !== width)
          throw this.#wrong(`${width} bytes`, value, row);
        new Uint8Array(bytes.buffer).set(value, at);
      };
    if (DataType.isFloat(type))
      return (at, value, row) => {
        if (typeof value !== 'number') throw this.#wrong('a number', value, row);
        if (width === 2) bytes.setUint16(at, float64ToUint16(value), true);
        else if (width === 4) bytes.setFloat32(at, value, true);
        else bytes.setFloat64(at, value, true);
      };
    return this.#integerPutter(width, DataType.isInt(type) && !type.isSigned, bytes);
  }

  #integerPutter(width: number, unsigned: boolean, bytes: DataView): Put {
    const bits = width * 8;
    const low = unsigned ? 0 : -(2 ** (bits - 1));
    const high = unsigned ? 2 ** bits - 1 : 2 ** (bits - 1) - 1;
    const fits = (value: number) => Number.isSafeInteger(value) && value >= low && value <= high;
    const bigFits = (value: bigint) =>
      width === 8 && (unsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value)) === value;
    return (at, value, row) => {
      if (typeof value === 'bigint' && bigFits(value)) bytes.setBigInt64(at, value, true);
      else if (typeof value !== 'number' || !fits(value))
        throw this.#wrong(`a whole number of ${low}..${high}`, value, row);
      else if (width === 8) {
        bytes.setInt32(at, value % 2 ** 32, true);
        bytes.setInt32(at + 4, Math.floor(value / 2 ** 32), true);
      } else if (width === 4) bytes.setInt32(at, value, true);
      else if (width === 2) bytes.setInt16(at, value, true);
      else bytes.setInt8(at, value);
    };
  }

  #bytes(
    common: Common,
    values: readonly unknown[],
    bytesOf: (value: unknown, row: number) => Uint8Array,
  ): Data {
    const parts = values.map((value, row) =>
      value === null || value === undefined ? new Uint8Array(0) : bytesOf(value, row),
    );
    const valueOffsets = this.#offsets(
      common.type,
      parts.map((part) => part.length),
    );
    return makeData({ ...common, valueOffsets, data: Buffer.concat(parts) } as never);
  }

  #lists(common: Common, values: readonly unknown[]): Data {
    const lists = values.map((value, row) => {
      if (value === null || value === undefined) return [];
      if (!Array.isArray(value)) throw this.#wrong('a list', value, row);
      return value as unknown[];
    });
    const valueOffsets = this.#offsets(
      common.type,
      lists.map((list) => list.length),
    );
    const child = this.column(common.type.children[0].type, lists.flat(1));
    return makeData({ ...common, valueOffsets, child } as never);
  }

  #fixedLists(common: Common, size: number, values: readonly unknown[]): Data {
    const items = values.flatMap((value, row) => {
      if (value === null || value === undefined) return new Array<unknown>(size).fill(null);
      if (!Array.isArray(value) || value.length !== size) throw this.#wrong(`a list of ${size}`, value, row);
      return value as unknown[];
    });
    return makeData({ ...common, child: this.column(common.type.children[0].type, items) } as never);
  }

  #offsets(type: DataType, lengths: readonly number[]): Int32Array | BigInt64Array {
    const large =
      type.typeId === Type.LargeUtf8 || type.typeId === Type.LargeBinary || type.typeId === Type.LargeList;
    const offsets = large ? new BigInt64Array(lengths.length + 1) : new Int32Array(lengths.length + 1);
    let total = 0;
    for (const [i, length] of lengths.entries()) {
      total += length;
      if (!large && total > 2 ** 31 - 1)
        throw new GalleyError('invalid-data', `column "${this.#name}" holds more than 2 GiB in one batch`);
      offsets[i + 1] = large ? BigInt(total) : total;
    }
    return offsets;
  }

  #wrong(expected: string, value: unknown, row: number): GalleyError {
    return new GalleyError(
      'invalid-data',
      `column "${this.#name}": expected ${expected}, found ${describeValue(value)} (item ${row})`,
    );
  }
}

/** Writes the value of one row at a byte offset. */
type Put = (at: number, value: unknown, row: number) => void;

interface Common {
  readonly type: DataType;
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array | undefined;
}

function validity(values: readonly unknown[]): [number, Uint8Array | undefined] {
  let nulls = 0;
  for (const value of values) if (value === null || value === undefined) nulls++;
  if (nulls === 0) return [0, undefined];
  const bits = new Uint8Array((values.length + 7) >> 3);
  for (const [i, value] of values.entries())
    if (value !== null && value !== undefined) bits[i >> 3] |= 1 << (i & 7);
  return [nulls, bits];
}
