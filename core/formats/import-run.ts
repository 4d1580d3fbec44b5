import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LABEL_MAP_FILE, readLabelMapFile } from '../datasets/label-map-file.ts';
import { describeError, GalleyError, toGalleyError } from '../errors/galley-error.ts';
import type { LabelMap } from '../labels/labels.ts';
import type { WorkHooks } from '../weak-labels/types.ts';
import { type BuiltDataset, buildDataset } from './build-dataset.ts';
import type { ImportPlanned, PlannedItem } from './import-plan.ts';
import { ImportStore, type StoredPage } from './import-store.ts';
import type { Importer, Refusal } from './importer.ts';
import type { LabelMapping } from './label-files.ts';
import { storePage } from './store-page.ts';

export interface RunOptions {
  readonly overwrite: boolean;
  /** Leave pictures where they are instead of copying them. */
  readonly linkImages: boolean;
  /** Null: what an earlier import into this folder used. */
  readonly labelMapping: LabelMapping | null;
  readonly labelSet: LabelMap | null;
  readonly valFraction: number;
  readonly seed: number;
}

export interface ImportResult extends BuiltDataset {
  readonly folder: string;
  /** Items read now, and those that were there already. */
  readonly read: number;
  readonly skipped: number;
  readonly refused: readonly Refusal[];
}

/**
 * Reads what a plan says, each item stored whole as soon as it is read, and makes the dataset of everything the folder
 * has. Items that cannot be read are refused one by one. Stopped, it makes the dataset of what it has and throws.
 * @throws GalleyError `invalid-data` where no page at all was imported, `cancelled`, `mismatch` for labels, `io`
 */
export async function runImport(
  plan: ImportPlanned,
  importers: readonly Importer[],
  options: RunOptions,
  hooks: WorkHooks = {},
): Promise<ImportResult> {
  const store = await ImportStore.open(plan.outDir, options.overwrite);
  if (options.overwrite) await store.clear();
  const before = options.overwrite ? null : await labelMapOf(plan.outDir, store);
  const refused: Refusal[] = [...plan.refused];
  const waiting = plan.items.filter(({ state }) => options.overwrite || state !== 'stored');
  const reading = new Reading(waiting, store, options, hooks, refused);
  let stopped: unknown = null;
  try {
    for (const importer of importers) await reading.all(importer);
  } catch (error) {
    stopped = error;
  } finally {
    await Promise.all(importers.map((importer) => importer.close?.()));
    if (store.itemIds.length > 0) await store.save();
  }
  if (stopped !== null && toGalleyError(stopped).code !== 'cancelled') throw stopped;
  if (store.pageCount === 0) {
    if (stopped !== null) throw stopped;
    throw new GalleyError(
      'invalid-data',
      refused.length === 0
        ? 'there is nothing to import'
        : `nothing could be imported: ${refused[0].source}: ${refused[0].reason}`,
      { where: plan.outDir },
    );
  }
  const order = plan.items.map(({ id }) => id);
  const built = await buildDataset(store, order, before, options, stopped === null ? hooks : {});
  if (stopped !== null)
    throw new GalleyError(
      'cancelled',
      `stopped after ${reading.read} of ${waiting.length} items; what was read is in the folder`,
      { where: plan.outDir, hint: 'run the same import again to go on' },
    );
  return {
    ...built,
    folder: store.folder,
    read: reading.read,
    skipped: plan.items.length - waiting.length,
    refused,
  };
}

/** The label set of a folder that was imported into before. */
async function labelMapOf(folder: string, store: ImportStore): Promise<LabelMap | null> {
  const path = join(folder, LABEL_MAP_FILE);
  return store.pageCount > 0 && existsSync(path) ? (await readLabelMapFile(path)).labelMap : null;
}

/** Reads the items of a plan, several at once where their importer can. */
class Reading {
  read = 0;
  readonly #waiting: readonly PlannedItem[];
  readonly #store: ImportStore;
  readonly #options: RunOptions;
  readonly #hooks: WorkHooks;
  readonly #refused: Refusal[];
  readonly #total: number;
  readonly #shares = new Map<string, number>();
  #done = 0;

  constructor(
    waiting: readonly PlannedItem[],
    store: ImportStore,
    options: RunOptions,
    hooks: WorkHooks,
    refused: Refusal[],
  ) {
    this.#waiting = waiting;
    this.#store = store;
    this.#options = options;
    this.#hooks = hooks;
    this.#refused = refused;
    this.#total = waiting.reduce((sum, { item }) => sum + item.pages, 0);
  }

  /** @throws GalleyError `cancelled`, and `io` where the folder cannot be written */
  async all(importer: Importer): Promise<void> {
    const queue = this.#waiting.filter(({ item }) => item.kind === importer.kind);
    const worker = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        this.#stopIfAsked();
        await this.#one(importer, next);
      }
    };
    const workers = Math.max(1, Math.min(importer.concurrency ?? 1, queue.length));
    const ended = await Promise.allSettled(Array.from({ length: workers }, worker));
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  }

  #stopIfAsked(): void {
    if (this.#hooks.signal?.aborted) throw new GalleyError('cancelled', 'the import was stopped');
  }

  async #one(importer: Importer, { item, id, fingerprint }: PlannedItem): Promise<void> {
    const { onWarning = () => {}, signal } = this.#hooks;
    const { linkImages } = this.#options;
    const pages: StoredPage[] = [];
    try {
      const given = importer.read(item, {
        signal,
        onNotice: onWarning,
        onProgress: (share, what) => this.#tell(id, share * item.pages, what),
      });
      for await (const page of given) {
        this.#stopIfAsked();
        pages.push(await storePage(page, this.#store, { id, page: pages.length, linkImages }, onWarning));
        if (page.words.length === 0)
          onWarning(`${page.title}: there are no words on the page; it is left out of the dataset`);
      }
    } catch (error) {
      const { code } = toGalleyError(error);
      if (code === 'cancelled' || code === 'io') throw error;
      this.#refused.push({ source: item.source, code, reason: describeError(error) });
      this.#finish(item.pages, id, item.title);
      return;
    }
    await this.#store.put(id, { format: 1, kind: item.kind, source: item.source, fingerprint, pages });
    this.read++;
    this.#finish(item.pages, id, item.title);
  }

  #tell(id: string, pages: number, what: string): void {
    this.#shares.set(id, pages);
    const under = [...this.#shares.values()].reduce((sum, share) => sum + share, 0);
    this.#hooks.onProgress?.({
      done: Math.min(this.#total, Math.round((this.#done + under) * 10) / 10),
      total: this.#total,
      what,
    });
  }

  #finish(pages: number, id: string, title: string): void {
    this.#shares.delete(id);
    this.#done += pages;
    this.#tell(id, 0, `read ${title}`);
    this.#shares.delete(id);
  }
}
