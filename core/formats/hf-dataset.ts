import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import type { LabelledPage } from '../datasets/labelled-page.ts';
import { describeError, GalleyError, toGalleyError } from '../errors/galley-error.ts';
import type { LabelMap } from '../labels/labels.ts';
import { BOUNDS } from './bounds.ts';
import type { ImportedPage, Importer, ImportItem, PagePicture, ReadContext } from './importer.ts';

const MARKS = ['dataset_dict.json', 'state.json', join('dataset_dict', 'dataset_dict.json')];

/** Whether a folder was written by `save_to_disk`, its small files lost or not. */
export function looksLikeDataset(folder: string): boolean {
  if (MARKS.some((name) => existsSync(join(folder, name)))) return true;
  try {
    return readdirSync(folder).some((name) => name.endsWith('.arrow'));
  } catch {
    return false;
  }
}

/** A folder of Hugging Face `datasets` (`save_to_disk`), Galley's own included; weak labels are left to be made anew. */
export function hfImporter(): Importer {
  return {
    kind: 'hf',
    detect: ({ path, isFolder }) => (isFolder && looksLikeDataset(path) ? 1 : 0),
    plan: async (sources) => {
      const items: ImportItem[] = [];
      const refused = [];
      for (const { path } of sources)
        try {
          const dataset = await openDatasetDict(path);
          const pages = [...dataset.splits.values()].reduce((sum, split) => sum + split.length, 0);
          items.push({ kind: 'hf', source: path, pageIndex: null, pages, title: basename(path) });
        } catch (error) {
          const { code } = toGalleyError(error);
          refused.push({ source: path, code, reason: describeError(error) });
        }
      return { items, refused };
    },
    read: readDataset,
  };
}

async function* readDataset(item: ImportItem, context: ReadContext): AsyncGenerator<ImportedPage> {
  const dataset = await openDatasetDict(item.source, {
    onNotice: ({ message, where }) => context.onNotice(`${where}: ${message}`),
  });
  let done = 0;
  let given = 0;
  let first: unknown = null;
  for (const [name, split] of dataset.splits)
    for (let i = 0; i < split.length; i++) {
      if (context.signal?.aborted) throw new GalleyError('cancelled', 'the import was stopped');
      context.onProgress?.(++done / Math.max(1, item.pages), `reading ${name}`);
      try {
        const page = split.page(i);
        if (page.words.length > BOUNDS.wordsPerPage)
          throw new GalleyError(
            'invalid-data',
            `there are more than ${BOUNDS.wordsPerPage} words on the page`,
          );
        yield importedFrom(page, name, dataset.labelMap, split.hasLabels, basename(item.source));
        given++;
      } catch (error) {
        // A row stands alone: one that is broken is named and left out.
        first ??= toGalleyError(error, item.source);
        context.onNotice(`left out: ${describeError(error)}`);
      }
    }
  if (given === 0)
    throw first ?? new GalleyError('invalid-data', 'there are no pages in it', { where: item.source });
}

function importedFrom(
  page: LabelledPage,
  split: string,
  labelMap: LabelMap,
  hasLabels: boolean,
  folder: string,
): ImportedPage {
  const ids = idsOf(page);
  const labels = hasLabels ? ids.map((id) => (id < 0 ? null : labelMap.nameOf(id))) : [];
  const quality = page.extra?.label_source === 'predicted' ? 'predicted' : 'gold';
  const confidences = confidencesOf(page);
  return {
    pageNum: page.pageNum,
    split: /^train/i.test(split) ? 'train' : 'validation',
    title: `${folder}, page ${page.pageNum}`,
    width: page.width,
    height: page.height,
    words: page.words,
    bboxes: page.bboxes.map(([x0, y0, x1, y1]) => [x0, y0, x1, y1] as const),
    ...(labels.some((label) => label !== null) ? { labels, labelQuality: quality } : {}),
    ...(hasLabels ? { labelSet: labelMap.names } : {}),
    ...(confidences === null ? {} : { confidences }),
    picture: pictureOf(page),
  };
}

/** Where Galley's rules made the labels, only what people decided is taken. */
function idsOf(page: LabelledPage): readonly number[] {
  if (page.extra?.label_source !== 'weak') return page.labels;
  const gold = page.extra?.gold_labels as ArrayLike<unknown> | null | undefined;
  return page.words.map((_, i) => Number(gold?.[i] ?? -1));
}

function confidencesOf(page: LabelledPage): (number | null)[] | null {
  const column = page.extra?.ocr_confidence as ArrayLike<unknown> | null | undefined;
  if (!column || column.length !== page.words.length) return null;
  const values = Array.from(column, (c) => (typeof c === 'number' && c >= 0 && c <= 1 ? c : null));
  return values.some((c) => c !== null) ? values : null;
}

function pictureOf(page: LabelledPage): PagePicture | null {
  if (page.imagePath !== null) return { path: page.imagePath };
  const bytes = page.imageBytes;
  if (!bytes) return null;
  return { bytes, extension: bytes[0] === 0xff && bytes[1] === 0xd8 ? 'jpg' : 'png' };
}
