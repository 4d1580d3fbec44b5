import { basename } from 'node:path';
import { GalleyError } from '../errors/galley-error.ts';
import { BOUNDS, decodeText } from './bounds.ts';
import type { FileFormat, FileToRead, ReadOptions } from './file-importer.ts';
import { findPicture } from './find-picture.ts';
import type { ImportedPage, ReadContext } from './importer.ts';
import { asNames } from './json-values.ts';
import { PageBuilder, splitLine } from './page-builder.ts';
import { childrenNamed, descendants, numberOf, parseXml, textOf, type XmlElement } from './xml.ts';

/** PAGE-XML (PRImA, every version): words of text regions in the file's reading order, with the labels Galley wrote. */
export function pageXmlFormat(options: ReadOptions): FileFormat {
  return {
    kind: 'page',
    mostBytes: BOUNDS.xmlBytes,
    detect: (_, head) => (/<(?:[\w-]+:)?PcGts[\s>]/.test(head) ? 1 : 0),
    pages: (file, context) => readPageXml(file, options, context),
  };
}

function readPageXml(file: FileToRead, options: ReadOptions, context: ReadContext): ImportedPage[] {
  const { path } = file;
  const root = parseXml(decodeText(file.bytes, path), { where: path });
  const [page] = childrenNamed(root, 'Page');
  if (root.name !== 'PcGts' || !page)
    throw new GalleyError('invalid-data', `expected <PcGts> with a <Page>, found <${root.name}>`, {
      where: path,
    });
  const [width, height] = [numberOf(page, 'imageWidth', path), numberOf(page, 'imageHeight', path)];
  const image = page.attributes.get('imageFilename') ?? null;
  const picture = findPicture(path, image, options.imagesDir);
  if (picture === null && image) context.onNotice(`${path}: the image "${image.slice(0, 80)}" is not there`);
  const builder = new PageBuilder(width, height, path);
  let split = 0;
  for (const region of inReadingOrder(page)) {
    const regionLabel = options.regionTypes ? typeOf(region) : null;
    for (const line of childrenNamed(region, 'TextLine')) {
      const label = (options.regionTypes ? structureOf(line) : null) ?? regionLabel;
      const words = childrenNamed(line, 'Word');
      for (const word of words) {
        const { text, confidence } = readingOf(word);
        if (text.trim() === '') continue;
        const facts = galleyFacts(word);
        const exact = facts.get('box')?.split(',').map(Number);
        builder.add(text, boxOf(word, path), {
          confidence,
          label: decoded(facts.get('label')) ?? label,
          ...(exact?.length === 4 ? { exact: [exact[0], exact[1], exact[2], exact[3]] } : {}),
        });
      }
      const { text, confidence } = readingOf(line);
      if (words.some((word) => readingOf(word).text.trim() !== '') || text.trim() === '') continue;
      const parts = splitLine(text, boxOf(line, path));
      for (const { word, box } of parts) builder.add(word, box, { confidence, label });
      if (parts.length > 1) split++;
    }
  }
  if (split > 0) context.onNotice(`${path}: ${split} lines have no words of their own and are split evenly`);
  const facts = galleyFacts(page);
  const number = /^\d{1,9}$/.test(facts.get('page') ?? '') ? Number(facts.get('page')) : null;
  const labelSet = asNames(facts.get('labels')?.split(',').map(decoded));
  return [
    {
      ...(number === null ? {} : { pageNum: number }),
      title: basename(path),
      width: Math.round(width),
      height: Math.round(height),
      ...builder.finish(context.onNotice),
      ...(labelSet === null ? {} : { labelSet }),
      ...(facts.get('quality') === 'predicted' ? { labelQuality: 'predicted' as const } : {}),
      picture: picture === null ? null : { path: picture },
    },
  ];
}

