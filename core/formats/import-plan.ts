import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import { describeError, GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { BOUNDS, readHead } from './bounds.ts';
import { headText } from './file-importer.ts';
import { shorterStem } from './find-picture.ts';
import { looksLikeDataset } from './hf-dataset.ts';
import { ImportStore, type ItemState, wasImportedInto } from './import-store.ts';
import type { FoundSource, Importer, ImportItem, ImportKind, Refusal } from './importer.ts';

/** What an item will do to the folder: read, read again since its source changed, or nothing. */
export interface PlannedItem {
  readonly item: ImportItem;
  /** Names the item in the folder; the same on every run. */
  readonly id: string;
  /** Changes with the source, and with how it is read. */
  readonly fingerprint: string;
  readonly state: ItemState;
}

/** What an import would do: nothing is written while planning. */
export interface ImportPlanned {
  readonly outDir: string;
  readonly items: readonly PlannedItem[];
  readonly refused: readonly Refusal[];
  /** Files of folders that are nothing to import (a text file, a picture that belongs to a page), by reason. */
  readonly passedOver: readonly { readonly reason: string; readonly files: number }[];
  /** By kind: what is there, and pages as far as they are known before reading. */
  readonly counts: Readonly<Partial<Record<ImportKind, { readonly items: number; readonly pages: number }>>>;
  /** Pages the folder has already. */
  readonly stored: number;
}

export interface PlanOptions {
  /** One kind for every source, or found by looking at each. */
  readonly format: 'auto' | ImportKind;
  readonly outDir: string;
  /** Read everything again. */
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal;
}

/** Folders inside one another, and files in all, that are looked at. */
const MOST_DEPTH = 16;
const MOST_FILES = 200_000;
/** Kinds whose pages name pictures that need not be imported apart. */
const WORD_KINDS: ReadonlySet<ImportKind> = new Set([
  'hocr',
  'alto',
  'page',
  'funsd',
  'labelstudio',
  'jsonl',
  'csv',
]);
/** Those that hold many pages, so that a picture's name need not be like the file's. */
const MANY_PAGES: ReadonlySet<ImportKind> = new Set(['labelstudio', 'jsonl', 'csv']);

/**
 * Looks at files and folders (all the way down) and says what importing them would do: what, how many, where to, what
 * is there already and what cannot be read.
 * @throws GalleyError `not-found` for a path that is not there, `exists` where `outDir` is a dataset of another making
 */
export async function planImport(
  paths: readonly string[],
  importers: readonly Importer[],
  options: PlanOptions,
): Promise<ImportPlanned> {
  const outDir = resolve(options.outDir);
  const store = await ImportStore.open(outDir, options.overwrite ?? false);
  const passedOver = new Map<string, number>();
  const pass = (reason: string, files = 1) => passedOver.set(reason, (passedOver.get(reason) ?? 0) + files);
  const refused: Refusal[] = [];
  const found: { source: FoundSource; importer: Importer }[] = [];
  for (const { path, given } of await filesOf(paths, outDir, refused, pass, options)) {
    const source = await lookAt(path, refused);
    if (source === null) continue;
    const importer = importerOf(source, importers, options.format);
    if (importer !== null) found.push({ source, importer });
    else if (given || options.format !== 'auto')
      refused.push({
        source: path,
        code: 'invalid-data',
        reason: options.format === 'auto' ? unknownReason(source) : `it is not ${options.format}`,
      });
    else pass('nothing Galley imports');
  }
  const wanted = options.format === 'auto' ? withoutPictures(found, pass) : found;
  const items: PlannedItem[] = [];
  for (const importer of importers) {
    const own = wanted.filter((one) => one.importer === importer).map((one) => one.source);
    if (own.length === 0) continue;
    const plan = await importer.plan(own, options.signal);
    refused.push(...plan.refused);
    const prints = new Map<string, string>();
    for (const item of plan.items) {
      const print = prints.get(item.source) ?? (await fingerprintOf(item.source));
      prints.set(item.source, print);
      const id = itemId(item);
      const fingerprint = importer.reading ? `${print} ${importer.reading}` : print;
      items.push({ item, id, fingerprint, state: store.stateOf(id, fingerprint) });
    }
  }
  return {
    outDir,
    items: items.sort((a, b) => order(a.item, b.item)),
    refused,
    passedOver: [...passedOver].map(([reason, files]) => ({ reason, files })),
    counts: countsOf(items),
    stored: store.pageCount,
  };
}

function countsOf(items: readonly PlannedItem[]): ImportPlanned['counts'] {
  const counts: Partial<Record<ImportKind, { items: number; pages: number }>> = {};
  for (const { item } of items) {
    counts[item.kind] ??= { items: 0, pages: 0 };
    const count = counts[item.kind] as { items: number; pages: number };
    count.items++;
    count.pages += item.pages;
  }
  return counts;
}

/** As people sort: page 2 before page 10. */
const natural = new Intl.Collator('en', { numeric: true }).compare;
const order = (a: ImportItem, b: ImportItem) =>
  natural(a.source, b.source) || (a.pageIndex ?? -1) - (b.pageIndex ?? -1);

/** Files of the paths, folders walked in order; what Galley writes itself and hidden files are not looked at. */
async function filesOf(
  paths: readonly string[],
  outDir: string,
  refused: Refusal[],
  pass: (reason: string) => void,
  { format, signal }: PlanOptions,
): Promise<{ path: string; given: boolean }[]> {
  const found = new Map<string, boolean>();
  const add = (path: string, given: boolean) => {
    if (found.size >= MOST_FILES)
      throw new GalleyError('usage', `there are more than ${MOST_FILES} files`, {
        hint: 'import a part of them',
      });
    found.set(path, given || (found.get(path) ?? false));
  };
  const walk = async (folder: string, depth: number): Promise<void> => {
    if (signal?.aborted) throw new GalleyError('cancelled', 'stopped while looking at the files');
    if (folder === outDir || folder.startsWith(outDir + sep)) return;
    // The project that the window makes beside the scans holds the same pages again.
    if (depth > 0 && wasImportedInto(folder)) return pass('a project of pages imported before');
    if (looksLikeDataset(folder) && (format === 'auto' || format === 'hf')) return add(folder, false);
    let entries: { name: string; isFile(): boolean; isDirectory(): boolean }[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      refused.push({ source: folder, code: toGalleyError(error).code, reason: describeError(error) });
      return;
    }
    for (const entry of entries.sort((a, b) => natural(a.name, b.name))) {
      if (entry.name.startsWith('.')) continue;
      const path = join(folder, entry.name);
      if (entry.isFile()) add(path, false);
      // Links are not followed: they can lead anywhere, and in circles.
      else if (entry.isDirectory() && depth < MOST_DEPTH) await walk(path, depth + 1);
    }
  };
  for (const given of paths) {
    const path = resolve(given);
    const facts = await stat(path).catch(() => null);
    if (facts === null) throw new GalleyError('not-found', 'no such file or folder', { where: given });
    if (facts.isDirectory()) {
      if (path === outDir)
        throw new GalleyError('usage', 'the folder to import is the folder to write', { where: given });
      await walk(path, 0);
    } else add(path, true);
  }
  return [...found].map(([path, given]) => ({ path, given }));
}

async function lookAt(path: string, refused: Refusal[]): Promise<FoundSource | null> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) return { path, isFolder: true, size: 0, head: new Uint8Array() };
    return { path, isFolder: false, size: facts.size, head: await readHead(path) };
  } catch (error) {
    refused.push({ source: path, code: toGalleyError(error).code, reason: describeError(error) });
    return null;
  }
}

