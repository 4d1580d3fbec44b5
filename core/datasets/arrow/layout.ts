import { DataType, type Field, Message, type Schema } from 'apache-arrow';
import { GalleyError } from '../../errors/galley-error.ts';
import type { ReadBytes } from './file-window.ts';
import type { BatchPlace } from './stream-index.ts';

/** Bytes of one buffer in the file. */
export interface Region {
  readonly offset: number;
  readonly length: number;
}

/** Where one column (or child of one) of one batch lies in the file. */
export interface ColumnLayout {
  /** Dotted name, for messages. */
  readonly name: string;
  readonly type: DataType;
  readonly length: number;
  readonly nullCount: number;
  /** Validity first (null where the type has none), then the type's own. */
  readonly validity: Region | null;
  readonly buffers: readonly Region[];
  readonly children: readonly ColumnLayout[];
}

interface Header {
  readonly length: number;
  readonly nodes: readonly { length: number; nullCount: number }[];
  readonly buffers: readonly Region[];
  readonly compression: unknown;
  readonly variadicBufferCounts: readonly number[];
}

/** Column layouts of a record batch. @throws GalleyError `damaged` or `invalid-data`, naming the column. */
export function batchLayout(
  read: ReadBytes,
  place: BatchPlace,
  schema: Schema,
  path: string,
): ColumnLayout[] {
  const message = Message.decode(read(place.metadataOffset, place.metadataLength));
  if (!message.isRecordBatch()) throw new GalleyError('damaged', 'expected a record batch', { where: path });
  return new LayoutReader(message.header(), place, path).columns(schema.fields);
}

/** Layout of the values of a dictionary batch. @throws GalleyError as {@link batchLayout}. */
export function dictionaryLayout(
  read: ReadBytes,
  place: BatchPlace,
  type: DataType,
  path: string,
): ColumnLayout {
  const message = Message.decode(read(place.metadataOffset, place.metadataLength));
  if (!message.isDictionaryBatch())
    throw new GalleyError('damaged', 'expected a dictionary batch', { where: path });
  return new LayoutReader(message.header().data, place, path).column('dictionary', type);
}

class LayoutReader {
  readonly #header: Header;
  readonly #place: BatchPlace;
  readonly #path: string;
  #node = 0;
  #buffer = 0;
  #variadic = 0;

  constructor(header: Header, place: BatchPlace, path: string) {
    this.#header = header;
    this.#place = place;
    this.#path = path;
    if (header.compression)
      throw new GalleyError('invalid-data', 'the Arrow data is compressed, which Galley does not read', {
        where: path,
        hint: 'save the dataset again with save_to_disk, which does not compress',
      });
  }

  columns(fields: readonly Field[]): ColumnLayout[] {
    return fields.map((field) => {
      const column = this.column(field.name, field.type);
      if (column.length !== this.#header.length)
        throw this.#damaged(field.name, `${column.length} rows in a batch of ${this.#header.length}`);
      return column;
    });
  }

  column(name: string, type: DataType): ColumnLayout {
    const node = this.#header.nodes[this.#node++];
    if (!node || node.length < 0 || node.nullCount < 0 || node.nullCount > node.length)
      throw this.#damaged(name, 'its row count is missing or impossible');
    const { length, nullCount } = node;
    const validity = DataType.isNull(type) ? null : this.#region(name);
    const buffers: Region[] = [];
    for (let i = ownBuffers(type, name, this.#path); i > 0; i--) buffers.push(this.#region(name));
    if (DataType.isUtf8View(type) || DataType.isBinaryView(type)) {
      const count = Number(this.#header.variadicBufferCounts[this.#variadic++] ?? 0);
      for (let i = 0; i < count; i++) buffers.push(this.#region(name));
    }
    const children = DataType.isDictionary(type)
      ? []
      : (type.children ?? []).map((child: Field) => this.column(`${name}.${child.name}`, child.type));
    return { name, type, length, nullCount, validity, buffers, children };
  }

  #region(name: string): Region {
    const region = this.#header.buffers[this.#buffer++];
    const { bodyOffset, bodyLength } = this.#place;
    if (!region || !(region.offset >= 0 && region.length >= 0 && region.offset + region.length <= bodyLength))
      throw this.#damaged(name, 'a buffer of it lies outside its batch');
    return { offset: bodyOffset + region.offset, length: region.length };
  }

  #damaged(name: string, message: string): GalleyError {
    return new GalleyError('damaged', `column "${name}": ${message}`, { where: this.#path });
  }
}

/** Buffers of a type beside the validity bitmap and, for views, the variadic ones. */
function ownBuffers(type: DataType, name: string, path: string): number {
  if (DataType.isNull(type) || DataType.isStruct(type) || DataType.isFixedSizeList(type)) return 0;
  if (
    DataType.isUtf8(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isBinary(type) ||
    DataType.isLargeBinary(type)
  )
    return 2;
  if (DataType.isUnion(type))
    throw new GalleyError('invalid-data', `column "${name}" is a union, which Galley does not read`, {
      where: path,
    });
  return 1;
}
