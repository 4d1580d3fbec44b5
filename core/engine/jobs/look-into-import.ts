import { fileImporters } from '../../formats/file-importers.ts';
import { readOptionsOf } from '../../formats/import-options.ts';
import type { ImportItem } from '../../formats/importer.ts';
import { splitTag } from '../../formats/label-scheme.ts';
import { OUTSIDE } from '../../labels/labels.ts';
import { PdfFile } from '../../ocr/pdf-file.ts';
import { previewScan, type Straightening } from '../../ocr/prepare-scan.ts';
import { decodeScan, readScan } from '../../ocr/raster.ts';
import type { ImportFlags } from '../../ocr/scan-options.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

/** Resolution a PDF page is looked at with, dots an inch. */
const PREVIEW_DPI = 110;
/** Items whose labels are counted before an import. */
const MOST_ITEMS = 400;

export interface ScanPreview {
  /** Degrees the lines fall to the right. */
  readonly skew: number;
  /** Part of the levelled picture that is kept: left, top, right, bottom, shares 0..1. */
  readonly block: readonly [number, number, number, number];
  /** PNG as base64, at most 600 pixels a side. */
  readonly before: string;
  readonly after: string;
}

/** A planned scan as it is, and as `deskew` and `crop` would make it; nothing is written. */
export async function previewImportJob(
  { item, ...options }: Straightening & { readonly item: ImportItem },
  _context: JobContext<CommonEvent>,
): Promise<ScanPreview> {
  const scan = item.kind === 'pdf' ? await pdfPage(item) : await readScan(item.source, item.pageIndex ?? 0);
  const before = await previewScan(scan, { deskew: false, crop: false });
  const after = await previewScan(scan, options);
  const base64 = (png: Uint8Array) => Buffer.from(png).toString('base64');
  return {
    skew: after.geometry.skew,
    block: after.geometry.block,
    before: base64(before.png),
    after: base64(after.png),
  };
}

async function pdfPage({ source, pageIndex }: ImportItem) {
  const pdf = await PdfFile.open(source, {});
  try {
    const page = await pdf.page(pageIndex ?? 0, { dpi: PREVIEW_DPI });
    return await decodeScan(page.png ?? new Uint8Array(), source);
  } finally {
    await pdf.close();
  }
}

export interface FoundLabels {
  /** Labels but O, without `B-` and `I-`, the commonest first. */
  readonly labels: readonly { readonly label: string; readonly words: number }[];
  /** Whether there are more files than were looked into. */
  readonly more: boolean;
}

/** Which labels the files of an import carry; those that cannot be read are left to the import to name. */
export async function importLabelsJob(
  { flags, items }: { readonly flags: ImportFlags; readonly items: readonly ImportItem[] },
  context: JobContext<CommonEvent>,
): Promise<FoundLabels> {
  const { signal } = jobHooks(context);
  const importers = new Map(fileImporters(readOptionsOf(flags)).map((one) => [one.kind, one]));
  const counts = new Map<string, number>();
  const readable = items.filter(({ kind }) => importers.has(kind));
  for (const item of readable.slice(0, MOST_ITEMS)) {
    if (signal.aborted) break;
    try {
      for await (const page of importers.get(item.kind)!.read(item, { signal, onNotice: () => {} })) {
        for (const label of page.labelSet ?? []) add(label, 0);
        for (const label of page.labels ?? []) if (label !== null) add(label, 1);
      }
    } catch {
      // The import itself names the file and the reason.
    }
  }
  function add(label: string, words: number): void {
    const { name } = splitTag(label);
    if (name !== OUTSIDE) counts.set(name, (counts.get(name) ?? 0) + words);
  }
  return {
    labels: [...counts].map(([label, words]) => ({ label, words })).sort((a, b) => b.words - a.words),
    more: readable.length > MOST_ITEMS,
  };
}
