import { GalleyError } from '../errors/galley-error.ts';
import type { LabelMap } from '../labels/labels.ts';
import { BOX_SCALE, type Box } from '../page/page.ts';
import { describeValue } from './jsonl.ts';
import { IGNORED_LABEL } from './labelled-page.ts';

/** Turns a stored label (id or name) into an id of the label map. */
export type LabelReader = (stored: unknown, where: string) => number;

/**
 * Reads labels of a dataset: ids through `idOf` (id in the label map by stored id), names through `labelMap`; null
 * and the ids -1 and -100 mean undecided.
 */
export function labelReader(labelMap: LabelMap, idOf: readonly number[]): LabelReader {
  return (stored, where) => {
    if (stored === null || stored === -1 || stored === IGNORED_LABEL) return IGNORED_LABEL;
    if (typeof stored === 'string') return labelMap.idOf(stored, where);
    const id = typeof stored === 'number' ? idOf[stored] : undefined;
    if (id === undefined)
      throw invalid(
        `label id ${describeValue(stored)} is not in the label map (0..${idOf.length - 1})`,
        where,
        'the dataset was made with another label map',
      );
    return id;
  };
}

/** Words of a row. @throws GalleyError `invalid-data` for none, or one that is null. */
export function readWords(stored: unknown, where: string): string[] {
  const words = (stored ?? []) as unknown[];
  if (words.length === 0) throw invalid('the page has no words', where, 'leave blank pages out');
  const gap = words.indexOf(null);
  if (gap >= 0) throw invalid(`word ${gap}: expected a string, found null`, where);
  return words as string[];
}

/** Boxes of a row, one per word, integers 0..1000. @throws GalleyError `invalid-data`, naming the word. */
export function readBoxes(stored: unknown, words: readonly string[], where: string): Box[] {
  const boxes = (stored ?? []) as (readonly unknown[] | null)[];
  requireSameCount(words, boxes, 'box', 'boxes', where);
  for (let i = 0; i < boxes.length; i++) {
    const fault = boxFault(boxes[i]);
    if (fault === null) continue;
    const hint = fault.includes('outside') ? 'are these pixels? datasets hold boxes as 0-1000' : undefined;
    throw invalid(`word ${i} (${describeValue(words[i])}): ${fault}`, where, hint);
  }
  return boxes as unknown as Box[];
}

function boxFault(box: readonly unknown[] | null): string | null {
  if (box?.length !== 4) return `expected a box of 4 numbers, found ${describeValue(box)}`;
  const shown = `box [${box.join(', ')}]`;
  for (const value of box) {
    if (!Number.isInteger(value)) return `${shown}: expected whole numbers`;
    if ((value as number) < 0 || (value as number) > BOX_SCALE) return `${shown} is outside 0..${BOX_SCALE}`;
  }
  const [x0, y0, x1, y1] = box as Box;
  return x0 > x1 || y0 > y1 ? `${shown} is inverted` : null;
}

/** Label ids of a row, one per word. @throws GalleyError `invalid-data`, naming the word. */
export function readLabels(
  stored: unknown,
  words: readonly string[],
  read: LabelReader,
  where: string,
): number[] {
  if (stored === null || stored === undefined) return words.map(() => IGNORED_LABEL);
  const labels = stored as readonly unknown[];
  requireSameCount(words, labels, 'label', 'labels', where);
  return labels.map((label, i) => read(label, `${where}, word ${i} (${describeValue(words[i])})`));
}

/** A whole number of a row; null where the dataset has none. @throws GalleyError `invalid-data`. */
export function readInteger(stored: unknown, name: string, minimum: number, where: string): number | null {
  if (stored === null || stored === undefined) return null;
  const value = typeof stored === 'string' && /^\d+$/.test(stored) ? Number(stored) : stored;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < minimum)
    throw invalid(
      `"${name}": expected a whole number of at least ${minimum}, found ${describeValue(stored)}`,
      where,
    );
  return value;
}

function requireSameCount(
  words: readonly unknown[],
  others: readonly unknown[],
  one: string,
  many: string,
  where: string,
): void {
  if (words.length !== others.length)
    throw invalid(
      `expected one ${one} per word, found ${words.length} words and ${others.length} ${many}`,
      where,
    );
}

function invalid(message: string, where: string, hint?: string): GalleyError {
  return new GalleyError('invalid-data', message, { where, hint });
}