/** Text regions, nested ones after their parent: first those the reading order names, then the rest as they stand. */
function inReadingOrder(page: XmlElement): XmlElement[] {
  const regions: XmlElement[] = [];
  const add = (element: XmlElement): void => {
    for (const region of descendants(element, (e) => e.name === 'TextRegion')) {
      regions.push(region);
      add(region);
    }
  };
  add(page);
  const order = new Map<string, number>();
  for (const group of childrenNamed(page, 'ReadingOrder')) walkOrder(group, order);
  const place = (region: XmlElement) => order.get(region.attributes.get('id') ?? '') ?? order.size;
  return regions
    .map((region, at) => ({ region, at, place: place(region) }))
    .sort((a, b) => a.place - b.place || a.at - b.at)
    .map(({ region }) => region);
}

/** Region ids in the order of the groups; an indexed group is sorted by its indexes. */
function walkOrder(group: XmlElement, order: Map<string, number>): void {
  const children = group.children.filter((child): child is XmlElement => typeof child !== 'string');
  const index = (element: XmlElement) => Number(element.attributes.get('index') ?? 0) || 0;
  for (const child of [...children].sort((a, b) => index(a) - index(b))) {
    const region = child.attributes.get('regionRef');
    if (region !== undefined && !order.has(region)) order.set(region, order.size);
    walkOrder(child, order);
  }
}

/** What was read: the alternative with the lowest index, and its confidence. */
function readingOf(element: XmlElement): { text: string; confidence: number | null } {
  const [best] = childrenNamed(element, 'TextEquiv')
    .map((reading) => ({ reading, index: Number(reading.attributes.get('index') ?? 0) || 0 }))
    .sort((a, b) => a.index - b.index);
  if (!best) return { text: '', confidence: null };
  const [unicode] = childrenNamed(best.reading, 'Unicode');
  const confidence = best.reading.attributes.get('conf');
  return {
    text: unicode ? textOf(unicode) : '',
    confidence: confidence === undefined ? null : Number(confidence),
  };
}

/** `structure {type:heading;}` of Transkribus. */
function structureOf(element: XmlElement): string | null {
  const custom = element.attributes.get('custom') ?? '';
  return /\bstructure\s*\{[^}]*\btype:\s*([^;}]+)/.exec(custom)?.[1].trim() ?? null;
}

/** What Galley wrote into a `custom` attribute: `galley {label:TITLE; box:1,2,3,4;}`. */
function galleyFacts(element: XmlElement): ReadonlyMap<string, string> {
  const inside = /\bgalley\s*\{([^}]*)\}/.exec(element.attributes.get('custom') ?? '')?.[1] ?? '';
  return new Map(
    inside.split(';').flatMap((fact) => {
      const at = fact.indexOf(':');
      return at < 0 ? [] : [[fact.slice(0, at).trim(), fact.slice(at + 1).trim()] as const];
    }),
  );
}

function decoded(name: string | undefined): string | null {
  if (!name) return null;
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}

const typeOf = (region: XmlElement) => structureOf(region) ?? (region.attributes.get('type') || null);

/** The box around an outline: `points="x,y x,y"`, or the Point elements of the oldest version. */
function boxOf(element: XmlElement, path: string): number[] {
  const [coords] = childrenNamed(element, 'Coords');
  const where = `${path}, <${element.name} id="${(element.attributes.get('id') ?? '').slice(0, 60)}">`;
  if (!coords) throw new GalleyError('invalid-data', 'there are no <Coords>', { where });
  const points: (readonly number[])[] = coords.attributes.has('points')
    ? (coords.attributes.get('points') ?? '')
        .trim()
        .split(/\s+/)
        .map((pair) => pair.split(',').map(Number))
    : childrenNamed(coords, 'Point').map((p) => [numberOf(p, 'x', where), numberOf(p, 'y', where)]);
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const point of points) {
    if (point.length !== 2 || !point.every(Number.isFinite))
      throw new GalleyError('invalid-data', `expected points as x,y, found "${point.join(',')}"`, { where });
    x0 = Math.min(x0, point[0]);
    y0 = Math.min(y0, point[1]);
    x1 = Math.max(x1, point[0]);
    y1 = Math.max(y1, point[1]);
  }
  if (points.length === 0) throw new GalleyError('invalid-data', 'the outline has no points', { where });
  return [x0, y0, x1, y1];
}
