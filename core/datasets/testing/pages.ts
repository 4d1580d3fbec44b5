import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll } from 'vitest';
import type { Box } from '../../page/page.ts';
import type { LabelledPage } from '../labelled-page.ts';

/** A folder of its own for each test file, removed afterwards. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'galley-datasets-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A page of `words` in a row, each labelled. */
export function pageOf(pageNum: number, words: readonly string[], labels?: readonly number[]): LabelledPage {
  return {
    pageNum,
    width: 500,
    height: 870,
    words,
    bboxes: words.map((_, i): Box => [i % 900, 10, (i % 900) + 50, 20]),
    imagePath: null,
    labels: labels ?? words.map((_, i) => i % 7),
  };
}

const box = fc
  .tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000), fc.nat(1000))
  .map(([a, b, c, d]): Box => [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]);

/** Any page with labels of Galley's own set, words of any Unicode. */
export const anyPage: fc.Arbitrary<LabelledPage> = fc
  .record({
    pageNum: fc.nat(100_000),
    width: fc.integer({ min: 1, max: 20_000 }),
    height: fc.integer({ min: 1, max: 20_000 }),
    tokens: fc.array(
      fc.tuple(fc.string({ unit: 'binary', maxLength: 12 }), box, fc.constantFrom(-100, 0, 1, 2, 3, 4, 5, 6)),
      { minLength: 1, maxLength: 12 },
    ),
  })
  .map(({ tokens, ...page }) => ({
    ...page,
    words: tokens.map(([word]) => word),
    bboxes: tokens.map(([, bounds]) => bounds),
    labels: tokens.map(([, , label]) => label),
    imagePath: null,
  }));
