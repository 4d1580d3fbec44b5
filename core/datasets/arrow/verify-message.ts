/**
 * What a table of Arrow's Message.fbs holds beside scalars, by slot. Arrow's own decoder trusts every offset and length
 * of a flatbuffer, so that one wrong byte can make it build lists until memory ends.
 */
interface Shape {
  readonly [slot: number]: Slot;
}
type Slot =
  | { readonly kind: 'string' }
  | { readonly kind: 'numbers'; readonly width: number }
  | { readonly kind: 'table' | 'tables'; readonly of: () => Shape }
  /** A union: the table's shape hangs on the byte in another slot. */
  | { readonly kind: 'union'; readonly tag: number; readonly of: Readonly<Record<number, () => Shape>> };

const string: Slot = { kind: 'string' };
const numbers = (width: number): Slot => ({ kind: 'numbers', width });
const keyValue: Shape = { 0: string, 1: string };
const metadata: Slot = { kind: 'tables', of: () => keyValue };
const plain = (): Shape => ({});

const timestamp: Shape = { 1: string };
const unionType: Shape = { 1: numbers(4) };
const dictionaryEncoding: Shape = { 1: { kind: 'table', of: plain } };
const field: Shape = {
  0: string,
  3: { kind: 'union', tag: 2, of: { 10: () => timestamp, 14: () => unionType } },
  4: { kind: 'table', of: () => dictionaryEncoding },
  5: { kind: 'tables', of: () => field },
  6: metadata,
};
const schema: Shape = { 1: { kind: 'tables', of: () => field }, 2: metadata, 3: numbers(8) };
const recordBatch: Shape = { 1: numbers(16), 2: numbers(16), 3: { kind: 'table', of: plain }, 4: numbers(8) };
const dictionaryBatch: Shape = { 1: { kind: 'table', of: () => recordBatch } };
const message: Shape = {
  2: { kind: 'union', tag: 1, of: { 1: () => schema, 2: () => dictionaryBatch, 3: () => recordBatch } },
  4: metadata,
};

const MAXIMUM_DEPTH = 64;

/** Whether every offset and length in the flatbuffer of an Arrow message lies inside it. */
export function isWholeMessage(bytes: Buffer): boolean {
  try {
    new Verifier(bytes).root();
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

class Verifier {
  readonly #bytes: Buffer;
  #tables = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  root(): void {
    this.#table(this.#follow(0), message, 0);
  }

  /** Buffer's own reads throw a RangeError outside the bytes; that is half of the work here. */
  #table(at: number, shape: Shape, depth: number): void {
    // Tables may be shared, so a small buffer could unfold into endless ones.
    if (depth > MAXIMUM_DEPTH || ++this.#tables > this.#bytes.length) throw new RangeError('too many tables');
    const vtable = at - this.#bytes.readInt32LE(at);
    const vtableBytes = this.#bytes.readUInt16LE(vtable);
    const tableBytes = this.#bytes.readUInt16LE(vtable + 2);
    this.#inside(vtable, vtableBytes);
    this.#inside(at, tableBytes);
    const slotAt = (slot: number): number | null => {
      const entry = 4 + 2 * slot;
      const offset = entry + 2 <= vtableBytes ? this.#bytes.readUInt16LE(vtable + entry) : 0;
      if (offset >= tableBytes && offset !== 0) throw new RangeError('slot outside its table');
      return offset === 0 ? null : at + offset;
    };
    for (const [key, slot] of Object.entries(shape)) {
      const place = slotAt(Number(key));
      if (place !== null) this.#slot(place, slot, slotAt, depth);
    }
  }

  #slot(place: number, slot: Slot, slotAt: (slot: number) => number | null, depth: number): void {
    const target = this.#follow(place);
    if (slot.kind === 'table') this.#table(target, slot.of(), depth + 1);
    else if (slot.kind === 'union') {
      const tag = slotAt(slot.tag);
      const of = slot.of[tag === null ? 0 : this.#bytes.readUInt8(tag)];
      this.#table(target, of ? of() : {}, depth + 1);
    } else {
      const length = this.#bytes.readUInt32LE(target);
      const width = slot.kind === 'string' ? 1 : slot.kind === 'numbers' ? slot.width : 4;
      this.#inside(target + 4, length * width);
      if (slot.kind !== 'tables') return;
      for (let i = 0; i < length; i++) this.#table(this.#follow(target + 4 + 4 * i), slot.of(), depth + 1);
    }
  }

  #follow(at: number): number {
    return at + this.#bytes.readUInt32LE(at);
  }

  #inside(at: number, length: number): void {
    if (at < 0 || at + length > this.#bytes.length) throw new RangeError('outside the buffer');
  }
}
