import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { readJson, writeFileWhole, writeJsonWhole } from '../files/files.ts';
import { BOX_SCALE } from '../page/page.ts';

export type ItemState = 'new' | 'changed' | 'stored';

const FOLDER = 'import';
const INDEX = 'index.json';
const IMAGES = 'images';
/** Milliseconds between two writings of the index while items come in. */
const SAVE_EVERY = 1500;

const perWord = <T extends z.ZodType>(value: T) => z.array(value.nullable());
const side = z.int().min(0).max(BOX_SCALE);

const storedPageSchema = z.object({
  /** Number the source gave. */
  pageNum: z.int().min(0).optional(),
  split: z.enum(['train', 'validation']).optional(),
  title: z.string(),
  width: z.number().positive(),
  height: z.number().positive(),
  words: z.array(z.string()),
  bboxes: z.array(z.tuple([side, side, side, side])),
  /** Relative to the folder, or absolute where the picture was left where it is. */
  image: z.string().nullable(),
  labels: perWord(z.string()).optional(),
  labelSet: z.array(z.string()).optional(),
  labelQuality: z.enum(['gold', 'predicted']).optional(),
  confidences: perWord(z.number()).optional(),
  wordsBefore: perWord(z.string()).optional(),
  extra: z.record(z.string(), z.unknown()).optional(),
});
/** One page as it lies in the folder, labels still in the words of its source. */
export type StoredPage = z.infer<typeof storedPageSchema>;

const recordSchema = z.object({
  format: z.literal(1),
  kind: z.string(),
  source: z.string(),
  fingerprint: z.string(),
  pages: z.array(storedPageSchema),
});
export type ItemRecord = z.infer<typeof recordSchema>;

const indexSchema = z.object({
  format: z.literal(1),
  items: z.record(z.string(), z.object({ fingerprint: z.string(), pages: z.int().min(0) })),
  /** Number and split of every page by `item/page`: given once, kept for ever. */
  pages: z.record(z.string(), z.object({ number: z.int().min(0), split: z.enum(['train', 'validation']) })),
});
export type ImportIndex = z.infer<typeof indexSchema>;

/** Whether a folder is what an import wrote. */
export const wasImportedInto = (folder: string): boolean => existsSync(join(folder, FOLDER, INDEX));

/**
 * What an import has read so far, in `DIR/import`: one file an item, written whole, so that an import that was stopped,
 * or killed, goes on where it was. `DIR/images` holds the pictures.
 */
export class ImportStore {
  readonly folder: string;
  readonly #dir: string;
  readonly #items: Map<string, { fingerprint: string; pages: number }>;
  /** Number and split by page key. */
  readonly numbers: Map<string, ImportIndex['pages'][string]>;

  #savedAt = 0;

  private constructor(folder: string, index: ImportIndex) {
    this.folder = folder;
    this.#dir = join(folder, FOLDER);
    this.#items = new Map(Object.entries(index.items));
    this.numbers = new Map(Object.entries(index.pages));
  }

  /**
   * Opens a folder that is empty, new, or was imported into before; nothing is written yet.
   * @throws GalleyError `exists` where it holds a dataset that no import made, `damaged` for an index that is none
   */
  static async open(outDir: string, fresh: boolean): Promise<ImportStore> {
    const folder = resolve(outDir);
    const index = join(folder, FOLDER, INDEX);
    const empty: ImportIndex = { format: 1, items: {}, pages: {} };
    const dataset = join(folder, 'dataset_dict');
    if (!existsSync(index) && existsSync(dataset) && (await readdir(dataset)).length > 0)
      throw new GalleyError('exists', 'there is a dataset already that was not imported', {
        where: folder,
        hint: 'import into a folder of its own',
      });
    if (fresh || !existsSync(index)) return new ImportStore(folder, empty);
    const parsed = indexSchema.safeParse(await readJson(index));
    if (!parsed.success)
      throw new GalleyError('damaged', 'the index of the import cannot be read', {
        where: index,
        hint: 'say --overwrite to import everything again',
      });
    return new ImportStore(folder, parsed.data);
  }

  get pageCount(): number {
    return [...this.#items.values()].reduce((sum, { pages }) => sum + pages, 0);
  }

  get itemIds(): string[] {
    return [...this.#items.keys()];
  }

  stateOf(id: string, fingerprint: string): ItemState {
    const known = this.#items.get(id);
    if (known === undefined) return 'new';
    return known.fingerprint === fingerprint && existsSync(this.#recordPath(id)) ? 'stored' : 'changed';
  }

  #recordPath(id: string): string {
    return join(this.#dir, `${id}.json`);
  }

  /** Where a picture of an item's page goes. */
  imagePath(id: string, page: number, extension: string): string {
    return join(this.folder, IMAGES, `${id}${page === 0 ? '' : `-${page + 1}`}.${extension}`);
  }

  /** Forgets everything, files too: before an import from nothing. */
  async clear(): Promise<void> {
    try {
      await rm(this.#dir, { recursive: true, force: true });
      await rm(join(this.folder, IMAGES), { recursive: true, force: true });
    } catch (error) {
      throw toGalleyError(error, this.folder);
    }
    this.#items.clear();
    this.numbers.clear();
  }

  /** Puts an item's pages in place, whole; they count from now on. */
  async put(id: string, record: ItemRecord): Promise<void> {
    await writeFileWhole(this.#recordPath(id), `${JSON.stringify(record)}\n`);
    this.#items.set(id, { fingerprint: record.fingerprint, pages: record.pages.length });
    // A killed import reads again what was put since; thousands of items would write the index over and over.
    if (Date.now() - this.#savedAt > SAVE_EVERY) await this.save();
  }

  /** @throws GalleyError `damaged` where the file is not what {@link put} wrote */
  async get(id: string): Promise<ItemRecord> {
    const path = this.#recordPath(id);
    let json: unknown;
    try {
      json = JSON.parse(await readFile(path, 'utf8'));
    } catch (error) {
      throw toGalleyError(error, path);
    }
    const parsed = recordSchema.safeParse(json);
    if (parsed.success) return parsed.data;
    throw new GalleyError('damaged', 'an imported item cannot be read', {
      where: path,
      hint: 'remove the file and import again',
    });
  }

  /** Writes the index. */
  async save(): Promise<void> {
    const index: ImportIndex = {
      format: 1,
      items: Object.fromEntries(this.#items),
      pages: Object.fromEntries(this.numbers),
    };
    this.#savedAt = Date.now();
    await writeJsonWhole(join(this.#dir, INDEX), index);
  }
}
