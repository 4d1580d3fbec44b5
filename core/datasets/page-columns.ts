import { DataType, type Field } from 'apache-arrow';
import { GalleyError } from '../errors/galley-error.ts';
import { type DatasetTable, valueType } from './dataset-table.ts';
import type { Features } from './features.ts';

/** Which column of a dataset plays which part of a page; undefined where there is none. */
export interface PageColumns {
  readonly words: string;
  readonly bboxes: string;
  readonly labels: string | undefined;
  readonly pageNum: string | undefined;
  readonly width: string | undefined;
  readonly height: string | undefined;
  /** A column of file names. */
  readonly imagePath: string | undefined;
  /** A column of encoded images (`datasets` Image: bytes and path). */
  readonly image: string | undefined;
  /** Everything else, in stored order. */
  readonly extra: readonly string[];
}

type Kind = 'words' | 'boxes' | 'labels' | 'integer' | 'string' | 'image';

const EXPECTED: Readonly<Record<Kind, string>> = {
  words: 'a list of strings',
  boxes: 'a list of boxes, each a list of 4 integers',
  labels: 'a list of label ids or names',
  integer: 'an integer',
  string: 'a string',
  image: 'an image (bytes and path)',
};

/**
 * Finds the page schema in a table: ours (`words, bboxes, labels`) or that of LayoutLM datasets on the hub
 * (`tokens, bboxes, ner_tags, image`).
 * @throws GalleyError `invalid-data` naming the missing column, or the type found where another was expected.
 */
export function pageColumns(table: DatasetTable): PageColumns {
  const pick = (...names: string[]) => names.find((name) => table.field(name));
  const need = (part: string, ...names: string[]) => {
    const found = pick(...names);
    if (found === undefined) throw missing(table, part, names);
    return found;
  };
  const words = need('words', 'words', 'tokens');
  const columns = {
    words,
    bboxes: need('boxes', 'bboxes', 'bbox', 'boxes'),
    // Beside `tokens`, a column `labels` is often already aligned to sub-words; `ner_tags` never is.
    labels: words === 'tokens' ? pick('ner_tags', 'labels') : pick('labels', 'ner_tags', 'word_labels'),
    pageNum: pick('page_num', 'page_number', 'page'),
    width: pick('width'),
    height: pick('height'),
    imagePath: pick('image_path', 'image_file', 'file_name'),
    image: pick('image'),
  };
  // An image column of plain strings holds file names.
  if (columns.image && !columns.imagePath && isString(typeOf(table, columns.image)))
    Object.assign(columns, { imagePath: columns.image, image: undefined });
  if (columns.image && !isImage(typeOf(table, columns.image))) columns.image = undefined;
  require(table, columns.words, 'words');
  require(table, columns.bboxes, 'boxes');
  require(table, columns.labels, 'labels');
  require(table, columns.width, 'integer');
  require(table, columns.height, 'integer');
  require(table, columns.imagePath, 'string');
  if (columns.pageNum && !isString(typeOf(table, columns.pageNum)))
    require(table, columns.pageNum, 'integer');
  const taken = new Set(Object.values(columns));
  const extra = table.fields.map((field) => field.name).filter((name) => !taken.has(name));
  return { ...columns, extra };
}

/** The features of the columns that are not part of a page, to write them again as they are. */
export function extraFeatures(table: DatasetTable, columns: PageColumns): Features {
  return Object.fromEntries(columns.extra.map((name) => [name, table.features[name]]));
}

function require(table: DatasetTable, name: string | undefined, kind: Kind): void {
  if (name === undefined || CHECKS[kind](typeOf(table, name))) return;
  throw new GalleyError(
    'invalid-data',
    `column "${name}": expected ${EXPECTED[kind]}, found ${typeOf(table, name)}`,
    { where: table.directory },
  );
}

const isString = (type: DataType) =>
  DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type) || DataType.isNull(type);
// A column in which every value is null, or every list empty, is saved with the type null.
const isInteger = (type: DataType) => DataType.isInt(type) || DataType.isNull(type);
const isNumber = (type: DataType) => isInteger(type) || DataType.isFloat(type);

/** Type of a list's items, dictionaries unwrapped; null for what is not a list. */
function itemType(type: DataType): DataType | null {
  if (!DataType.isList(type) && !DataType.isLargeList(type) && !DataType.isFixedSizeList(type)) return null;
  return valueType((type.children as Field[])[0].type);
}

function isListOf(type: DataType, accepts: (item: DataType) => boolean): boolean {
  const item = itemType(type);
  return item !== null && (accepts(item) || DataType.isNull(item));
}

function isImage(type: DataType): boolean {
  return DataType.isStruct(type) && type.children.some((field) => field.name === 'bytes');
}

const CHECKS: Readonly<Record<Kind, (type: DataType) => boolean>> = {
  words: (type) => isListOf(type, isString),
  boxes: (type) => isListOf(type, (box) => isListOf(box, isNumber)),
  labels: (type) => isListOf(type, (item) => isInteger(item) || isString(item)),
  integer: isInteger,
  string: isString,
  image: isImage,
};

function typeOf(table: DatasetTable, name: string): DataType {
  return valueType(table.field(name)!.type);
}

function missing(table: DatasetTable, part: string, names: readonly string[]): GalleyError {
  const found = table.fields.map((field) => field.name).join(', ') || 'no columns';
  return new GalleyError(
    'invalid-data',
    `no column of ${part}: expected ${names.join(' or ')}, found ${found}`,
    { where: table.directory, hint: 'this is not a dataset of labelled pages' },
  );
}
