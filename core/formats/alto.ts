import { basename } from 'node:path';
import { imageFileSize } from '../datasets/image-size.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { BOUNDS, decodeText } from './bounds.ts';
import type { FileFormat, FileToRead, ReadOptions } from './file-importer.ts';
import { findPicture } from './find-picture.ts';
import type { ImportedPage, ReadContext } from './importer.ts';
import { PageBuilder } from './page-builder.ts';
import { LABEL_TAG_TYPES } from './write-alto.ts';
import { descendants, numberOf, parseXml, textOf, type XmlElement } from './xml.ts';

/** Units a coordinate may be in, as so many of them an inch; pixels are pixels. */
const UNITS_PER_INCH: Readonly<Record<string, number>> = { mm10: 254, inch1200: 1200 };
/** Resolution taken for a page in units of length whose scan is not there. */
const ASSUMED_DPI = 300;

const named = (name: string) => (element: XmlElement) => element.name === name;
const optional = (element: XmlElement, name: string) => element.attributes.get(name)?.trim() || null;

/** ALTO 2, 3 and 4 (1 reads alike): `String` elements, their word confidence, and the first tag they refer to as label. */
export function altoFormat(options: ReadOptions): FileFormat {
  return {
    kind: 'alto',
    mostBytes: BOUNDS.xmlBytes,
    detect: (_, head) => (/<(?:[\w-]+:)?alto[\s>]/.test(head) ? 1 : 0),
    pages: (file, context) => readAlto(file, options, context),
  };
}

function readAlto(file: FileToRead, options: ReadOptions, context: ReadContext): ImportedPage[] {
  const { path } = file;
  const root = parseXml(decodeText(file.bytes, path), { where: path });
  if (root.name !== 'alto')
    throw new GalleyError('invalid-data', `expected an <alto> element, found <${root.name}>`, {
      where: path,
    });
  const pages = [...descendants(root, named('Page'))];
  if (pages.length === 0) throw new GalleyError('invalid-data', 'there is no <Page> in it', { where: path });
  if (pages.length > BOUNDS.pagesPerFile)
    throw new GalleyError('invalid-data', `there are more than ${BOUNDS.pagesPerFile} pages in it`, {
      where: path,
    });
  const [unitElement] = descendants(root, named('MeasurementUnit'));
  const unit = unitElement ? textOf(unitElement).trim() : 'pixel';
  if (unit !== 'pixel' && !Object.hasOwn(UNITS_PER_INCH, unit))
    throw new GalleyError('invalid-data', `expected pixel, mm10 or inch1200, found "${unit.slice(0, 40)}"`, {
      where: `${path}, MeasurementUnit`,
    });
  const [fileName] = descendants(root, named('fileName'));
  const facts = { unit, image: fileName ? textOf(fileName).trim() : null, ...tagsOf(root) };
  return pages.map((page, i) => {
    const number = pages.length > 1 ? i + 1 : null;
    return readPage(page, path, number, facts, options, context);
  });
}

/** Label by the id of a tag: `<OtherTag ID="LABEL_1" LABEL="TITLE"/>`. */
function tagsOf(root: XmlElement): { tags: Map<string, string>; labelSet: string[]; predicted: boolean } {
  const tags = new Map<string, string>();
  const labelSet: string[] = [];
  let predicted = false;
  for (const group of descendants(root, named('Tags')))
    for (const tag of group.children) {
      if (typeof tag === 'string') continue;
      const [id, label] = [tag.attributes.get('ID'), tag.attributes.get('LABEL')];
      if (!id || !label) continue;
      tags.set(id, label);
      const type = tag.attributes.get('TYPE') ?? '';
      if (type === LABEL_TAG_TYPES.predicted) predicted = true;
      if (Object.values<string>(LABEL_TAG_TYPES).includes(type) && !labelSet.includes(label))
        labelSet.push(label);
    }
  return { tags, labelSet, predicted };
}

interface AltoFacts {
  readonly unit: string;
  readonly image: string | null;
  readonly tags: ReadonlyMap<string, string>;
  /** Galley's own tags: the whole label set. */
  readonly labelSet: readonly string[];
  readonly predicted: boolean;
}

