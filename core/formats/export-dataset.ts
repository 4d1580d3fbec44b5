import { existsSync, readdirSync, statSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { type DatasetDict, openDatasetDict } from '../datasets/dataset-dict.ts';
import type { Features } from '../datasets/features.ts';
import { labelMapJson } from '../datasets/label-map-file.ts';
import { IGNORED_LABEL, type LabelledPage } from '../datasets/labelled-page.ts';
import { writeDatasetDict } from '../datasets/write-dataset-dict.ts';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { readJson, writeFolderWhole } from '../files/files.ts';
import { LabelMap } from '../labels/labels.ts';
import { withGold } from '../weak-labels/gold-dataset.ts';
import type { WorkHooks } from '../weak-labels/types.ts';
import { type ExportPage, labelSourceAt } from './export-page.ts';
import { writeAlto } from './write-alto.ts';
import { writeTokensCsv } from './write-csv.ts';
import { writeFunsd } from './write-funsd.ts';
import { writeHocr } from './write-hocr.ts';
import { labelStudioConfig, writeLabelStudio } from './write-label-studio.ts';
import { writePageXml } from './write-page-xml.ts';

export const EXPORT_FORMATS = ['funsd', 'hocr', 'alto', 'page', 'labelstudio', 'hf', 'csv', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Flags of `galley export`. */
export const exportSchema = z.object({
  dataset_dir: z
    .string()
    .default('data/datasets/boston_layoutlmv3_full')
    .meta({ description: 'dataset with the pages (an imported folder, a project)', unit: 'path' }),
  split: z.string().optional().meta({ description: 'one split only (default: all)' }),
  labels: z
    .enum(['dataset', 'gold', 'none'])
    .default('dataset')
    .meta({ description: 'labels to write: those of the dataset, only what people decided, or none' }),
  predictions: z.string().optional().meta({
    description: 'predictions JSON of a page, or a folder of them: their labels instead',
    unit: 'path',
  }),
  format: z.enum(EXPORT_FORMATS).default('jsonl').meta({ description: 'what to write' }),
  images: z
    .enum(['copy', 'embed', 'none'])
    .default('copy')
    .meta({ description: 'page images: copied beside, embedded (hf only), or left out' }),
  out: z.string().default('data/exported').meta({ description: 'folder to write', unit: 'path' }),
  overwrite: z.boolean().default(false).meta({ description: 'replace the folder' }),
});
export type ExportFlags = z.output<typeof exportSchema>;

export interface ExportResult {
  readonly folder: string;
  readonly pages: number;
  readonly words: number;
  readonly images: number;
}

/** A page on its way out and the page it was made of. */
interface OutgoingPage {
  readonly page: ExportPage;
  readonly source: LabelledPage;
  readonly split: string;
  readonly ids: readonly number[];
}

/** Labels that people gave in the window, by page: an id a word, negative where nobody decided. */
export type DecidedLabels = ReadonlyMap<number, readonly number[]>;

/**
 * Writes the pages of a dataset, or predictions of them, in another program's format, the whole folder or nothing.
 * @param decided win over the labels of the dataset
 * @throws GalleyError `exists` without `overwrite`, `not-found` where a predicted page is not in the dataset, `io`
 */
export async function exportDataset(
  flags: ExportFlags,
  hooks: WorkHooks = {},
  decided: DecidedLabels = new Map(),
): Promise<ExportResult> {
  const folder = resolve(flags.out);
  if (existsSync(folder) && readdirSync(folder).length > 0 && !flags.overwrite)
    throw new GalleyError('exists', 'the folder is not empty', {
      where: folder,
      hint: 'say --overwrite to replace it',
    });
  if (flags.images === 'embed' && flags.format !== 'hf')
    throw new GalleyError('usage', `images cannot be embedded in ${flags.format}`, {
      hint: '--images copy puts them beside',
    });
  const dataset = await openDatasetDict(flags.dataset_dir, {
    onNotice: ({ message }) => hooks.onWarning?.(message),
  });
  const predictions = flags.predictions === undefined ? null : await readPredicted(flags.predictions);
  const labelMap = predictions?.labelMap ?? dataset.labelMap;
  const pages = outgoing(dataset, labelMap, predictions?.pages ?? null, flags, decided);
  if (pages.length === 0)
    throw new GalleyError('invalid-data', 'there are no pages to write', { where: flags.dataset_dir });
  let images = 0;
  await writeFolderWhole(folder, async (temporary) => {
    const withImages = flags.images === 'copy';
    const named: OutgoingPage[] = [];
    for (const [i, one] of pages.entries()) {
      if (hooks.signal?.aborted) throw new GalleyError('cancelled', 'the export was stopped');
      const image = withImages ? await putImage(one.source, temporary) : null;
      if (image !== null) images++;
      named.push({ ...one, page: { ...one.page, image } });
      hooks.onProgress?.({ done: i + 1, total: pages.length, what: 'writing pages' });
    }
    await writeFormat(flags, named, labelMap, dataset.labelMap, temporary);
  });
  return {
    folder,
    pages: pages.length,
    words: pages.reduce((sum, { page }) => sum + page.words.length, 0),
    images,
  };
}

const stem = (pageNum: number) => `page_${String(pageNum).padStart(4, '0')}`;

async function putImage(page: LabelledPage, folder: string): Promise<string | null> {
  const bytes = page.imagePath === null ? page.imageBytes : null;
  if (page.imagePath === null && !bytes) return null;
  const extension =
    page.imagePath === null ? (bytes?.[0] === 0xff ? '.jpg' : '.png') : extname(page.imagePath);
  const name = `images/${stem(page.pageNum)}${extension.toLowerCase()}`;
  await mkdir(join(folder, 'images'), { recursive: true });
  try {
    if (page.imagePath !== null) await copyFile(page.imagePath, join(folder, name));
    else await writeFile(join(folder, name), bytes as Uint8Array);
  } catch (error) {
    throw toGalleyError(error, page.imagePath ?? name);
  }
  return name;
}

async function writeFormat(
  flags: ExportFlags,
  pages: readonly OutgoingPage[],
  labelMap: LabelMap,
  datasetLabels: LabelMap,
  folder: string,
): Promise<void> {
  const put = (name: string, text: string) => writeFile(join(folder, name), text);
  const only = pages.map(({ page }) => page);
  // Files of pages stand one below the images.
  const below = (page: ExportPage) => ({ ...page, image: page.image === null ? null : `../${page.image}` });
  const each = async (name: string, extension: string, write: (page: ExportPage) => string) => {
    await mkdir(join(folder, name), { recursive: true });
    for (const page of only) await put(join(name, `${stem(page.pageNum)}.${extension}`), write(below(page)));
  };
  switch (flags.format) {
    case 'funsd':
      return each('annotations', 'json', writeFunsd);
    case 'hocr':
      return each('hocr', 'hocr', writeHocr);
    case 'alto':
      return each('alto', 'xml', writeAlto);
    case 'page':
      return each('page', 'xml', writePageXml);
    case 'labelstudio':
      await put('tasks.json', writeLabelStudio(only));
      return put('labelling-config.xml', labelStudioConfig(labelMap));
    case 'csv':
      return put('tokens.csv', writeTokensCsv(only));
    case 'jsonl':
      await put('pages.jsonl', only.map((page) => `${JSON.stringify(jsonLine(page))}\n`).join(''));
      return put('label_map.json', `${JSON.stringify(labelMapJson(labelMap), null, 2)}\n`);
    case 'hf':
      return writeHf(flags, pages, labelMap, datasetLabels, folder);
  }
}

/** What the reader of JSON Lines takes back, labels and all. */
function jsonLine(page: ExportPage): unknown {
  return {
    page_num: page.pageNum,
    width: page.width,
    height: page.height,
    image: page.image,
    words: page.words,
    bboxes: page.bboxes,
    ...(page.labels === null
      ? {}
      : {
          labels: page.labels,
          quality: page.labelQuality,
          label_sources: page.words.map((_, i) => labelSourceAt(page, i)),
        }),
    label_set: page.labelSet,
    ...(page.confidences === null ? {} : { confidences: page.confidences }),
  };
}

const HF_COLUMNS: Features = {
  label_source: { dtype: 'string', _type: 'Value' },
  label_sources: { feature: { dtype: 'string', _type: 'Value' }, _type: 'Sequence' },
  gold_labels: { feature: { dtype: 'int64', _type: 'Value' }, _type: 'Sequence' },
  ocr_confidence: { feature: { dtype: 'float64', _type: 'Value' }, _type: 'Sequence' },
};

async function writeHf(
  flags: ExportFlags,
  pages: readonly OutgoingPage[],
  labelMap: LabelMap,
  datasetLabels: LabelMap,
  folder: string,
): Promise<void> {
  const known = labelMap.equals(datasetLabels);
  const rows = (split: string): LabelledPage[] =>
    pages
      .filter((one) => one.split === split)
      .map(({ page, source, ids }) => ({
        pageNum: page.pageNum,
        width: page.width,
        height: page.height,
        words: page.words,
        bboxes: page.bboxes,
        labels: ids,
        imagePath:
          page.image !== null ? join(folder, page.image) : flags.images === 'embed' ? source.imagePath : null,
        ...(flags.images === 'embed' && source.imagePath === null ? { imageBytes: source.imageBytes } : {}),
        extra: {
          label_source: page.labelQuality === 'predicted' ? 'predicted' : 'exported',
          label_sources: page.words.map((_, i) => labelSourceAt(page, i) ?? ''),
          gold_labels: decidedIn(source, known),
          ocr_confidence: page.confidences?.map((c) => c ?? -1) ?? null,
        },
      }));
  const splits = [...new Set(pages.map(({ split }) => split))];
  await writeDatasetDict(folder, {
    splits: Object.fromEntries(splits.map((split) => [split, rows(split)])),
    labelMap,
    extraColumns: HF_COLUMNS,
    images: flags.images === 'embed' ? 'embed' : 'path',
  });
}

/** All that people decided of a page, also where another label is exported: a reference must not be what agrees. */
function decidedIn(page: LabelledPage, known: boolean): number[] {
  const gold = known ? (page.extra?.gold_labels as ArrayLike<unknown> | null | undefined) : null;
  return page.words.map((_, i) => Math.max(-1, Number(gold?.[i] ?? -1)));
}

/** The pages with the labels that were asked for. */
function outgoing(
  dataset: DatasetDict,
  labelMap: LabelMap,
  predicted: ReadonlyMap<number, PredictedPage> | null,
  { split, labels: wanted, dataset_dir }: ExportFlags,
  decided: DecidedLabels,
): OutgoingPage[] {
  const chosen = split === undefined ? [...dataset.splits.values()] : [dataset.split(split)];
  const left = new Set(predicted?.keys() ?? []);
  const found: OutgoingPage[] = [];
  for (const one of chosen)
    for (let i = 0; i < one.length; i++) {
      const stored = one.page(i);
      const source = withGold(stored, goldFor(stored, decided, dataset_dir));
      const model = predicted?.get(source.pageNum) ?? null;
      left.delete(source.pageNum);
      if (predicted !== null && model === null) continue;
      if (model !== null && model.labels.length !== source.words.length)
        throw new GalleyError(
          'mismatch',
          `expected a prediction for each of ${source.words.length} words, found ${model.labels.length}`,
          {
            where: `page ${source.pageNum}`,
            hint: 'the predictions were made for another reading of this page',
          },
        );
      const ids = model ? model.labels.map((name) => labelMap.idOf(name)) : idsOf(source, wanted);
      found.push({ page: exportPageOf(source, ids, labelMap, model, wanted), source, split: one.name, ids });
    }
  if (left.size > 0)
    throw new GalleyError(
      'not-found',
      `the predicted pages ${[...left].slice(0, 8).join(', ')} are not there`,
      {
        where: dataset_dir,
      },
    );
  return found.sort((a, b) => a.page.pageNum - b.page.pageNum);
}

function goldFor(page: LabelledPage, decided: DecidedLabels, where: string): readonly number[] | null {
  const gold = decided.get(page.pageNum);
  if (!gold) return null;
  if (gold.length === page.words.length) return gold;
  throw new GalleyError(
    'mismatch',
    `page ${page.pageNum}: expected a decision for each of ${page.words.length} words, found ${gold.length}`,
    { where },
  );
}

/** Who gave each label: people (`gold`), else what the page says of its labels. */
function sourcesOf(
  source: LabelledPage,
  ids: readonly number[],
  model: PredictedPage | null,
  wanted: ExportFlags['labels'],
): string[] {
  if (model !== null) return ids.map(() => 'predicted');
  const gold = source.extra?.gold_labels as ArrayLike<unknown> | null | undefined;
  const page = source.extra?.label_source;
  // A dataset that says nothing of its labels is taken at its word, as by the importer.
  const others = wanted === 'gold' ? 'gold' : typeof page === 'string' && page !== '' ? page : 'imported';
  return ids.map((id, i) => (id >= 0 && Number(gold?.[i] ?? -1) === id ? 'gold' : others));
}

function exportPageOf(
  source: LabelledPage,
  ids: readonly number[],
  labelMap: LabelMap,
  model: PredictedPage | null,
  wanted: ExportFlags['labels'],
): ExportPage {
  const names = ids.map((id) => (id < 0 ? null : labelMap.nameOf(id)));
  const labelSources = sourcesOf(source, ids, model, wanted);
  // A page is its people's where no program gave any of its labels.
  const byProgram = ids.some((id, i) => id >= 0 && /^(weak|predicted)$/.test(labelSources[i]));
  return {
    pageNum: source.pageNum,
    width: source.width,
    height: source.height,
    words: source.words,
    bboxes: source.bboxes.map(([x0, y0, x1, y1]) => [x0, y0, x1, y1] as const),
    labels: names.some((name) => name !== null) ? names : null,
    labelSet: labelMap.names,
    labelQuality: byProgram ? 'predicted' : 'gold',
    labelSources,
    scores: model?.scores ?? null,
    confidences: confidencesOf(source),
    image: null,
  };
}

function idsOf(page: LabelledPage, wanted: ExportFlags['labels']): readonly number[] {
  if (wanted === 'dataset') return page.labels;
  const gold = page.extra?.gold_labels as ArrayLike<unknown> | null | undefined;
  return page.words.map((_, i) => {
    const id = wanted === 'gold' ? Number(gold?.[i] ?? -1) : -1;
    return id < 0 ? IGNORED_LABEL : id;
  });
}

function confidencesOf(page: LabelledPage): (number | null)[] | null {
  const column = page.extra?.ocr_confidence as ArrayLike<unknown> | null | undefined;
  if (!column || column.length !== page.words.length) return null;
  return Array.from(column, (c) => (typeof c === 'number' && c >= 0 && c <= 1 ? c : null));
}

interface PredictedPage {
  readonly labels: readonly string[];
  readonly scores: readonly number[];
}

const predictedSchema = z.object({
  page_num: z.int().min(0),
  label_map: z.record(z.string(), z.string()),
  tokens: z.array(z.object({ pred_label: z.string(), confidence: z.number().min(0).max(1) })),
});

/** Predictions by page, of one file or all of a folder; they must agree on their label set. */
async function readPredicted(
  path: string,
): Promise<{ pages: Map<number, PredictedPage>; labelMap: LabelMap }> {
  const files =
    existsSync(path) && statSync(path).isDirectory()
      ? readdirSync(path)
          .filter((name) => name.endsWith('.json'))
          .sort()
          .map((name) => join(path, name))
      : [path];
  const pages = new Map<number, PredictedPage>();
  let labelMap: LabelMap | null = null;
  for (const file of files) {
    const parsed = predictedSchema.safeParse(await readJson(file));
    if (!parsed.success)
      throw new GalleyError('invalid-data', 'these are no predictions', {
        where: file,
        hint: 'expected JSON written by galley predict',
      });
    const { page_num, tokens, label_map } = parsed.data;
    const own = LabelMap.fromId2Label(label_map, file);
    if (labelMap !== null && !labelMap.equals(own))
      throw new GalleyError('mismatch', 'its label set is not that of the other predictions', {
        where: file,
      });
    labelMap = own;
    pages.set(page_num, {
      labels: tokens.map((token) => token.pred_label),
      scores: tokens.map((token) => token.confidence),
    });
  }
  if (labelMap === null) throw new GalleyError('not-found', 'there are no predictions', { where: path });
  return { pages, labelMap };
}
