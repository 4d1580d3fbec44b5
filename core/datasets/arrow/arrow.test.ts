import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Binary,
  Bool,
  type DataType,
  Decimal,
  Dictionary,
  Field,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  LargeBinary,
  LargeList,
  LargeUtf8,
  List,
  Null,
  Schema,
  Struct,
  Table,
  Timestamp,
  TimeUnit,
  tableFromIPC,
  tableToIPC,
  Uint8,
  Uint64,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GalleyError } from '../../errors/galley-error.ts';
import { DatasetTable } from '../dataset-table.ts';
import { temporaryFolder } from '../testing/pages.ts';
import { encodeColumn } from './encode.ts';
import { FileWindow } from './file-window.ts';
import { indexStream } from './stream-index.ts';
import { StreamWriter } from './stream-writer.ts';

const folder = temporaryFolder();
let files = 0;

async function written(type: DataType, batches: readonly (readonly unknown[])[]): Promise<string> {
  const path = join(folder, `${files++}.arrow`);
  const writer = await StreamWriter.create(path, new Schema([new Field('x', type, true)]));
  for (const values of batches) await writer.batch([encodeColumn('x', type, values)], values.length);
  await writer.end();
  return path;
}

function opened(path: string): DatasetTable {
  const file = new FileWindow(path);
  const index = indexStream(file);
  return new DatasetTable(folder, index.schema.fields, {}, [{ file, index }]);
}

const item = (type: DataType) => new Field('item', type, true);
const word = fc.string({ unit: 'binary', maxLength: 8 });
const bytes = fc.uint8Array({ maxLength: 8 });
const int64 = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
const uint64 = fc
  .bigInt({ min: 0n, max: 2n ** 64n - 1n })
  .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
const small = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 4 });

/** Types with values of theirs. */
const cases: readonly (readonly [string, DataType, fc.Arbitrary<unknown>])[] = [
  ['null', new Null(), fc.constant(null)],
  ['bool', new Bool(), fc.boolean()],
  ['int8', new Int8(), fc.integer({ min: -128, max: 127 })],
  ['uint8', new Uint8(), fc.nat(255)],
  ['int32', new Int32(), small],
  ['int64', new Int64(), int64],
  ['uint64', new Uint64(), uint64],
  ['float16', new Float16(), fc.constantFrom(0, 1.5, -2.25, 1024, 65504)],
  ['float32', new Float32(), fc.float({ noNaN: true })],
  ['float64', new Float64(), fc.double({ noNaN: true })],
  ['string', new Utf8(), word],
  ['large_string', new LargeUtf8(), word],
  ['binary', new Binary(), bytes],
  ['large_binary', new LargeBinary(), bytes],
  ['timestamp', new Timestamp(TimeUnit.NANOSECOND, 'UTC'), int64],
  ['decimal', new Decimal(2, 12, 128), fc.uint8Array({ minLength: 16, maxLength: 16 })],
  ['list of strings', new List(item(new Utf8())), fc.array(orNull(word), { maxLength: 3 })],
  [
    'list of boxes',
    new List(item(new List(item(new Int64())))),
    fc.array(orNull(fc.array(small, { maxLength: 4 })), { maxLength: 3 }),
  ],
  ['large list', new LargeList(item(new Int64())), fc.array(orNull(int64), { maxLength: 3 })],
  [
    'fixed list',
    new FixedSizeList(2, item(new Int32())),
    fc.array(orNull(small), { minLength: 2, maxLength: 2 }),
  ],
  [
    'struct',
    new Struct([new Field('bytes', new Binary(), true), new Field('path', new Utf8(), true)]),
    fc.record({ bytes: orNull(bytes), path: orNull(word) }),
  ],
];