function readPage(
  page: XmlElement,
  path: string,
  number: number | null,
  { unit, image, tags, labelSet, predicted }: AltoFacts,
  options: ReadOptions,
  context: ReadContext,
): ImportedPage {
  const where = number === null ? path : `${path}, page ${number}`;
  // One file name cannot be the picture of several pages.
  const picture = number === null ? findPicture(path, image, options.imagesDir) : null;
  const size = {
    width: numberOf(page, 'WIDTH', `${where}, <Page>`),
    height: numberOf(page, 'HEIGHT', `${where}, <Page>`),
  };
  const builder = new PageBuilder(size.width, size.height, where);
  const labelOf = (...elements: (XmlElement | null)[]): string | null => {
    for (const element of elements)
      for (const id of (element?.attributes.get('TAGREFS') ?? '').split(/\s+/)) {
        const label = tags.get(id);
        if (label !== undefined) return label;
      }
    return null;
  };
  const readLine = (line: XmlElement, block: XmlElement | null): void => {
    const parts = line.children.filter((child): child is XmlElement => typeof child !== 'string');
    for (const [i, part] of parts.entries()) {
      if (part.name !== 'String') continue;
      const hyphen = parts[i + 1]?.name === 'HYP' ? parts[i + 1] : null;
      const text = part.attributes.get('CONTENT') ?? '';
      if (text.trim() === '') continue;
      const printed = hyphen ? withHyphen(text, hyphen.attributes.get('CONTENT') ?? '-') : text;
      const confidence = optional(part, 'WC');
      builder.add(printed, boxOf(part, hyphen, where), {
        confidence: confidence === null ? null : Number(confidence),
        label: labelOf(part, line, block),
      });
    }
  };
  for (const block of descendants(page, (e) => e.name === 'TextBlock' || e.name === 'TextLine'))
    if (block.name === 'TextLine') readLine(block, null);
    else for (const line of descendants(block, named('TextLine'))) readLine(line, block);
  if (picture === null && image) context.onNotice(`${where}: the image "${image.slice(0, 80)}" is not there`);
  const pixels = pixelSize(size, unit, picture, where, context);
  const found = /^galley-page-(\d{1,9})$/.exec(page.attributes.get('ID') ?? '');
  return {
    ...(found ? { pageNum: Number(found[1]) } : {}),
    title: number === null ? basename(path) : `${basename(path)}, page ${number}`,
    ...pixels,
    ...builder.finish(context.onNotice),
    ...(labelSet.length > 0 ? { labelSet } : {}),
    ...(predicted ? { labelQuality: 'predicted' as const } : {}),
    picture: picture === null ? null : { path: picture },
  };
}

/** The scan shows the hyphen at the end of a line, so the word has it. */
const withHyphen = (text: string, hyphen: string) => (text.endsWith(hyphen) ? text : text + hyphen.trim());

function boxOf(word: XmlElement, hyphen: XmlElement | null, where: string): number[] {
  const [x, y] = [numberOf(word, 'HPOS', where), numberOf(word, 'VPOS', where)];
  const [width, height] = [numberOf(word, 'WIDTH', where), numberOf(word, 'HEIGHT', where)];
  let right = x + width;
  if (hyphen?.attributes.has('HPOS') && hyphen.attributes.has('WIDTH'))
    right = Math.max(right, numberOf(hyphen, 'HPOS', where) + numberOf(hyphen, 'WIDTH', where));
  return [x, y, right, y + height];
}

function pixelSize(
  size: { width: number; height: number },
  unit: string,
  picture: string | null,
  where: string,
  context: ReadContext,
): { width: number; height: number } {
  if (unit === 'pixel') return { width: Math.round(size.width), height: Math.round(size.height) };
  const scan = picture === null ? null : imageFileSize(picture);
  if (scan) return scan;
  context.onNotice(`${where}: sizes are in ${unit} and the scan is not there; ${ASSUMED_DPI} dpi assumed`);
  const pixels = (value: number) => Math.max(1, Math.round((value / UNITS_PER_INCH[unit]) * ASSUMED_DPI));
  return { width: pixels(size.width), height: pixels(size.height) };
}
