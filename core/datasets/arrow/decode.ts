import { isUtf8 } from 'node:buffer';
import { DataType, type Dictionary } from 'apache-arrow';
import { uint16ToFloat64 } from 'apache-arrow/util/math';
import { GalleyError } from '../../errors/galley-error.ts';
import type { ReadBytes } from './file-window.ts';
import type { ColumnLayout, Region } from './layout.ts';

/** Values of types that take no room (nulls, empty structs); a damaged file could claim any number of them. */
const MAXIMUM_WITHOUT_BYTES = 1 << 24;

/** Values of a dictionary, by its id. */
export type DictionaryValues = (type: Dictionary) => readonly unknown[];

/**
 * Reads rows of columns straight from their buffers, only the bytes those rows need. Values are storage values, the
 * ones {@link file://./encode.ts} takes: 64-bit integers as numbers where they are exact and bigints beyond, strings,
 * Uint8Array, lists, objects for structs, null; times and dates as their integers; decimals as bytes.
 */
export class ColumnReader {
  readonly #read: ReadBytes;
  readonly #dictionary: DictionaryValues;
  readonly #path: string;

  constructor(read: ReadBytes, dictionary: DictionaryValues, path: string) {
    this.#read = read;
    this.#dictionary = dictionary;
    this.#path = path;
  }

  /** Rows `start` (inclusive) to `end` (exclusive). @throws GalleyError `damaged`, naming the column. */
  values(column: ColumnLayout, start: number, end: number): unknown[] {
    if (start < 0 || end < start || end > column.length)
      throw this.#damaged(column, `rows ${start}..${end} of ${column.length} were asked for`);
    const values = this.#present(column, start, end);
    if (column.nullCount > 0 && column.validity && column.validity.length > 0) {
      const bits = this.#slice(column, column.validity, start >> 3, (end + 7) >> 3);
      const shift = (start >> 3) << 3;
      for (let i = start; i < end; i++)
        if (!((bits[(i - shift) >> 3] >> (i & 7)) & 1)) values[i - start] = null;
    }
    return values;
  }

