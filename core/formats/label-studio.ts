import { basename } from 'node:path';
import { imageFileSize } from '../datasets/image-size.ts';
import { describeError, GalleyError } from '../errors/galley-error.ts';
import { BOUNDS, parseJson } from './bounds.ts';
import type { FileFormat, FileToRead, ReadOptions } from './file-importer.ts';
import { findPicture } from './find-picture.ts';
import type { ImportedPage, ReadContext } from './importer.ts';
import {
  asBox,
  asCount,
  asNames,
  asNumber,
  asObject,
  type JsonObject,
  needList,
  needObject,
  own,
} from './json-values.ts';
import { PageBuilder } from './page-builder.ts';

/** Sides of a page in Label Studio's boxes: percent. */
const PERCENT = 100;

/** One region of a task: a box, put together from the results that share its id. */
interface Region {
  box: readonly number[] | null;
  text: string | null;
  label: string | null;
  score: number | null;
}

/**
 * Label Studio JSON (its full export, or tasks for import): regions of an OCR project, boxes in percent. The last
 * annotation of a task that was not cancelled counts, else its last prediction. A task stands alone: one that is broken
 * is named and left out.
 */
export function labelStudioFormat(options: ReadOptions): FileFormat {
  return {
    kind: 'labelstudio',
    mostBytes: BOUNDS.jsonBytes,
    detect: ({ path }, head) => {
      if (!/^(?:\xef\xbb\xbf)?\s*(\[\s*)?\{/.test(head) || /\.(jsonl|ndjson)$/i.test(path)) return 0;
      if (/"(annotations|predictions|completions)"\s*:\s*\[/.test(head)) return 0.9;
      return /"data"\s*:\s*\{/.test(head) && /\.json$/i.test(path) ? 0.5 : 0;
    },
    pages: (file, context) => readTasks(file, options, context),
  };
}

function* readTasks(file: FileToRead, options: ReadOptions, context: ReadContext): Generator<ImportedPage> {
  const { path } = file;
  const json = parseJson(file.bytes, path);
  const tasks = Array.isArray(json) ? json : [json];
  if (tasks.length > BOUNDS.pagesPerFile)
    throw new GalleyError('invalid-data', `there are more than ${BOUNDS.pagesPerFile} tasks in it`, {
      where: path,
    });
  if (!tasks.some((task) => asObject(own(asObject(task) ?? {}, 'data')) !== null))
    throw new GalleyError('invalid-data', 'no task with "data" in it', {
      where: path,
      hint: 'export as JSON, not JSON-MIN',
    });
  const broken: unknown[] = [];
  let given = 0;
  for (const [i, task] of tasks.entries()) {
    const where = tasks.length > 1 ? `${path}, task ${i + 1}` : path;
    const title = tasks.length > 1 ? `${basename(path)}, task ${i + 1}` : basename(path);
    try {
      yield readTask(needObject(task, 'a task', where), { path, where, title }, options, context);
      given++;
    } catch (error) {
      if (error instanceof GalleyError && error.code === 'cancelled') throw error;
      if (tasks.length > 1) context.onNotice(`left out: ${describeError(error)}`);
      broken.push(error);
    }
  }
  if (given === 0) throw broken[0];
}

interface TaskPlace {
  readonly path: string;
  readonly where: string;
  readonly title: string;
}

function readTask(
  task: JsonObject,
  { path, where, title }: TaskPlace,
  options: ReadOptions,
  context: ReadContext,
): ImportedPage {
  const data = needObject(own(task, 'data'), '"data"', where);
  const ours = asObject(own(data, 'galley')) ?? {};
  const { result, quality } = resultOf(task, where);
  const image = imageOf(data);
  const picture = pictureOf(path, image, options);
  const size = sizeOf(result, ours, picture, where, context);
  const builder = new PageBuilder(PERCENT, PERCENT, where);
  const regions = [...regionsOf(result, where, context)];
  const areas = regions.filter((r) => r.box !== null && r.label !== null && r.text === null);
  for (const { box, text, label, score } of regions)
    if (box !== null && text !== null)
      builder.add(text, box, { confidence: score, label: label ?? labelAround(areas, box) });
  if (builder.length === 0 && areas.length > 0)
    throw new GalleyError('invalid-data', `${areas.length} regions, but no text of words in any`, {
      where,
      hint: 'only projects of the OCR template (boxes with transcriptions) hold words',
    });
  if (picture === null && image !== null)
    context.onNotice(`${where}: the image "${image.slice(0, 80)}" is not there`);
  const pageNum = asCount(own(ours, 'page_num'));
  const labelSet = asNames(own(ours, 'labels'));
  return {
    ...(pageNum === null ? {} : { pageNum }),
    title,
    ...size,
    ...builder.finish(context.onNotice),
    ...(labelSet === null ? {} : { labelSet }),
    ...(quality === 'predicted' ? { labelQuality: quality } : {}),
    picture: picture === null ? null : { path: picture },
  };
}

/** What counts of a task, and who made it. */
function resultOf(
  task: JsonObject,
  where: string,
): { result: readonly unknown[]; quality: 'gold' | 'predicted' } {
  const last = (key: string): readonly unknown[] | null => {
    const all = needList(own(task, key), `"${key}"`, where)
      .map(asObject)
      .filter((one) => one !== null && own(one, 'was_cancelled') !== true) as JsonObject[];
    for (const one of all.reverse()) {
      const result = needList(own(one, 'result'), '"result"', where);
      if (result.length > 0) return result;
    }
    return null;
  };
  const gold = last('annotations') ?? last('completions');
  if (gold !== null) return { result: gold, quality: 'gold' };
  return { result: last('predictions') ?? [], quality: 'predicted' };
}

/** Regions in the order their ids first come up. */
function regionsOf(
  result: readonly unknown[],
  where: string,
  context: ReadContext,
): IterableIterator<Region> {
  const regions = new Map<string, Region>();
  let turned = 0;
  for (const [i, entry] of result.entries()) {
    const item = needObject(entry, `result ${i}`, where);
    const value = asObject(own(item, 'value'));
    if (value === null) continue;
    const id = String(own(item, 'id') ?? `result ${i}`);
    const region = regions.get(id) ?? { box: null, text: null, label: null, score: null };
    regions.set(id, region);
    region.box ??= boxOf(value, where);
    if (region.box !== null && asNumber(own(value, 'rotation'))) turned++;
    const text = own(value, 'text');
    if (typeof text === 'string') region.text ??= text;
    else if (Array.isArray(text)) region.text ??= text.filter((t) => typeof t === 'string').join(' ');
    const labels = asNames(own(value, 'labels')) ?? asNames(own(value, 'rectanglelabels'));
    if (labels !== null) region.label ??= labels[0];
    if (text !== undefined) region.score ??= asNumber(own(item, 'score'));
  }
  if (turned > 0) context.onNotice(`${where}: ${turned} turned boxes are taken as if they were upright`);
  return regions.values();
}

function boxOf(value: JsonObject, where: string): readonly number[] | null {
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((key) => own(value, key));
  if (x === undefined && y === undefined) return null;
  const box = asBox([x, y, width, height]);
  if (box === null)
    throw new GalleyError('invalid-data', 'a region without x, y, width and height in numbers', { where });
  return [box[0], box[1], box[0] + box[2], box[1] + box[3]];
}

/** Label of a region that somebody drew around words: the smallest the word's centre lies in. */
function labelAround(areas: readonly Region[], word: readonly number[]): string | null {
  const [x, y] = [(word[0] + word[2]) / 2, (word[1] + word[3]) / 2];
  let best: string | null = null;
  let smallest = Number.POSITIVE_INFINITY;
  for (const { box, label } of areas) {
    const [x0, y0, x1, y1] = box as readonly number[];
    const size = (x1 - x0) * (y1 - y0);
    if (x >= x0 && x <= x1 && y >= y0 && y <= y1 && size < smallest) [best, smallest] = [label, size];
  }
  return best;
}

/** The image a task names: an OCR project's key first, then anything that ends like an image. */
function imageOf(data: JsonObject): string | null {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  const byKey = text(own(data, 'ocr')) ?? text(own(data, 'image')) ?? text(own(data, 'img'));
  if (byKey !== null) return byKey;
  return (
    Object.values(data)
      .map(text)
      .find((v) => v !== null && /\.(png|jpe?g|tiff?|webp)$/i.test(v)) ?? null
  );
}

/** Label Studio names files by address (`/data/local-files/?d=a/b.png`, `/data/upload/1/1a2b3c4d-b.png`). */
function pictureOf(path: string, image: string | null, options: ReadOptions): string | null {
  const name = basename((image ?? '').replace(/^.*[?&]d=/, '').replace(/[?#].*$/, ''));
  let plain = name;
  try {
    plain = decodeURIComponent(name);
  } catch {
    // Not an address after all.
  }
  return (
    findPicture(path, plain, options.imagesDir) ??
    findPicture(path, plain.replace(/^[0-9a-f]{8}-/i, ''), options.imagesDir)
  );
}

function sizeOf(
  result: readonly unknown[],
  ours: JsonObject,
  picture: string | null,
  where: string,
  context: ReadContext,
): { width: number; height: number } {
  for (const [holder, keys] of [
    [ours, ['width', 'height']],
    ...result.map((item) => [asObject(item) ?? {}, ['original_width', 'original_height']]),
  ] as [JsonObject, string[]][]) {
    const [width, height] = keys.map((key) => asCount(own(holder, key)));
    if (width && height && width <= BOUNDS.pageSide && height <= BOUNDS.pageSide) return { width, height };
  }
  const size = picture === null ? null : imageFileSize(picture);
  if (size !== null) return size;
  context.onNotice(`${where}: nothing says how large the page is; 1000 x 1000 assumed`);
  return { width: 1000, height: 1000 };
}