describe('Arrow columns', () => {
  it.each(cases)('come back as they were written: %s', async (_, type, value) => {
    const rows = fc.array(orNull(value), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(rows, { maxLength: 3 }), fc.nat(), fc.nat(), async (batches, a, b) => {
        const path = await written(type, batches);
        const table = opened(path);
        const all = batches.flat();
        expect(table.length).toBe(all.length);
        expect(table.rows(['x'], 0, all.length).x).toEqual(all);
        const [start, end] = [a % (all.length + 1), b % (all.length + 1)].sort((x, y) => x - y);
        expect(table.rows(['x'], start, end).x).toEqual(all.slice(start, end));
        // A second opinion on the bytes: Arrow's own reader.
        expect(tableFromIPC(readFileSync(path)).getChild('x')?.nullCount ?? 0).toBe(
          all.filter((entry) => entry === null).length,
        );
      }),
      { numRuns: 25 },
    );
  });

  it('are read as Arrow itself reads them', async () => {
    const texts = ['½', null, 'two words', ''];
    const table = tableFromIPC(readFileSync(await written(new Utf8(), [texts])));
    expect([...(table.getChild('x') ?? [])]).toEqual(texts);
    const boxes = [[[1, 2, 3, 4]], [], null];
    const path = await written(new List(item(new List(item(new Int64())))), [boxes]);
    const first = tableFromIPC(readFileSync(path)).getChild('x')?.get(0);
    expect([...first].map((box: Iterable<bigint>) => [...box].map(Number))).toEqual([[1, 2, 3, 4]]);
  });

  it('may be dictionaries, replaced or extended from batch to batch', async () => {
    const type = new Dictionary(new Utf8(), new Int32());
    const vector = vectorFromArray(['gold', null, 'silver', 'gold'], type);
    const path = join(folder, 'dictionary.arrow');
    writeFileSync(path, tableToIPC(new Table({ x: vector }), 'stream'));
    expect(opened(path).rows(['x'], 0, 4).x).toEqual(['gold', null, 'silver', 'gold']);
    expect(opened(path).rows(['x'], 2, 4).x).toEqual(['silver', 'gold']);
  });

  it('refuse values of another type, naming the column', () => {
    expect(() => encodeColumn('n', new Int8(), [300])).toThrow(
      /"n": expected a whole number of -128..127, found 300/,
    );
    expect(() => encodeColumn('n', new Int64(), [1.5])).toThrow(/whole number/);
    expect(() => encodeColumn('n', new Int64(), [2n ** 63n])).toThrow(/whole number/);
    expect(() => encodeColumn('n', new Utf8(), ['a', 7])).toThrow(/expected a string, found 7 \(item 1\)/);
    expect(() => encodeColumn('n', new FixedSizeList(2, item(new Int8())), [[1]])).toThrow(/a list of 2/);
    expect(() => encodeColumn('n', new Bool(), ['yes'])).toThrow(/true or false, found "yes"/);
  });
});

describe('damaged streams', () => {
  const rows = [['a', 'b'], ['c'], null, ['½', 'd']];
  const type = new List(item(new Utf8()));

  it('cut anywhere: an error that says so, or rows that were whole', async () => {
    const whole = readFileSync(await written(type, [rows, rows]));
    const path = join(folder, 'cut.arrow');
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      try {
        const table = opened(path);
        expect(table.rows(['x'], 0, table.length).x).toEqual([...rows, ...rows].slice(0, table.length));
        expect(table.length % rows.length).toBe(0);
      } catch (error) {
        expect(error).toBeInstanceOf(GalleyError);
        expect((error as GalleyError).code).toBe('damaged');
        expect((error as GalleyError).message).toMatch(length === 0 ? /empty/ : /truncated|no schema/);
      }
    }
  });

  it('with any byte changed: an error or other values, never a crash', async () => {
    const whole = readFileSync(await written(type, [rows]));
    const path = join(folder, 'changed.arrow');
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        writeFileSync(path, bytes);
        try {
          const table = opened(path);
          const columns = table.fields.map((field) => field.name);
          table.rows(columns, 0, Math.min(table.length, 100));
        } catch (error) {
          expect(error).toBeInstanceOf(GalleyError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of other formats are named', () => {
    const path = join(folder, 'other.arrow');
    for (const [content, message] of [
      ['ARROW1\0\0', /file format, expected the stream format/],
      ['version https://git-lfs.github.com/spec/v1\n', /Git LFS pointer/],
      ['PAR1', /Parquet/],
      ['some text that is no Arrow', /not the start of an Arrow message/],
    ] as const) {
      writeFileSync(path, content);
      expect(() => indexStream(new FileWindow(path))).toThrow(message);
    }
  });

  it('replaced under an open table are noticed', async () => {
    const path = await written(type, [rows]);
    const table = opened(path);
    writeFileSync(path, readFileSync(await written(type, [rows, rows])));
    expect(() => table.rows(['x'], 0, 1)).toThrow(/changed while it was open/);
  });
});
