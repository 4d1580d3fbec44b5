import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { DEFAULT_LABELS, type DefaultLabel, LabelMap } from '../labels/labels.ts';
import { unionBox } from '../page/coordinates.ts';
import type { Page } from '../page/page.ts';
import { KINDS, LABEL_OF_KIND } from './kinds.ts';
import type { Signal, WeakLine } from './types.ts';

/**
 * The `lines` column of a weakly labelled dataset: JSON, without what the page itself says (text and boxes of words),
 * the signals of a row once for all its columns, a signal's votes for several kinds in one entry.
 */
const storedSchema = z.object({
  lines: z.array(
    z.object({
      words: z.array(z.int().min(0)),
      row: z.int().min(0),
      label: z.string(),
      kind: z.string(),
      confidence: z.number().min(0).max(1),
    }),
  ),
  /** By row: `[rule, evidence, {kind: weight}]`. */
  signals: z.record(z.string(), z.array(z.tuple([z.string(), z.string(), z.record(z.string(), z.number())]))),
});
type Stored = z.infer<typeof storedSchema>;

const thousandths = (value: number) => Math.round(value * 1000) / 1000;

/** Lines of a page as the dataset stores them. */
export function encodeLines(lines: readonly WeakLine[]): string {
  const stored: Stored = { lines: [], signals: {} };
  for (const line of lines) {
    const { wordIndices, row, label, kind, confidence } = line;
    stored.lines.push({ words: [...wordIndices], row, label, kind, confidence: thousandths(confidence) });
    stored.signals[row] ??= mergeSignals(line.signals);
  }
  return JSON.stringify(stored);
}

function mergeSignals(signals: readonly Signal[]): Stored['signals'][string] {
  const merged = new Map<string, [string, string, Record<string, number>]>();
  for (const { rule, kind, weight, evidence } of signals) {
    const key = `${rule}\n${evidence}`;
    const entry = merged.get(key) ?? [rule, evidence, {}];
    entry[2][kind] = thousandths((entry[2][kind] ?? 0) + weight);
    merged.set(key, entry);
  }
  return [...merged.values()];
}

/**
 * Lines of a page from the column, with text and boxes from the page.
 * @throws GalleyError `damaged` naming the page, where the column is not what {@link encodeLines} writes
 */
export function decodeLines(column: string, page: Page): WeakLine[] {
  const fail = (why: string) =>
    new GalleyError('damaged', `the column "lines" cannot be read: ${why}`, {
      where: `page ${page.pageNum}`,
    });
  let json: unknown;
  try {
    json = JSON.parse(column);
  } catch {
    throw fail('not valid JSON');
  }
  const parsed = storedSchema.safeParse(json);
  if (!parsed.success) throw fail(parsed.error.issues[0].message);
  const { lines, signals } = parsed.data;
  return lines.map(({ words, row, label, kind, confidence }): WeakLine => {
    if (words.some((i) => i >= page.words.length)) throw fail('a line has words the page does not have');
    if (!LabelMap.default.has(label)) throw fail(`unknown label "${label}"`);
    return {
      wordIndices: words,
      bbox: unionBox(words.map((i) => page.bboxes[i])),
      text: words.map((i) => page.words[i]).join(' '),
      label: label as DefaultLabel,
      kind,
      confidence,
      row,
      signals: (signals[row] ?? []).flatMap(([rule, evidence, votes]) =>
        Object.entries(votes).map(([of, weight]) => ({
          rule,
          evidence,
          kind: of,
          weight,
          label: labelOf(of),
        })),
      ),
    };
  });
}

/** Label a stored vote was for: of a kind of row, or a span's own (time, temp, servings). */
function labelOf(kind: string): DefaultLabel {
  const row = KINDS.find((known) => known === kind);
  if (row) return LABEL_OF_KIND[row];
  return DEFAULT_LABELS.find((label) => label.toLowerCase() === kind) ?? 'O';
}
