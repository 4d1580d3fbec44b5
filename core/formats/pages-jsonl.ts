import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseObject } from '../datasets/jsonl.ts';
import { pageFromRecord } from '../datasets/page-record.ts';
import { describeError, GalleyError } from '../errors/galley-error.ts';
import { BOUNDS, decodeText } from './bounds.ts';
import type { FileFormat, FileToRead, ReadOptions } from './file-importer.ts';
import { findPicture } from './find-picture.ts';
import type { ImportedPage, ReadContext } from './importer.ts';
import { asNames, asNumber, own } from './json-values.ts';

/** Labels of a page by its number, as a file of labels or a page itself has them. */
interface NamedLabels {
  readonly labels: readonly (string | null)[];
  readonly quality: string;
}

const LABELS_FILE = 'labels.jsonl';

/**
 * Pages as JSON Lines, `{page_num, words, bboxes, width, height, image?, labels?, confidences?}` a line, with the labels
 * of a `labels.jsonl` beside it. A line stands alone: one that is broken is named and left out.
 */
export function pagesJsonlFormat(options: ReadOptions): FileFormat {
  return {
    kind: 'jsonl',
    mostBytes: BOUNDS.jsonBytes,
    detect: ({ path }, head) => {
      if (!/^(?:\xef\xbb\xbf)?\s*\{/.test(head) || !/"words"\s*:/.test(head)) return 0;
      return /\.(jsonl|ndjson)$/i.test(path) ? 1 : /"bboxes"\s*:/.test(head) ? 0.4 : 0;
    },
    pages: (file, context) => readLines(file, options, context),
  };
}

function* readLines(file: FileToRead, options: ReadOptions, context: ReadContext): Generator<ImportedPage> {
  const { path } = file;
  const beside = labelsBeside(path, context);
  const seen = new Set<number>();
  let given = 0;
  let first: unknown = null;
  for (const [i, text] of decodeText(file.bytes, path)
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (text.trim() === '') continue;
    const where = `${path}, line ${i + 1}`;
    try {
      if (given >= BOUNDS.pagesPerFile)
        throw new GalleyError('invalid-data', `there are more than ${BOUNDS.pagesPerFile} pages in it`);
      const page = readLine(text, path, where, beside, options, context);
      if (seen.has(page.pageNum as number))
        throw new GalleyError('invalid-data', `page ${page.pageNum} is there a second time`);
      seen.add(page.pageNum as number);
      yield page;
      given++;
    } catch (error) {
      const found = new GalleyError('invalid-data', describeError(error), { where, cause: error });
      first ??= found;
      context.onNotice(`left out: ${describeError(found)}`);
    }
  }
  if (given === 0)
    throw first ?? new GalleyError('invalid-data', 'there are no pages in it', { where: path });
}

function readLine(
  text: string,
  path: string,
  where: string,
  beside: ReadonlyMap<number, NamedLabels>,
  options: ReadOptions,
  context: ReadContext,
): ImportedPage {
  const record = parseObject(text);
  const page = pageFromRecord(record, options.boxSpace);
  if (page.words.length > BOUNDS.wordsPerPage)
    throw new GalleyError('invalid-data', `there are more than ${BOUNDS.wordsPerPage} words on the page`);
  if (Math.max(page.width, page.height) > BOUNDS.pageSide)
    throw new GalleyError('invalid-data', `a page of ${page.width} x ${page.height} pixels`);
  const named = own(record, 'image') ?? own(record, 'image_path');
  const image = typeof named === 'string' && named !== '' ? named : null;
  const picture = image === null ? null : findPicture(path, image, options.imagesDir);
  if (image !== null && picture === null)
    context.onNotice(`${where}: the image "${image.slice(0, 80)}" is not there`);
  const count = page.words.length;
  const labels = namedLabels(record, count) ?? beside.get(page.pageNum) ?? null;
  if (labels !== null && labels.labels.length !== count)
    throw new GalleyError(
      'mismatch',
      `expected one label per word, found ${count} words and ${labels.labels.length} labels`,
    );
  const confidences = listOf(record, 'confidences', count)?.map((c) => {
    const value = asNumber(c);
    return value === null ? null : Math.min(1, Math.max(0, value));
  });
  const labelSet = asNames(own(record, 'label_set'));
  return {
    pageNum: page.pageNum,
    title: `${basename(path)}, page ${page.pageNum}`,
    width: page.width,
    height: page.height,
    words: page.words,
    bboxes: page.bboxes,
    ...(labels?.labels.some((label) => label !== null) ? { labels: labels.labels } : {}),
    ...(labels?.quality === 'predicted' ? { labelQuality: 'predicted' as const } : {}),
    ...(labelSet === null ? {} : { labelSet }),
    ...(confidences?.some((c) => c !== null) ? { confidences } : {}),
    picture: picture === null ? null : { path: picture },
  };
}

function listOf(record: Record<string, unknown>, key: string, length: number): readonly unknown[] | null {
  const value = own(record, key);
  return Array.isArray(value) && value.length === length ? value : null;
}

function namedLabels(record: Record<string, unknown>, count: number): NamedLabels | null {
  const value = own(record, 'labels');
  if (!Array.isArray(value)) return null;
  if (value.some((name) => name !== null && typeof name !== 'string'))
    throw new GalleyError('invalid-data', '"labels": expected names or null, one a word');
  if (value.length !== count)
    throw new GalleyError(
      'mismatch',
      `expected one label per word, found ${count} words and ${value.length} labels`,
    );
  return { labels: value, quality: String(own(record, 'quality') ?? 'gold') };
}

/** Labels of a file beside the pages; lines that cannot be read are named. */
function labelsBeside(path: string, context: ReadContext): ReadonlyMap<number, NamedLabels> {
  const found = new Map<number, NamedLabels>();
  const at = join(dirname(path), LABELS_FILE);
  if (basename(path) === LABELS_FILE || !existsSync(at) || statSync(at).size > BOUNDS.jsonBytes) return found;
  for (const [i, text] of decodeText(readFileSync(at), at).split('\n').entries()) {
    if (text.trim() === '') continue;
    try {
      const record = parseObject(text);
      const number = own(record, 'page_num');
      const labels = own(record, 'labels');
      if (typeof number !== 'number' || !Array.isArray(labels))
        throw new GalleyError('invalid-data', 'expected page_num and labels');
      const quality = String(own(record, 'quality') ?? 'gold');
      found.set(number, { labels: labels.map((l) => (typeof l === 'string' ? l : null)), quality });
    } catch (error) {
      context.onNotice(`${at}, line ${i + 1}: ${describeError(error)}`);
    }
  }
  return found;
}
