import { z } from 'zod';
import { importSchema } from '../formats/import-options.ts';

/** Flags of everything that reads scans: `galley import` and `galley ocr`. */
export const scanSchema = z.object({
  language_data: z.string().optional().meta({
    description: 'Tesseract data of another language, e.g. deu.traineddata (default: English, built in)',
    unit: 'path',
  }),
  threads: z
    .int()
    .min(0)
    .max(64)
    .default(0)
    .meta({ description: 'pages read at once; 0: as many as processors and memory allow' }),
  repair: z
    .boolean()
    .default(true)
    .meta({ description: 'look again at broken fractions; every repair is marked and can be taken back' }),
  deskew: z.boolean().default(false).meta({ description: 'turn pages whose lines are not level' }),
  crop: z.boolean().default(false).meta({ description: 'cut pages to the block of print' }),
  dpi: z
    .int()
    .min(72)
    .max(600)
    .default(200)
    .meta({ description: 'resolution PDF pages are rendered with', unit: 'dots an inch' }),
  text_layer: z.boolean().default(true).meta({ description: "use a PDF page's own text where it is sound" }),
});
export type ScanOptions = z.output<typeof scanSchema>;

/** What of the options decides the words of a picture, or of a PDF page; empty where nothing was asked for. */
export function readingOf(options: ScanOptions, kind: 'images' | 'pdf'): string {
  const { deskew, crop, repair, language_data, dpi, text_layer } = options;
  const plain = scanSchema.parse({});
  return [
    deskew && 'deskew',
    crop && 'crop',
    !repair && 'no repair',
    language_data && `language ${language_data}`,
    kind === 'pdf' && dpi !== plain.dpi && `${dpi} dpi`,
    kind === 'pdf' && !text_layer && 'no text layer',
  ]
    .filter(Boolean)
    .join(', ');
}

/** Flags of `galley import`: what every source shares, and how scans are read. */
export const importFlagsSchema = importSchema.extend(scanSchema.shape);
export type ImportFlags = z.output<typeof importFlagsSchema>;

/** Flags of `galley ocr`. */
export const ocrSchema = z.object({
  images: z
    .array(z.string())
    .default([])
    .meta({ description: 'pictures and PDFs, or folders of them', unit: 'paths' }),
  out: z.string().meta({ description: 'pages to write, as JSON Lines; boxes are 0-1000', unit: 'path' }),
  ...scanSchema.shape,
  resume: z
    .boolean()
    .default(false)
    .meta({ description: 'go on from a run that was stopped: pages it has read are not read again' }),
  overwrite: z.boolean().default(false).meta({ description: 'replace a file that is there' }),
});
export type OcrOptions = z.output<typeof ocrSchema>;
