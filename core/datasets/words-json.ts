import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { readJson } from '../files/files.ts';
import type { Page } from '../page/page.ts';
import { describeValue } from './jsonl.ts';
import { type BoxSpace, pageFromRecord } from './page-record.ts';

/**
 * The page of a words file, `{words, bboxes, width, height, box_space: "pixels" | "0-1000", page_num?}`
 * (page number 0 without one). Boxes come out as 0..1000.
 * @throws GalleyError `invalid-data`, `damaged`, `not-found`, naming the file.
 */
export async function readWordsJson(path: string, imagePath: string | null = null): Promise<Page> {
  const value = await readJson(path);
  try {
    return pageFromWordsJson(value, imagePath);
  } catch (error) {
    const e = toGalleyError(error);
    throw new GalleyError(e.code, e.where ? `${e.where}: ${e.message}` : e.message, {
      where: path,
      hint: e.hint,
      cause: e,
    });
  }
}

/** {@link readWordsJson} of a value that was read already. */
export function pageFromWordsJson(value: unknown, imagePath: string | null = null): Page {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new GalleyError('invalid-data', `expected a JSON object, found ${describeValue(value)}`);
  const record = value as Record<string, unknown>;
  const space = record.box_space;
  if (space !== 'pixels' && space !== '0-1000')
    throw new GalleyError(
      'invalid-data',
      `"box_space": expected "pixels" or "0-1000", found ${describeValue(space)}`,
    );
  return pageFromRecord({ ...record, page_num: record.page_num ?? 0 }, space satisfies BoxSpace, imagePath);
}
