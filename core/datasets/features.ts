import {
  Binary,
  BinaryView,
  Bool,
  DataType,
  Date_,
  DateUnit,
  Decimal,
  Duration,
  Field,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeBinary,
  LargeList,
  LargeUtf8,
  List,
  Null,
  Struct,
  Time,
  Timestamp,
  TimeUnit,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  Utf8View,
} from 'apache-arrow';
import { GalleyError } from '../errors/galley-error.ts';
import { describeValue } from './jsonl.ts';

/** A feature as `dataset_info.json` holds it: an object with `_type`, a list of one, or a plain object (a struct). */
export type FeatureJson = { readonly [key: string]: unknown } | readonly [FeatureJson];
/** Features of a dataset by column name. */
export type Features = Readonly<Record<string, FeatureJson>>;

const UNITS: Readonly<Record<string, TimeUnit>> = {
  s: TimeUnit.SECOND,
  ms: TimeUnit.MILLISECOND,
  us: TimeUnit.MICROSECOND,
  ns: TimeUnit.NANOSECOND,
};

const SCALARS: Readonly<Record<string, () => DataType>> = {
  null: () => new Null(),
  bool: () => new Bool(),
  int8: () => new Int8(),
  int16: () => new Int16(),
  int32: () => new Int32(),
  int64: () => new Int64(),
  uint8: () => new Uint8(),
  uint16: () => new Uint16(),
  uint32: () => new Uint32(),
  uint64: () => new Uint64(),
  float16: () => new Float16(),
  float32: () => new Float32(),
  float: () => new Float32(),
  float64: () => new Float64(),
  double: () => new Float64(),
  string: () => new Utf8(),
  large_string: () => new LargeUtf8(),
  string_view: () => new Utf8View(),
  binary: () => new Binary(),
  large_binary: () => new LargeBinary(),
  binary_view: () => new BinaryView(),
  date32: () => new Date_(DateUnit.DAY),
  date64: () => new Date_(DateUnit.MILLISECOND),
};

/** A nullable field, as pyarrow makes every one. */
const nullable = (name: string, type: DataType, metadata?: Map<string, string>) =>
  new Field(name, type, true, metadata);

/** The struct an image (or sound) is stored as. */
const mediaType = () => new Struct([nullable('bytes', new Binary()), nullable('path', new Utf8())]);

/**
 * The Arrow field that `datasets` makes of a feature.
 * @throws GalleyError `invalid-data` naming the column, for a `_type` or `dtype` Galley does not know.
 */
export function fieldOfFeature(name: string, feature: FeatureJson): Field {
  const array = /^Array([2-5])D$/.exec(String(typeName(feature)));
  if (!array) return nullable(name, typeOfFeature(name, feature));
  const { shape, dtype } = feature as { shape: unknown; dtype: unknown };
  if (!Array.isArray(shape) || shape.length !== Number(array[1]))
    throw unknown(name, `"shape" of ${array[0]} should have ${array[1]} numbers`);
  let type = scalarType(name, dtype);
  for (let i = 0; i < shape.length; i++) type = new List(nullable('item', type));
  // Python's json.dumps puts a space after each comma, and its reader compares nothing: it parses.
  const metadata = new Map([
    ['ARROW:extension:name', `datasets.features.features.${array[0]}ExtensionType`],
    ['ARROW:extension:metadata', JSON.stringify([shape, dtype])],
  ]);
  return nullable(name, type, metadata);
}

/** The Arrow type of a feature. @throws GalleyError as {@link fieldOfFeature}. */
export function typeOfFeature(name: string, feature: FeatureJson): DataType {
  if (Array.isArray(feature)) return new List(nullable('item', typeOfFeature(name, feature[0])));
  const { feature: inner, length } = feature as { feature?: FeatureJson; length?: unknown };
  const kind = typeName(feature);
  switch (kind) {
    case null:
      return structOf(name, feature as Features);
    case 'Value':
      return scalarType(name, (feature as { dtype?: unknown }).dtype);
    case 'ClassLabel':
      return new Int64();
    case 'Image':
    case 'Audio':
      return mediaType();
    case 'Sequence':
      // A Sequence of a dict is a dict of lists.
      if (isStruct(inner))
        return structOf(
          name,
          Object.fromEntries(
            Object.entries(inner).map(([key, of]) => [key, { ...feature, feature: of } as FeatureJson]),
          ),
        );
      return listOf(name, required(name, inner), length);
    case 'List':
      return listOf(name, required(name, inner), length);
    case 'LargeList':
      return new LargeList(nullable('item', typeOfFeature(name, required(name, inner))));
    case 'Translation': {
      const languages = (feature as { languages?: unknown }).languages;
      return new Struct(
        (Array.isArray(languages) ? languages : []).map((l) => nullable(String(l), new Utf8())),
      );
    }
    default:
      throw unknown(name, `feature type "${kind}" is not known to Galley`);
  }
}

function listOf(name: string, inner: FeatureJson, length: unknown): DataType {
  const item = nullable('item', typeOfFeature(name, inner));
  return typeof length === 'number' && length >= 0 ? new FixedSizeList(length, item) : new List(item);
}

function structOf(name: string, features: Features): Struct {
  return new Struct(
    Object.entries(features).map(([key, of]) => nullable(key, typeOfFeature(`${name}.${key}`, of))),
  );
}

