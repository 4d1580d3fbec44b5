import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import sharp from 'sharp';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { writeFileWhole } from '../files/files.ts';
import { validatePage } from '../page/page.ts';
import { BOUNDS } from './bounds.ts';
import type { ImportStore, StoredPage } from './import-store.ts';
import type { ImportedPage, PagePicture } from './importer.ts';

/** What a scan may be, and how such a file is called; sharp also reads SVG and PDF, which are programs. */
const EXTENSIONS: Readonly<Record<string, string>> = { png: 'png', jpeg: 'jpg', webp: 'webp', tiff: 'tif' };
/** No honest scan of a page is larger. */
const MOST_PIXELS = 400e6;

/**
 * A page as it is stored, its picture put in place first; a picture that cannot be read is named and left out.
 * @throws GalleyError `invalid-data` for a page that breaks the rules, whatever made it
 */
export async function storePage(
  page: ImportedPage,
  store: ImportStore,
  at: { readonly id: string; readonly page: number; readonly linkImages: boolean },
  onNotice: (message: string) => void,
): Promise<StoredPage> {
  checkPage(page);
  const { picture, bboxes, ...rest } = page;
  const image = picture === null ? null : await storePicture(picture, page.title, store, at, onNotice);
  return {
    ...rest,
    words: [...page.words],
    bboxes: bboxes.map(([x0, y0, x1, y1]) => [x0, y0, x1, y1]),
    image,
  } as StoredPage;
}

function checkPage(page: ImportedPage): void {
  const where = page.title;
  validatePage({ ...page, pageNum: page.pageNum ?? 0, imagePath: null }, where);
  if (page.words.length > BOUNDS.wordsPerPage)
    throw new GalleyError('invalid-data', `there are more than ${BOUNDS.wordsPerPage} words on the page`, {
      where,
    });
  for (const name of ['labels', 'confidences', 'wordsBefore'] as const) {
    const values = page[name];
    if (values !== undefined && values.length !== page.words.length)
      throw new GalleyError(
        'invalid-data',
        `expected one of ${name} per word, found ${page.words.length} words and ${values.length}`,
        { where },
      );
  }
}

async function storePicture(
  picture: PagePicture,
  title: string,
  store: ImportStore,
  { id, page, linkImages }: { id: string; page: number; linkImages: boolean },
  onNotice: (message: string) => void,
): Promise<string | null> {
  const name = 'path' in picture ? picture.path : 'its picture';
  let extension: string | undefined;
  let bytes: Uint8Array;
  try {
    bytes = 'path' in picture ? await readFile(picture.path) : picture.bytes;
    const { format } = await sharp(bytes, { limitInputPixels: MOST_PIXELS, pages: 1 }).metadata();
    extension = Object.hasOwn(EXTENSIONS, format ?? '') ? EXTENSIONS[format as string] : undefined;
  } catch (error) {
    onNotice(`${title}: ${name} cannot be read as an image (${toGalleyError(error).message})`);
    return null;
  }
  if (extension === undefined) {
    onNotice(`${title}: ${name} is not a PNG, JPEG, WebP or TIFF image`);
    return null;
  }
  if (linkImages && 'path' in picture) return picture.path;
  const path = store.imagePath(id, page, extension);
  await writeFileWhole(path, bytes);
  return relative(store.folder, path).split(sep).join('/');
}
