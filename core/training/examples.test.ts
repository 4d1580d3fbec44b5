import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatasetDict, openDatasetDict } from '../datasets/dataset-dict.ts';
import { writeDatasetDict } from '../datasets/write-dataset-dict.ts';
import type { Tokenizer } from '../encoding/tokenizer.ts';
import { loadTokenizer } from '../encoding/tokenizer-files.ts';
import { LabelMap } from '../labels/labels.ts';
import { buildExamples } from './examples.ts';
import { projectFolder } from './model-source.ts';
import { smallPage } from './testing/small-project.ts';

let folder: string;
let dataset: DatasetDict;
let tokenizer: Tokenizer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'galley-examples-'));
  const undecided = { ...smallPage(2), labels: new Array(12).fill(-100) };
  await writeDatasetDict(folder, {
    splits: { train: [smallPage(1), undecided, smallPage(3, 60)] },
    labelMap: LabelMap.default,
  });
  dataset = await openDatasetDict(folder);
  tokenizer = await loadTokenizer(join(projectFolder(), 'configs/models/galley-nano'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const build = (options: Partial<Parameters<typeof buildExamples>[3]> = {}) =>
  buildExamples(dataset.split('train'), tokenizer, dataset.labelMap, {
    maxLength: 32,
    stride: 8,
    ...options,
  });

describe('examples of a split', () => {
  it('are windows; every labelled word counts once, windows without one are left out', () => {
    const set = build();
    expect(set.pages).toBe(2);
    expect(set.skipped).toBe(1);
    expect(set.examples.length).toBeGreaterThan(3);
    expect(set.labelCounts.reduce((a, b) => a + b)).toBe(72);
    for (const { window, page } of set.examples) {
      expect(window.length).toBeLessThanOrEqual(32);
      expect(set.page(page).pageNum).toBe(page + 1);
    }
  });

  it('are those of some pages where that is asked', () => {
    expect(build({ pageLimit: 1 }).examples).toHaveLength(1);
    expect(build({ keep: (page) => page === 0 }).pages).toBe(1);
  });

  it('say that the confidence of the words is missing, and stop when asked', () => {
    expect(() => build({ confidenceWeights: true })).toThrow(/page 1: .*token_confidence|token_confidence/);
    expect(() => build({ signal: AbortSignal.abort() })).toThrow(
      expect.objectContaining({ code: 'cancelled' }),
    );
  });
});
