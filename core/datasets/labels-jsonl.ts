import { GalleyError } from '../errors/galley-error.ts';
import { writeFileWhole } from '../files/files.ts';
import type { LabelMap } from '../labels/labels.ts';
import type { Page } from '../page/page.ts';
import { describeValue, forEachLine, LineProblems, parseObject } from './jsonl.ts';
import { IGNORED_LABEL } from './labelled-page.ts';
import { integerOf } from './page-record.ts';

/** Reference labels of one page. */
export interface GoldPage {
  readonly pageNum: number;
  /** `gold` where a person read every line, `near-gold` otherwise, or what the file says. */
  readonly quality: string;
  /** Share of words that are decided, 0..1; null where the file does not say. */
  readonly coverage: number | null;
  /** One id per word, {@link IGNORED_LABEL} where undecided. */
  readonly labels: readonly number[];
}

/** Reference labels by page number. */
export type GoldLabels = ReadonlyMap<number, GoldPage>;

/**
 * Reads labels from JSON Lines, one `{page_num, labels: [name | null...], quality?, coverage?}` a line.
 * Names go through `labelMap` (NOTE is O).
 * @throws GalleyError `invalid-data` naming the wrong lines, `not-found`, `io`.
 */
export async function readLabelsJsonl(path: string, labelMap: LabelMap): Promise<GoldLabels> {
  const gold = new Map<number, GoldPage>();
  const problems = new LineProblems(path);
  await forEachLine(path, (line, text) => {
    problems.guard(line, () => {
      const page = goldPageOf(parseObject(text), labelMap);
      if (gold.has(page.pageNum))
        throw new GalleyError('invalid-data', `page ${page.pageNum} is there a second time`);
      gold.set(page.pageNum, page);
    });
  });
  problems.throwIfAny('lines');
  return gold;
}

/** One line of such a file. @throws GalleyError `invalid-data` naming what is wrong with it */
export const goldPageOfLine = (text: string, labelMap: LabelMap): GoldPage =>
  goldPageOf(parseObject(text), labelMap);

function goldPageOf(record: Record<string, unknown>, labelMap: LabelMap): GoldPage {
  const pageNum = integerOf(record, 'page_num', 0);
  const where = `page ${pageNum}`;
  if (!Array.isArray(record.labels))
    throw new GalleyError(
      'invalid-data',
      `"labels": expected a list, found ${describeValue(record.labels)}`,
      { where },
    );
  const labels = record.labels.map((name: unknown, i) => {
    if (name === null) return IGNORED_LABEL;
    if (typeof name === 'string') return labelMap.idOf(name, `${where}, word ${i}`);
    throw new GalleyError('invalid-data', `expected a label name or null, found ${describeValue(name)}`, {
      where: `${where}, word ${i}`,
    });
  });
  return {
    pageNum,
    quality: typeof record.quality === 'string' ? record.quality : 'gold',
    coverage: typeof record.coverage === 'number' ? record.coverage : null,
    labels,
  };
}

/** Writes what {@link readLabelsJsonl} reads, in page order. @throws GalleyError `io`. */
export async function writeLabelsJsonl(
  path: string,
  gold: Iterable<GoldPage>,
  labelMap: LabelMap,
): Promise<void> {
  const pages = [...gold].sort((a, b) => a.pageNum - b.pageNum);
  const lines = pages.map(({ pageNum, quality, coverage, labels }) => {
    const names = labels.map((id) => (id < 0 ? null : labelMap.nameOf(id, `page ${pageNum}`)));
    return `${JSON.stringify({ page_num: pageNum, quality, coverage, labels: names })}\n`;
  });
  await writeFileWhole(path, lines.join(''));
}

/**
 * Gold labels of a page, or null where it has none.
 * @throws GalleyError `mismatch` where the counts of words and labels differ.
 */
export function goldLabelsFor(gold: GoldLabels, page: Page): readonly number[] | null {
  const found = gold.get(page.pageNum);
  if (!found) return null;
  if (found.labels.length !== page.words.length)
    throw new GalleyError(
      'mismatch',
      `expected one gold label per word, found ${page.words.length} words and ${found.labels.length} labels`,
      {
        where: `page ${page.pageNum}`,
        hint: 'the labels were made for another reading of this page',
      },
    );
  return found.labels;
}
