import type { ImportedPage, ReadContext } from '../formats/importer.ts';
import { repairFractions } from './fractions.ts';
import { forTesseract, type Geometry, straighten } from './prepare-scan.ts';
import { encodePng, type ScanPage } from './raster.ts';
import { readWords } from './read-words.ts';
import type { PictureReader } from './recogniser.ts';
import type { ScanOptions } from './scan-options.ts';

/** Words of a picture, what was repaired in them, and the picture as it was read. */
export interface ReadPage
  extends Pick<
    ImportedPage,
    'width' | 'height' | 'words' | 'bboxes' | 'confidences' | 'wordsBefore' | 'extra'
  > {
  readonly page: ScanPage;
  readonly geometry: Geometry;
}

/**
 * Straightens a picture where that is asked for, recognises its words and repairs broken fractions. A repaired word
 * keeps what was read in `wordsBefore` and its rule in `extra.repairs` [{index, before, after, rule}].
 * @throws GalleyError `cancelled`, `damaged`
 */
export async function readPage(
  scan: ScanPage,
  reader: PictureReader,
  options: Pick<ScanOptions, 'repair' | 'deskew' | 'crop'>,
  { signal, onProgress }: Pick<ReadContext, 'signal' | 'onProgress'> = {},
): Promise<ReadPage> {
  const { page, geometry } = await straighten(scan, options);
  const { png, width, height } = await forTesseract(page);
  const found = await reader.recognise(png, {
    signal,
    onProgress: (share) => onProgress?.(share, 'reading words'),
  });
  const read = readWords(found, width, height);
  const repairs = options.repair ? repairFractions(read, page) : [];
  const words = [...read.words];
  const wordsBefore: (string | null)[] = words.map(() => null);
  for (const { index, before, after } of repairs) [words[index], wordsBefore[index]] = [after, before];
  const straightened = geometry.skew !== 0 || geometry.block.some((share, i) => share !== [0, 0, 1, 1][i]);
  return {
    page,
    geometry,
    width: page.width,
    height: page.height,
    words,
    bboxes: read.bboxes,
    confidences: read.confidences,
    ...(repairs.length > 0 ? { wordsBefore } : {}),
    extra: {
      source: 'ocr',
      ...(repairs.length > 0 ? { repairs } : {}),
      ...(straightened ? { skew: geometry.skew, block: geometry.block } : {}),
    },
  };
}

/** The picture of a read page: its own file where a viewer shows that just so, else PNG bytes. */
export async function pictureOf(page: ScanPage, path: string | null): Promise<ImportedPage['picture']> {
  if (path !== null && page.plain !== null) return { path };
  return { bytes: await encodePng(page), extension: 'png' };
}
