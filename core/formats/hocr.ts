import { basename } from 'node:path';
import { imageFileSize } from '../datasets/image-size.ts';
import { GalleyError } from '../errors/galley-error.ts';
import type { Box } from '../page/page.ts';
import { BOUNDS, decodeText } from './bounds.ts';
import type { FileFormat, FileToRead, ReadOptions } from './file-importer.ts';
import { findPicture } from './find-picture.ts';
import type { ImportedPage, ReadContext } from './importer.ts';
import { asNames } from './json-values.ts';
import { PageBuilder, splitLine } from './page-builder.ts';
import { descendants, parseXml, textOf, type XmlElement } from './xml.ts';

const WORDS = new Set(['ocrx_word', 'ocr_word']);
const LINES = new Set(['ocr_line', 'ocrx_line', 'ocr_header', 'ocr_footer', 'ocr_caption', 'ocr_textfloat']);

/** Properties of an hOCR element by name: `title="bbox 1 2 3 4; x_wconf 96"`; quotes around a value are dropped. */
export function propertiesOf(element: XmlElement): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of (element.attributes.get('title') ?? '').match(/(?:"[^"]*"|'[^']*'|[^;"'])+/g) ?? []) {
    const match = /^\s*(\S+)\s*([\s\S]*?)\s*$/.exec(part);
    if (match) found.set(match[1], match[2].replace(/^(["'])([\s\S]*)\1$/, '$2'));
  }
  return found;
}

const numbers = (text: string | undefined) => (text ?? '').split(/\s+/).filter(Boolean).map(Number);
const hasClass = (classes: ReadonlySet<string>) => (element: XmlElement) =>
  (element.attributes.get('class') ?? '').split(/\s+/).some((name) => classes.has(name));
const isWord = hasClass(WORDS);
const isLine = hasClass(LINES);
const isPage = hasClass(new Set(['ocr_page']));

/** hOCR: words of `ocr_page` elements with their confidence; lines without words are split by their letters. */
export function hocrFormat(options: ReadOptions): FileFormat {
  return {
    kind: 'hocr',
    mostBytes: BOUNDS.xmlBytes,
    detect: ({ path }, head) => {
      if (/class\s*=\s*["'][^"']*ocr_page|name\s*=\s*["']ocr-(system|capabilities)/.test(head)) return 1;
      return /\.hocr$/i.test(path) && head.includes('<') ? 0.6 : 0;
    },
    pages: (file, context) => readHocr(file, options, context),
  };
}

function readHocr(file: FileToRead, options: ReadOptions, context: ReadContext): ImportedPage[] {
  const { path } = file;
  const root = parseXml(decodeText(file.bytes, path), { where: path, html: true });
  const meta = metaOf(root);
  const pages = isPage(root) ? [root] : [...descendants(root, isPage)];
  if (pages.length === 0)
    throw new GalleyError('invalid-data', 'there is no ocr_page in it', {
      where: path,
      hint: 'is it hOCR? OCR programs write it with elements of class ocr_page',
    });
  if (pages.length > BOUNDS.pagesPerFile)
    throw new GalleyError('invalid-data', `there are more than ${BOUNDS.pagesPerFile} pages in it`, {
      where: path,
    });
  return pages.map((page, i) => ({
    ...readPage(page, path, pages.length > 1 ? i + 1 : null, options, context),
    ...meta,
  }));
}

/** What Galley wrote into the head beside. */
function metaOf(root: XmlElement): Pick<ImportedPage, 'labelSet' | 'labelQuality'> {
  const meta = new Map<string, string>();
  for (const { attributes } of descendants(root, (e) => e.name === 'meta'))
    meta.set(attributes.get('name') ?? '', attributes.get('content') ?? '');
  let labelSet: readonly string[] | null = null;
  try {
    labelSet = asNames(JSON.parse(meta.get('galley-labels') ?? 'null'));
  } catch {
    // Not ours after all.
  }
  return {
    ...(labelSet === null ? {} : { labelSet }),
    ...(meta.get('galley-quality') === 'predicted' ? { labelQuality: 'predicted' } : {}),
  };
}

function readPage(
  page: XmlElement,
  path: string,
  number: number | null,
  options: ReadOptions,
  context: ReadContext,
): ImportedPage {
  const title = number === null ? basename(path) : `${basename(path)}, page ${number}`;
  const where = number === null ? path : `${path}, page ${number}`;
  const properties = propertiesOf(page);
  const named = properties.get('image') ?? null;
  const picture = findPicture(path, named, options.imagesDir);
  const box = boxOf(properties, where, true) ?? sizeOf(picture, where);
  const [left, top] = box;
  const [width, height] = [box[2] - left, box[3] - top];
  const builder = new PageBuilder(width, height, where);
  let split = 0;
  const shifted = ([x0, y0, x1, y1]: readonly number[]) => [x0 - left, y0 - top, x1 - left, y1 - top];
  const addWord = (element: XmlElement): void => {
    const text = textOf(element);
    if (text.trim() === '') return;
    const own = propertiesOf(element);
    const found = boxOf(own, where, false);
    if (found === null)
      throw new GalleyError('invalid-data', `the word "${text.trim().slice(0, 40)}" has no bbox`, { where });
    const confidence = own.has('x_wconf') ? Number(own.get('x_wconf')) / 100 : null;
    const exact = numbers(own.get('x_box_1000'));
    builder.add(text, shifted(found), {
      confidence,
      label: element.attributes.get('data-label') ?? null,
      exact: exact.length === 4 ? (exact as unknown as Box) : null,
    });
  };
  for (const element of descendants(page, (e) => isWord(e) || isLine(e))) {
    if (isWord(element)) {
      addWord(element);
      continue;
    }
    const inner = [...descendants(element, isWord)];
    for (const word of inner) addWord(word);
    if (inner.length > 0) continue;
    const own = propertiesOf(element);
    const line = boxOf(own, where, false);
    if (line === null) continue;
    const parts = splitLine(textOf(element), shifted(line));
    for (const { word, box: at } of parts)
      builder.add(word, at, { label: element.attributes.get('data-label') ?? null });
    split += parts.length > 1 ? 1 : 0;
  }
  if (split > 0) context.onNotice(`${where}: ${split} lines have no words of their own and are split evenly`);
  if (picture === null && named !== null)
    context.onNotice(`${where}: the image "${named.slice(0, 80)}" is not there`);
  const pageNum = Number(properties.get('x_page_num') ?? Number.NaN);
  return {
    ...(Number.isSafeInteger(pageNum) && pageNum >= 0 ? { pageNum } : {}),
    title,
    width: Math.round(width),
    height: Math.round(height),
    ...builder.finish(context.onNotice),
    picture: picture === null ? null : { path: picture },
  };
}

function boxOf(properties: Map<string, string>, where: string, optional: boolean): readonly number[] | null {
  const text = properties.get('bbox');
  if (text === undefined) return null;
  const box = numbers(text);
  if (box.length === 4 && box.every(Number.isFinite)) return box;
  if (optional) return null;
  throw new GalleyError('invalid-data', `expected a bbox of 4 numbers, found "${text.slice(0, 60)}"`, {
    where,
  });
}

function sizeOf(picture: string | null, where: string): readonly number[] {
  const size = picture === null ? null : imageFileSize(picture);
  if (size === null)
    throw new GalleyError('invalid-data', 'the page has neither a bbox nor an image to measure', { where });
  return [0, 0, size.width, size.height];
}
