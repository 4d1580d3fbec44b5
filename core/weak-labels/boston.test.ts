import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLabelsJsonl } from '../datasets/labels-jsonl.ts';
import { readPagesJsonl } from '../datasets/pages-jsonl.ts';
import { LabelMap } from '../labels/labels.ts';
import { evaluatePages } from '../training/metrics/evaluate.ts';
import { labelBook } from './label-pages.ts';

const folder = join(import.meta.dirname, '../../../shared/data/boston-ocr');
const there = existsSync(join(folder, 'pages.jsonl'));

/** Real pages of 1896. Rules were made on the even blocks of 20 page numbers; the odd ones are held out. */
describe.skipIf(!there)(
  `real pages${there ? '' : ' (skipped: ../shared/data/boston-ocr is not there)'}`,
  () => {
    it('are labelled as well as claimed, held-out pages too', async () => {
      const { pages } = await readPagesJsonl(join(folder, 'pages.jsonl'), { boxSpace: '0-1000' });
      const gold = await readLabelsJsonl(join(folder, 'labels.jsonl'), LabelMap.default);
      const weak = labelBook(pages).map(({ page, labels }) => ({ pageNum: page.pageNum, labels }));
      const mean = (keep: (pageNum: number) => boolean, labels: readonly string[]) => {
        const { accumulator } = evaluatePages(
          weak.filter(({ pageNum }) => gold.has(pageNum) && keep(pageNum)),
          [...gold.values()].filter(({ pageNum }) => keep(pageNum)),
          LabelMap.default,
        );
        const { per_label } = accumulator.record();
        return labels.reduce((sum, label) => sum + per_label[label].f1, 0) / labels.length;
      };
      const structure = ['TITLE', 'INGREDIENT_LINE', 'INSTRUCTION_STEP'];
      const heldOut = (pageNum: number) => Math.floor(pageNum / 20) % 2 === 1;
      expect(mean(heldOut, structure)).toBeGreaterThan(0.97);
      expect(mean((n) => !heldOut(n), structure)).toBeGreaterThan(0.97);
      expect(mean((n) => gold.get(n)?.quality === 'gold', structure)).toBeGreaterThan(0.99);
      expect(mean(() => true, ['TIME', 'TEMP'])).toBeGreaterThan(0.96);
    });
  },
);
