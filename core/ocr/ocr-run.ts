import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { writePagesJsonl } from '../datasets/pages-jsonl.ts';
import { describeError, GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { ensureFolder, readJson, writeFileWhole, writeJsonWhole } from '../files/files.ts';
import { type ImportPlanned, type PlannedItem, planImport } from '../formats/import-plan.ts';
import type { ImportedPage, Importer, Refusal } from '../formats/importer.ts';
import type { Box } from '../page/page.ts';
import { scanImporters } from './importers.ts';
import { numberInName } from './page-number.ts';
import type { PictureReader } from './recogniser.ts';
import type { OcrOptions } from './scan-options.ts';

export interface OcrHooks {
  readonly signal?: AbortSignal;
  onProgress?(progress: { done: number; total: number; what: string }): void;
  onWarning?(message: string): void;
}

export interface OcrResult {
  readonly out: string;
  readonly pages: number;
  readonly words: number;
  /** Words that were changed, in all. */
  readonly repairs: number;
  /** Pages taken from the run before. */
  readonly skipped: number;
  readonly blank: readonly string[];
  readonly refused: readonly Refusal[];
  /** Mean over the words that have one, or null. */
  readonly meanConfidence: number | null;
}

const storedPage = z.object({
  format: z.literal(1),
  key: z.string(),
  title: z.string(),
  source: z.string(),
  width: z.int().min(1),
  height: z.int().min(1),
  words: z.array(z.string()),
  bboxes: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
  confidences: z.array(z.number().nullable()).nullable(),
  wordsBefore: z.array(z.string().nullable()).nullable(),
  image: z.string().nullable(),
  extra: z.record(z.string(), z.unknown()),
});
type StoredPage = z.output<typeof storedPage>;

/** Where pages are kept until the file is whole; a run that ends well leaves none of it. */
export const partsFolder = (out: string): string => `${resolve(out)}.parts`;
/** Pictures that had to be made (of PDFs, of straightened or many-paged scans). */
const imagesFolder = (out: string): string => `${resolve(out).replace(/\.jsonl?$/, '')}-images`;

/**
 * Reads the words of pictures and PDFs into a file that `galley label` and `galley import` read. Each page is stored
 * whole as soon as it is read, so that a stopped run can be resumed; the file itself appears when every page is there.
 * @param reader what recognises pictures, in tests
 * @throws GalleyError `exists`, `usage`, `cancelled`, `invalid-data` where no page could be read, `io`
 */
export async function runOcr(
  options: OcrOptions,
  hooks: OcrHooks = {},
  reader?: PictureReader,
): Promise<OcrResult> {
  if (options.images.length === 0)
    throw new GalleyError('usage', 'say what to read: pictures, PDFs, or folders of them', {
      hint: 'see --help',
    });
  const out = resolve(options.out);
  if (existsSync(out) && !options.overwrite)
    throw new GalleyError('exists', 'the file is there already', {
      where: out,
      hint: 'use --overwrite to replace it',
    });
  const importers = scanImporters(options, reader);
  const parts = partsFolder(out);
  try {
    const plan = await planImport(options.images, importers, {
      format: 'auto',
      outDir: imagesFolder(out),
      overwrite: true,
      signal: hooks.signal,
    });
    if (!options.resume) await rm(parts, { recursive: true, force: true });
    const run = new Run(plan, options, parts, importers, hooks);
    await run.all();
    const result = await run.write(out);
    await rm(parts, { recursive: true, force: true });
    return result;
  } finally {
    await Promise.all(importers.map((importer) => importer.close?.()));
    await removeEmpty(parts);
    await removeEmpty(imagesFolder(out));
  }
}

async function removeEmpty(folder: string): Promise<void> {
  const left = await readdir(folder).catch(() => ['?']);
  if (left.length === 0) await rm(folder, { recursive: true, force: true });
}

class Run {
  readonly #plan: ImportPlanned;
  readonly #options: OcrOptions;
  readonly #parts: string;
  readonly #importers: readonly Importer[];
  readonly #hooks: OcrHooks;
  readonly #read = new Map<string, StoredPage>();
  readonly #refused: Refusal[];
  readonly #shares = new Map<string, number>();
  #skipped = 0;
  #done = 0;

  constructor(
    plan: ImportPlanned,
    options: OcrOptions,
    parts: string,
    importers: readonly Importer[],
    hooks: OcrHooks,
  ) {
    this.#plan = plan;
    this.#options = options;
    this.#parts = parts;
    this.#importers = importers;
    this.#hooks = hooks;
    this.#refused = [...plan.refused];
  }

  async all(): Promise<void> {
    for (const importer of this.#importers) {
      const queue = this.#plan.items.filter(({ item }) => item.kind === importer.kind);
      const worker = async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift())
          await this.#one(importer, next);
      };
      const count = Math.max(1, Math.min(importer.concurrency ?? 1, queue.length));
      const ended = await Promise.allSettled(Array.from({ length: count }, worker));
      for (const end of ended) if (end.status === 'rejected') throw end.reason;
    }
  }

  async #one(importer: Importer, { item, id, fingerprint }: PlannedItem): Promise<void> {
    const { signal, onWarning = () => {} } = this.#hooks;
    if (signal?.aborted) throw new GalleyError('cancelled', 'text recognition was stopped');
    const key = await this.#keyOf(fingerprint);
    const path = join(this.#parts, `${id}.json`);
    const known = this.#options.resume ? await this.#stored(path, key) : null;
    try {
      if (known) this.#skipped++;
      const page = known ?? (await this.#fresh(importer, item, id, key, path));
      if (page) this.#read.set(id, page);
    } catch (error) {
      const { code } = toGalleyError(error);
      if (code === 'cancelled' || code === 'io' || signal?.aborted) throw error;
      const reason = describeError(error);
      this.#refused.push({ source: item.source, code, reason });
      onWarning(`refused: ${reason}`);
    }
    this.#shares.delete(id);
    this.#done++;
    this.#tell(item.title);
  }

  async #fresh(
    importer: Importer,
    item: PlannedItem['item'],
    id: string,
    key: string,
    path: string,
  ): Promise<StoredPage | null> {
    const { signal, onWarning = () => {} } = this.#hooks;
    const given = importer.read(item, {
      signal,
      onNotice: onWarning,
      onProgress: (share) => {
        this.#shares.set(id, share);
        this.#tell(item.title);
      },
    });
    for await (const page of given) {
      const stored = await this.#store(page, item, id, key);
      await ensureFolder(this.#parts);
      await writeJsonWhole(path, stored, 0);
      return stored;
    }
    return null;
  }

  async #store(
    page: ImportedPage,
    { source }: PlannedItem['item'],
    id: string,
    key: string,
  ): Promise<StoredPage> {
    let image: string | null = null;
    if (page.picture && 'path' in page.picture) image = page.picture.path;
    else if (page.picture) {
      image = join(imagesFolder(this.#options.out), `${id}.${page.picture.extension}`);
      await writeFileWhole(image, page.picture.bytes);
    }
    const { title, width, height } = page;
    return {
      format: 1,
      key,
      title,
      source,
      width,
      height,
      words: [...page.words],
      bboxes: page.bboxes.map(([x0, y0, x1, y1]) => [x0, y0, x1, y1]),
      confidences: page.confidences ? [...page.confidences] : null,
      wordsBefore: page.wordsBefore ? [...page.wordsBefore] : null,
      image,
      extra: { ...page.extra },
    };
  }

  async #stored(path: string, key: string): Promise<StoredPage | null> {
    const parsed = storedPage.safeParse(await readJson(path).catch(() => null));
    if (!parsed.success || parsed.data.key !== key) return null;
    return parsed.data.image === null || existsSync(parsed.data.image) ? parsed.data : null;
  }

  /** Changes with the source and with everything that changes what is read from it. */
  async #keyOf(fingerprint: string): Promise<string> {
    const { repair, deskew, crop, dpi, text_layer, language_data } = this.#options;
    const data = language_data === undefined ? null : (await stat(language_data)).mtimeMs;
    const facts = JSON.stringify([
      1,
      fingerprint,
      repair,
      deskew,
      crop,
      dpi,
      text_layer,
      language_data ?? null,
      data,
    ]);
    return createHash('sha256').update(facts).digest('hex').slice(0, 32);
  }

  #tell(what: string): void {
    const under = [...this.#shares.values()].reduce((sum, share) => sum + share, 0);
    this.#hooks.onProgress?.({
      done: Math.round((this.#done + under) * 10) / 10,
      total: this.#plan.items.length,
      what,
    });
  }

  /** Pages in the order of the plan, numbered from their files' names where those tell them apart. */
  async write(out: string): Promise<OcrResult> {
    const pages = this.#plan.items.flatMap(({ id }) => this.#read.get(id) ?? []);
    const blank = pages.filter(({ words }) => words.length === 0);
    const printed = pages.filter(({ words }) => words.length > 0);
    if (printed.length === 0)
      throw new GalleyError(
        'invalid-data',
        this.#refused.length > 0
          ? `no page could be read: ${this.#refused[0].reason}`
          : 'no words were found on any page',
        { where: out },
      );
    const numbers = pageNumbers(printed);
    const folder = resolve(out, '..');
    await writePagesJsonl(
      out,
      printed.map((page, i) => ({
        pageNum: numbers[i],
        width: page.width,
        height: page.height,
        words: page.words,
        bboxes: page.bboxes as Box[],
        imagePath: page.image,
        extra: {
          ...page.extra,
          source: relative(folder, page.source).replaceAll('\\', '/'),
          title: page.title,
          text_source: page.extra.source,
          ...(page.confidences ? { confidences: page.confidences.map(rounded) } : {}),
          ...(page.wordsBefore ? { words_before: page.wordsBefore } : {}),
        },
      })),
    );
    const known = printed.flatMap(({ confidences }) => (confidences ?? []).filter((c) => c !== null));
    return {
      out,
      pages: printed.length,
      words: printed.reduce((sum, { words }) => sum + words.length, 0),
      repairs: printed.reduce(
        (sum, { wordsBefore }) => sum + (wordsBefore ?? []).filter((w) => w !== null).length,
        0,
      ),
      skipped: this.#skipped,
      blank: blank.map(({ title }) => title),
      refused: this.#refused,
      meanConfidence: known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length,
    };
  }
}

const rounded = (value: number | null) => (value === null ? null : Math.round(value * 1e4) / 1e4);

/** 0079.png is page 79 where every file has a number of its own in its name; else pages are counted from 1. */
export function pageNumbers(pages: readonly { readonly source: string }[]): number[] {
  const numbers = pages.map(({ source }) => numberInName(source));
  const apart = numbers.every((n) => n !== null) && new Set(numbers).size === numbers.length;
  return apart ? numbers.map(Number) : pages.map((_, i) => i + 1);
}