function scalarType(name: string, dtype: unknown): DataType {
  if (typeof dtype === 'string') {
    if (Object.hasOwn(SCALARS, dtype)) return SCALARS[dtype]();
    const unit = /^(timestamp|duration|time32|time64)\[(s|ms|us|ns)(?:, ?tz=(.+))?\]$/.exec(dtype);
    if (unit?.[1] === 'timestamp') return new Timestamp(UNITS[unit[2]], unit[3] ?? null);
    if (unit?.[1] === 'duration') return new Duration(UNITS[unit[2]]);
    if (unit) return new Time(UNITS[unit[2]], unit[1] === 'time32' ? 32 : 64);
    const decimal = /^decimal(128|256)\((\d+), ?(-?\d+)\)$/.exec(dtype);
    if (decimal) return new Decimal(Number(decimal[3]), Number(decimal[2]), Number(decimal[1]));
  }
  throw unknown(name, `dtype ${describeValue(dtype)} is not known to Galley`);
}

/** `_type` of a feature; null for a struct. */
export function typeName(feature: FeatureJson): string | null {
  if (Array.isArray(feature)) return 'List';
  const kind = (feature as { _type?: unknown })._type;
  return typeof kind === 'string' ? kind : null;
}

function isStruct(feature: unknown): feature is Features {
  return (
    typeof feature === 'object' &&
    feature !== null &&
    !Array.isArray(feature) &&
    typeName(feature as FeatureJson) === null
  );
}

function required(name: string, inner: FeatureJson | undefined): FeatureJson {
  if (typeof inner !== 'object' || inner === null)
    throw unknown(name, 'a list feature without its item feature');
  return inner;
}

function unknown(name: string, message: string): GalleyError {
  return new GalleyError('invalid-data', message, {
    where: `column "${name}"`,
    hint: 'remove the column, or save it as plain values',
  });
}

/** The feature `datasets` would infer for an Arrow field, dictionaries unwrapped. */
export function featureOfType(name: string, type: DataType): FeatureJson {
  if (DataType.isDictionary(type)) return featureOfType(name, type.dictionary);
  if (DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type)) {
    const feature = featureOfType(name, type.children[0].type);
    if (DataType.isLargeList(type)) return { feature, _type: 'LargeList' };
    if (DataType.isFixedSizeList(type)) return { feature, length: type.listSize, _type: 'Sequence' };
    return isStruct(feature) ? [feature] : { feature, _type: 'Sequence' };
  }
  if (DataType.isStruct(type))
    return Object.fromEntries(
      type.children.map((field) => [field.name, featureOfType(`${name}.${field.name}`, field.type)]),
    );
  const dtype = Object.keys(SCALARS).find((key) => sameType(SCALARS[key](), type)) ?? parametricName(type);
  if (dtype === null) throw unknown(name, `Arrow type ${type} is not known to Galley`);
  return { dtype, _type: 'Value' };
}

function parametricName(type: DataType): string | null {
  const unit = (value: TimeUnit) => Object.keys(UNITS).find((key) => UNITS[key] === value);
  if (DataType.isTimestamp(type))
    return type.timezone
      ? `timestamp[${unit(type.unit)}, tz=${type.timezone}]`
      : `timestamp[${unit(type.unit)}]`;
  if (DataType.isDuration(type)) return `duration[${unit(type.unit)}]`;
  if (DataType.isTime(type)) return `time${type.bitWidth}[${unit(type.unit)}]`;
  if (DataType.isDecimal(type)) return `decimal${type.bitWidth}(${type.precision}, ${type.scale})`;
  return null;
}

/** Whether two Arrow types are stored alike; names of list items do not count. */
export function sameType(a: DataType, b: DataType): boolean {
  if (a.typeId !== b.typeId) return false;
  const [children, others] = [a.children ?? [], b.children ?? []];
  if (children.length !== others.length) return false;
  if (DataType.isStruct(a) && children.some((field, i) => field.name !== others[i].name)) return false;
  if (children.length > 0) {
    if (DataType.isFixedSizeList(a) && a.listSize !== (b as FixedSizeList).listSize) return false;
    return children.every((field, i) => sameType(field.type, others[i].type));
  }
  return String(a) === String(b);
}

/**
 * The same feature in the spelling every version of `datasets` reads: Sequence for lists, `[x]` for lists of structs
 * (a Sequence of a struct would mean a struct of lists), views as plain strings.
 */
export function portableFeature(feature: FeatureJson): FeatureJson {
  if (Array.isArray(feature)) return portableList(portableFeature(feature[0]), undefined);
  const {
    feature: inner,
    length,
    dtype,
  } = feature as { feature?: FeatureJson; length?: unknown; dtype?: unknown };
  const kind = typeName(feature);
  if (kind === null)
    return Object.fromEntries(
      Object.entries(feature as Features).map(([key, of]) => [key, portableFeature(of)]),
    );
  if (kind === 'List' && inner) return portableList(portableFeature(inner), length);
  if ((kind === 'Sequence' || kind === 'LargeList') && inner)
    return { ...feature, feature: portableFeature(inner) };
  if (dtype === 'string_view' || dtype === 'binary_view')
    return { ...feature, dtype: dtype === 'string_view' ? 'string' : 'binary' };
  return feature;
}

function portableList(inner: FeatureJson, length: unknown): FeatureJson {
  if (isStruct(inner)) return [inner];
  const fixed = typeof length === 'number' && length >= 0;
  return fixed ? { feature: inner, length, _type: 'Sequence' } : { feature: inner, _type: 'Sequence' };
}

/** Class names of a ClassLabel feature, or of the ClassLabel inside a list; null for others. */
export function classNames(feature: FeatureJson | undefined): readonly string[] | null {
  if (feature === undefined) return null;
  if (Array.isArray(feature)) return classNames(feature[0]);
  if (typeName(feature) === 'ClassLabel') {
    const names = (feature as { names?: unknown }).names;
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : null;
  }
  const inner = (feature as { feature?: FeatureJson }).feature;
  return typeof inner === 'object' && inner !== null ? classNames(inner) : null;
}