  #present(column: ColumnLayout, start: number, end: number): unknown[] {
    const { type } = column;
    if (column.buffers.length === 0 && end - start > MAXIMUM_WITHOUT_BYTES)
      throw this.#damaged(column, `${end - start} values without a byte to hold them`);
    if (DataType.isNull(type)) return new Array(end - start).fill(null);
    if (DataType.isDictionary(type)) return this.#dictionaryValues(column, type, start, end);
    if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return this.#strings(column, start, end);
    if (DataType.isBinary(type) || DataType.isLargeBinary(type)) return this.#binaries(column, start, end);
    if (DataType.isUtf8View(type) || DataType.isBinaryView(type)) return this.#views(column, start, end);
    if (DataType.isList(type) || DataType.isLargeList(type) || DataType.isMap(type))
      return this.#lists(column, start, end);
    if (DataType.isFixedSizeList(type)) return this.#fixedLists(column, type.listSize, start, end);
    if (DataType.isStruct(type)) return this.#structs(column, start, end);
    if (DataType.isBool(type)) {
      const bits = this.#slice(column, column.buffers[0], start >> 3, (end + 7) >> 3);
      const shift = (start >> 3) << 3;
      return Array.from({ length: end - start }, (_, k) => {
        const i = start + k;
        return ((bits[(i - shift) >> 3] >> (i & 7)) & 1) === 1;
      });
    }
    return this.#numbers(column, type, start, end);
  }

  #numbers(column: ColumnLayout, type: DataType, start: number, end: number): unknown[] {
    const width = fixedWidth(type);
    if (width === null)
      throw new GalleyError(
        'invalid-data',
        `column "${column.name}" is ${type}, which Galley does not read`,
        {
          where: this.#path,
        },
      );
    const bytes = this.#slice(column, column.buffers[0], start * width, end * width);
    const count = end - start;
    if (DataType.isDecimal(type) || DataType.isFixedSizeBinary(type) || DataType.isInterval(type))
      return Array.from({ length: count }, (_, i) =>
        Uint8Array.from(bytes.subarray(i * width, (i + 1) * width)),
      );
    if (DataType.isFloat(type) && width === 2) return Array.from(typed(bytes, Uint16Array), uint16ToFloat64);
    if (DataType.isFloat(type))
      return Array.from(typed<NumberArray>(bytes, width === 4 ? Float32Array : Float64Array));
    const unsigned = DataType.isInt(type) && !type.isSigned;
    switch (width) {
      case 1:
        return Array.from(typed<NumberArray>(bytes, unsigned ? Uint8Array : Int8Array));
      case 2:
        return Array.from(typed<NumberArray>(bytes, unsigned ? Uint16Array : Int16Array));
      case 4:
        return Array.from(typed<NumberArray>(bytes, unsigned ? Uint32Array : Int32Array));
      default:
        return exactNumbers(bytes, unsigned);
    }
  }

  #offsets(column: ColumnLayout, start: number, end: number, limit: number): number[] {
    const large =
      DataType.isLargeUtf8(column.type) ||
      DataType.isLargeBinary(column.type) ||
      DataType.isLargeList(column.type);
    // An empty column may come without even the one offset the format asks for.
    if (end === start) return [0];
    const width = large ? 8 : 4;
    const bytes = this.#slice(column, column.buffers[0], start * width, (end + 1) * width);
    const offsets = large
      ? Array.from(typed(bytes, BigInt64Array), Number)
      : Array.from(typed(bytes, Int32Array));
    for (let i = 0; i < offsets.length; i++)
      if (offsets[i] < (i === 0 ? 0 : offsets[i - 1]) || offsets[i] > limit)
        throw this.#damaged(column, `offset ${offsets[i]} at row ${start + i} is impossible`);
    return offsets;
  }

  #strings(column: ColumnLayout, start: number, end: number): unknown[] {
    const data = column.buffers[1];
    const offsets = this.#offsets(column, start, end, data.length);
    const first = offsets[0];
    const text = this.#slice(column, data, first, offsets[offsets.length - 1]);
    if (!isUtf8(text)) throw this.#damaged(column, 'its text is not valid UTF-8');
    return Array.from({ length: end - start }, (_, i) =>
      text.toString('utf8', offsets[i] - first, offsets[i + 1] - first),
    );
  }

  #binaries(column: ColumnLayout, start: number, end: number): unknown[] {
    const data = column.buffers[1];
    const offsets = this.#offsets(column, start, end, data.length);
    const first = offsets[0];
    const bytes = this.#slice(column, data, first, offsets[offsets.length - 1]);
    return Array.from({ length: end - start }, (_, i) =>
      Uint8Array.from(bytes.subarray(offsets[i] - first, offsets[i + 1] - first)),
    );
  }

  #views(column: ColumnLayout, start: number, end: number): unknown[] {
    const views = this.#slice(column, column.buffers[0], start * 16, end * 16);
    const text = DataType.isUtf8View(column.type);
    return Array.from({ length: end - start }, (_, i) => {
      const view = views.subarray(i * 16, i * 16 + 16);
      const length = view.readInt32LE(0);
      const region = column.buffers[1 + view.readInt32LE(8)];
      const offset = view.readInt32LE(12);
      if (length < 0 || (length > 12 && !region)) throw this.#damaged(column, 'a string view points nowhere');
      const bytes =
        length <= 12 ? view.subarray(4, 4 + length) : this.#slice(column, region, offset, offset + length);
      return text ? bytes.toString('utf8') : Uint8Array.from(bytes);
    });
  }

  #lists(column: ColumnLayout, start: number, end: number): unknown[] {
    const child = column.children[0];
    const offsets = this.#offsets(column, start, end, child.length);
    const first = offsets[0];
    const items = this.values(child, first, offsets[offsets.length - 1]);
    return Array.from({ length: end - start }, (_, i) =>
      items.slice(offsets[i] - first, offsets[i + 1] - first),
    );
  }

  #fixedLists(column: ColumnLayout, size: number, start: number, end: number): unknown[] {
    const items = this.values(column.children[0], start * size, end * size);
    return Array.from({ length: end - start }, (_, i) => items.slice(i * size, (i + 1) * size));
  }

  #structs(column: ColumnLayout, start: number, end: number): unknown[] {
    const names = (column.type.children ?? []).map((field: { name: string }) => field.name);
    const columns = column.children.map((child) => this.values(child, start, end));
    return Array.from({ length: end - start }, (_, i) =>
      Object.fromEntries(names.map((name: string, c: number) => [name, columns[c][i]])),
    );
  }

  #dictionaryValues(column: ColumnLayout, type: Dictionary, start: number, end: number): unknown[] {
    const values = this.#dictionary(type);
    const indices = this.#numbers(column, type.indices, start, end) as number[];
    // The index of a null row may be anything, so only a present row can be out of range; null comes later.
    const mayBeNull = column.nullCount > 0;
    return indices.map((index) => {
      if (!(index >= 0 && index < values.length) && !mayBeNull)
        throw this.#damaged(column, `dictionary index ${index}, the dictionary has ${values.length} values`);
      return values[index];
    });
  }

  #slice(column: ColumnLayout, region: Region, start: number, end: number): Buffer {
    if (start === end) return Buffer.alloc(0);
    if (start < 0 || end > region.length)
      throw this.#damaged(column, `a buffer has ${region.length} bytes, expected at least ${end}`);
    return this.#read(region.offset + start, end - start);
  }

  #damaged(column: ColumnLayout, message: string): GalleyError {
    return new GalleyError('damaged', `column "${column.name}": ${message}`, { where: this.#path });
  }
}

/** Bytes per value of a fixed-width type, null for others. */
export function fixedWidth(type: DataType): number | null {
  if (DataType.isInt(type) || DataType.isTime(type)) return type.bitWidth / 8;
  if (DataType.isFloat(type)) return [2, 4, 8][type.precision];
  if (DataType.isDate(type)) return type.unit === 0 ? 4 : 8;
  if (DataType.isTimestamp(type) || DataType.isDuration(type)) return 8;
  if (DataType.isDecimal(type)) return type.bitWidth / 8;
  if (DataType.isFixedSizeBinary(type)) return type.byteWidth;
  if (DataType.isInterval(type)) return [4, 8, 16][type.unit];
  return null;
}

type NumberArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

interface ViewConstructor<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

function typed<T>(bytes: Buffer, View: ViewConstructor<T>): T {
  const own =
    bytes.byteOffset % View.BYTES_PER_ELEMENT === 0 ? bytes : Buffer.from(Uint8Array.from(bytes).buffer);
  return new View(own.buffer, own.byteOffset, own.byteLength / View.BYTES_PER_ELEMENT);
}

/** 64-bit integers as numbers where no digit is lost, else as bigints. */
function exactNumbers(bytes: Buffer, unsigned: boolean): (number | bigint)[] {
  const halves = typed(bytes, Int32Array);
  return Array.from({ length: halves.length / 2 }, (_, i) => {
    const low = halves[2 * i] >>> 0;
    const high = unsigned ? halves[2 * i + 1] >>> 0 : halves[2 * i + 1];
    const value = high * 2 ** 32 + low;
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
  });
}
