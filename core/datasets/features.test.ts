import { DataType, Field, Int32, LargeList, List, Struct, Timestamp, TimeUnit, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import {
  classNames,
  type FeatureJson,
  featureOfType,
  fieldOfFeature,
  portableFeature,
  sameType,
} from './features.ts';

const value = (dtype: string): FeatureJson => ({ dtype, _type: 'Value' });
const typeOf = (feature: FeatureJson) => String(fieldOfFeature('x', feature).type);

describe('features and Arrow types', () => {
  it.each([
    'null',
    'bool',
    'int8',
    'uint8',
    'int16',
    'uint16',
    'int32',
    'uint32',
    'int64',
    'uint64',
    'float16',
    'float32',
    'float64',
    'string',
    'large_string',
    'binary',
    'large_binary',
    'date32',
    'date64',
    'timestamp[us]',
    'timestamp[ns, tz=Europe/Paris]',
    'time32[ms]',
    'time64[ns]',
    'duration[s]',
    'decimal128(12, 2)',
  ])('%s goes there and back', (dtype) => {
    expect(featureOfType('x', fieldOfFeature('x', value(dtype)).type)).toEqual(value(dtype));
  });

  it('reads every spelling of a list', () => {
    const string = value('string');
    for (const feature of [
      { feature: string, _type: 'List' },
      { feature: string, _type: 'Sequence' },
      { feature: string, length: -1, id: null, _type: 'Sequence' },
      [string],
    ] as FeatureJson[])
      expect(typeOf(feature)).toBe('List<Utf8>');
    expect(typeOf({ feature: string, length: 3, _type: 'List' })).toBe('FixedSizeList[3]<Utf8>');
    expect(typeOf({ feature: string, _type: 'LargeList' })).toBe('LargeList<Utf8>');
  });

  it('takes a Sequence of a struct for a struct of lists, a List of a struct for what it says', () => {
    const struct = { a: value('int64') };
    expect(typeOf({ feature: struct, _type: 'Sequence' })).toBe('Struct<{a:List<Int64>}>');
    expect(typeOf({ feature: struct, _type: 'List' })).toBe('List<Struct<{a:Int64}>>');
  });

  it('knows images, class labels and arrays', () => {
    expect(typeOf({ _type: 'Image' })).toBe('Struct<{bytes:Binary, path:Utf8}>');
    expect(typeOf({ names: ['O'], _type: 'ClassLabel' })).toBe('Int64');
    const grid = fieldOfFeature('x', { shape: [512, 4], dtype: 'int64', _type: 'Array2D' });
    expect(String(grid.type)).toBe('List<List<Int64>>');
    expect(grid.metadata.get('ARROW:extension:name')).toBe('datasets.features.features.Array2DExtensionType');
    expect(grid.nullable).toBe(true);
  });

  it('names what it does not know', () => {
    expect(() => typeOf({ _type: 'Hologram' })).toThrow(/feature type "Hologram" is not known/);
    expect(() => typeOf(value('int128'))).toThrow(/dtype "int128" is not known/);
    expect(() => typeOf({ _type: 'List' })).toThrow(/without its item feature/);
    expect(() => typeOf(value('constructor'))).toThrow(/dtype "constructor"/);
  });

  it('tells stored types apart, but not the names of list items', () => {
    const list = (name: string) => new List(new Field(name, new Utf8(), true));
    expect(sameType(list('item'), list('element'))).toBe(true);
    expect(sameType(list('item'), new LargeList(new Field('item', new Utf8(), true)))).toBe(false);
    expect(sameType(new Timestamp(TimeUnit.SECOND), new Timestamp(TimeUnit.MILLISECOND))).toBe(false);
    const struct = (name: string) => new Struct([new Field(name, new Int32(), true)]);
    expect(sameType(struct('a'), struct('b'))).toBe(false);
    expect(DataType.isStruct(struct('a'))).toBe(true);
  });
});

describe('portableFeature', () => {
  it('spells lists so that every version of datasets reads them, and the stored type stays', () => {
    const cases: [FeatureJson, FeatureJson][] = [
      [
        { feature: value('int64'), _type: 'List' },
        { feature: value('int64'), _type: 'Sequence' },
      ],
      [
        { feature: value('int64'), length: 2, _type: 'List' },
        { feature: value('int64'), length: 2, _type: 'Sequence' },
      ],
      [{ feature: { a: value('int64') }, _type: 'List' }, [{ a: value('int64') }]],
      [
        { inner: { feature: value('bool'), _type: 'List' } },
        { inner: { feature: value('bool'), _type: 'Sequence' } },
      ],
      [value('string'), value('string')],
    ];
    for (const [from, to] of cases) {
      expect(portableFeature(from)).toEqual(to);
      expect(typeOf(to)).toBe(typeOf(from));
    }
    expect(portableFeature(value('string_view'))).toEqual(value('string'));
  });
});

describe('classNames', () => {
  it('finds them inside lists', () => {
    expect(classNames({ feature: { names: ['O', 'A'], _type: 'ClassLabel' }, _type: 'List' })).toEqual([
      'O',
      'A',
    ]);
    expect(classNames([{ names: ['O'], _type: 'ClassLabel' }])).toEqual(['O']);
    expect(classNames({ feature: value('int64'), _type: 'Sequence' })).toBeNull();
    expect(classNames(undefined)).toBeNull();
  });
});