function importerOf(
  source: FoundSource,
  importers: readonly Importer[],
  format: PlanOptions['format'],
): Importer | null {
  if (format !== 'auto') {
    const asked = importers.find((importer) => importer.kind === format) ?? null;
    if (asked === null) throw new GalleyError('usage', `${format} cannot be imported here`);
    // In a folder of many things only those of the kind that was asked for are meant.
    return asked.detect(source) > 0 ? asked : null;
  }
  let best: Importer | null = null;
  let score = 0;
  for (const importer of importers) {
    const own = importer.detect(source);
    if (own > score) [best, score] = [importer, own];
  }
  return best;
}

function unknownReason({ path, size, head }: FoundSource): string {
  if (size === 0) return 'the file is empty';
  const extension = extname(path).toLowerCase();
  if (/^\.(xml|html?|hocr)$/.test(extension)) return 'it is neither hOCR, nor ALTO, nor PAGE-XML';
  if (/^\.jsonl?$/.test(extension))
    return headText(head).includes('"words"')
      ? 'it is neither FUNSD, nor Label Studio JSON, nor JSON Lines of pages'
      : 'it holds no pages: neither FUNSD, nor Label Studio JSON, nor JSON Lines of pages';
  return 'its kind is not one Galley imports';
}

const PICTURE_NAME = /[^\s/\\"'<>=?&;]+\.(?:png|jpe?g|tiff?|webp)/gi;

/** Leaves out pictures that are the scans of pages imported from other files. */
function withoutPictures(
  found: { source: FoundSource; importer: Importer }[],
  pass: (reason: string) => void,
): typeof found {
  const documents = found.filter(({ importer }) => WORD_KINDS.has(importer.kind));
  const stem = (path: string) => basename(path, extname(path));
  const stems = new Set(
    documents.flatMap(({ source }) => [stem(source.path), shorterStem(stem(source.path))]),
  );
  const named = new Set(documents.flatMap(({ source }) => headText(source.head).match(PICTURE_NAME) ?? []));
  const roots = documents
    .filter(({ importer }) => MANY_PAGES.has(importer.kind))
    .map(({ source }) => dirname(source.path) + sep);
  return found.filter(({ source, importer }) => {
    if (importer.kind !== 'images') return true;
    const belongs =
      stems.has(stem(source.path)) ||
      named.has(basename(source.path)) ||
      roots.some((root) => source.path.startsWith(root));
    if (belongs) pass('pictures of pages that are imported from other files');
    return !belongs;
  });
}

/** A name for an item that people can find in the folder and that no other item has. */
export function itemId({ kind, source, pageIndex }: ImportItem): string {
  const hash = createHash('sha256').update(`${kind}\0${source}`).digest('hex').slice(0, 8);
  const name = basename(source, extname(source))
    .replace(/[^\w-]+/g, '_')
    .slice(0, 40);
  return `${name || 'item'}-${hash}${pageIndex === null ? '' : `-${String(pageIndex + 1).padStart(4, '0')}`}`;
}

/** SHA-256 of a file's size, time of change and ends; of a folder, of its files' names, sizes and times. */
async function fingerprintOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  const facts = await stat(path);
  if (!facts.isDirectory()) {
    hash.update(`${facts.size} ${facts.mtimeMs}`);
    hash.update(await readHead(path));
    return hash.digest('hex').slice(0, 32);
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
  for (const file of files.sort().slice(0, BOUNDS.pagesPerFile)) {
    const { size, mtimeMs } = await stat(file);
    hash.update(`${file.slice(path.length)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex').slice(0, 32);
}

/** The plan as lines for people: what, how many, where to. */
export function planText(plan: ImportPlanned): string[] {
  const of = (state: ItemState) => plan.items.filter((one) => one.state === state);
  const total = (items: readonly PlannedItem[]) => items.reduce((sum, { item }) => sum + item.pages, 0);
  const [fresh, changed, there] = [of('new'), of('changed'), of('stored')];
  const lines = Object.entries(plan.counts).map(
    ([kind, { items, pages }]) => `${kind}: ${items} ${items === 1 ? 'item' : 'items'}, ${pages} pages`,
  );
  lines.push(`to read: ${total(fresh)} pages of ${fresh.length} new and ${changed.length} changed items`);
  if (there.length > 0) lines.push(`there already: ${there.length} items`);
  for (const { reason, files } of plan.passedOver) lines.push(`passed over: ${files} files (${reason})`);
  for (const { source, reason } of plan.refused)
    lines.push(`refused: ${reason.startsWith(source) ? reason : `${source}: ${reason}`}`);
  lines.push(`into: ${plan.outDir} (${plan.stored} pages there now)`);
  return lines;
}
