import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LabelMap } from '../labels/labels.ts';
import { openDatasetDict } from './dataset-dict.ts';
import { describeDataset, describePages } from './describe-dataset.ts';
import type { LabelledPage } from './labelled-page.ts';
import { pageOf, temporaryFolder } from './testing/pages.ts';
import { writeDatasetDict } from './write-dataset-dict.ts';

const folder = temporaryFolder();
let count = 0;
const labelMap = LabelMap.default;
const words = (n: number) => Array.from({ length: n }, (_, i) => `w${i}`);
/** A page with every label often enough. */
const rich = (pageNum: number) => pageOf(pageNum, words(140));

async function findings(splits: Record<string, LabelledPage[]>): Promise<string[]> {
  const dir = join(folder, `${count++}`);
  await writeDatasetDict(dir, { splits, labelMap });
  return describeDataset(await openDatasetDict(dir)).findings.map(
    ({ severity, message }) => `${severity}: ${message}`,
  );
}

describe('describePages', () => {
  it('counts pages, words and labels', () => {
    const pages = [
      pageOf(1, words(4), [0, 1, 1, -100]),
      pageOf(2, words(2), [0, 0]),
      pageOf(3, words(1), [-100]),
    ];
    expect(describePages(pages, labelMap)).toEqual({
      pages: 3,
      tokens: 7,
      perLabel: { O: 3, TITLE: 2, INGREDIENT_LINE: 0, INSTRUCTION_STEP: 0, TIME: 0, TEMP: 0, SERVINGS: 0 },
      undecided: 2,
      nonORatio: 0.4,
      pagesAllO: 1,
      pagesUndecided: 1,
      pagesWithImage: 0,
    });
  });
});

describe('findings before training', () => {
  it('are none for a sound dataset', async () => {
    expect(await findings({ train: [rich(1), rich(2)], validation: [rich(3)] })).toEqual([]);
  });

  it.each<[string, Record<string, LabelledPage[]>, RegExp]>([
    ['no train split', { validation: [rich(1)] }, /error: no train split, found validation/],
    ['an empty train split', { train: [], validation: [rich(1)] }, /error: the train split is empty/],
    ['no validation split', { train: [rich(1)] }, /warning: no validation split/],
    ['an empty validation split', { train: [rich(1)], val: [] }, /warning: the validation split is empty/],
    ['nothing but O', { train: [pageOf(1, ['a'], [0])], validation: [rich(2)] }, /train: every word is O/],
    [
      'no labels at all',
      { train: [pageOf(1, ['a'], [-100])], validation: [rich(2)] },
      /train: no word has a label/,
    ],
    [
      'pages of nothing but O',
      { train: [rich(1), pageOf(2, ['a'], [0])], validation: [rich(3)] },
      /train: 1 of 2 pages hold nothing but O/,
    ],
    [
      'a label without a word',
      {
        train: [
          pageOf(
            1,
            words(60),
            words(60).map((_, i) => i % 6),
          ),
        ],
        validation: [rich(3)],
      },
      /train: no word of SERVINGS/,
    ],
    [
      'a scarce label',
      {
        train: [
          pageOf(
            1,
            words(30),
            words(30).map((_, i) => (i < 3 ? 6 : (i % 2) * 2)),
          ),
        ],
        validation: [rich(3)],
      },
      /hardly any word of SERVINGS \(3 words\)/,
    ],
    [
      'a label that is not scored',
      { train: [rich(1)], validation: [pageOf(2, words(2), [0, 1])] },
      /validation: no word of INGREDIENT_LINE, /,
    ],
    [
      'one page in two splits',
      { train: [rich(1), rich(2)], validation: [rich(2)] },
      /the same pages are in train and validation \(1\): 2/,
    ],
    [
      'a missing image',
      { train: [{ ...rich(1), imageName: 'x.png' }], validation: [rich(2)] },
      /pages whose image is missing \(1\): 1/,
    ],
  ])('name %s', async (_, splits, message) => {
    expect((await findings(splits)).join('\n')).toMatch(message);
  });
});
