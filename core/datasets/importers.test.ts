import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelMap } from '../labels/labels.ts';
import { goldLabelsFor, readLabelsJsonl, writeLabelsJsonl } from './labels-jsonl.ts';
import type { BoxSpace } from './page-record.ts';
import { readPagesJsonl, writePagesJsonl } from './pages-jsonl.ts';
import { anyPage, pageOf, temporaryFolder } from './testing/pages.ts';
import { pageFromWordsJson, readWordsJson } from './words-json.ts';

const folder = temporaryFolder();
let count = 0;
const file = (...lines: (object | string)[]) => {
  const path = join(folder, `${count++}.jsonl`);
  writeFileSync(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return path;
};
const record = {
  page_num: 7,
  words: ['a', 'b'],
  bboxes: [
    [0, 0, 250, 435],
    [0, 0, 500, 870],
  ],
  width: 500,
  height: 870,
};
const read = (path: string, boxSpace: BoxSpace = 'pixels', imagesDir?: string) =>
  readPagesJsonl(path, { boxSpace, imagesDir });

describe('pages from JSON Lines', () => {
  it('come out with boxes of 0..1000, whatever space is stated', async () => {
    const { pages } = await read(file(record));
    expect(pages).toEqual([
      {
        pageNum: 7,
        width: 500,
        height: 870,
        words: ['a', 'b'],
        bboxes: [
          [0, 0, 500, 500],
          [0, 0, 1000, 1000],
        ],
        imagePath: null,
        extra: {},
      },
    ]);
    expect((await read(file(record), '0-1000')).pages[0].bboxes).toEqual(record.bboxes);
  });

  it('keep the keys Galley does not know, and skip empty lines and a byte order mark', async () => {
    const { pages } = await read(
      file(`\uFEFF${JSON.stringify({ ...record, source: 'scan' })}`, '', '\r', ''),
    );
    expect(pages.map((page) => page.extra)).toEqual([{ source: 'scan' }]);
  });

  it('may hang over the edge a little, not far', async () => {
    const box = (x1: number) =>
      file({
        ...record,
        bboxes: [
          [0, 0, x1, 9],
          [0, 0, 9, 9],
        ],
      });
    expect((await read(box(508))).pages[0].bboxes[0]).toEqual([0, 0, 1000, 10]);
    await expect(read(box(511))).rejects.toThrow(/outside the page of 500 x 870 pixels/);
  });

  it.each<[string, object | string, RegExp]>([
    ['no JSON', '{"page_num": 7,', /line 2: not valid JSON/],
    ['no object', '[1]', /line 2: expected a JSON object, found a list of 1/],
    [
      'no page number',
      { ...record, page_num: undefined },
      /"page_num": expected a whole number of at least 0, found nothing/,
    ],
    ['a page number in words', { ...record, page_num: '7' }, /found "7"/],
    [
      'no width',
      { ...record, page_num: 8, width: 0 },
      /"width": expected a whole number of at least 1, found 0/,
    ],
    ['no words', { ...record, page_num: 8, words: [], bboxes: [] }, /line 2: page 8: the page has no words/],
    [
      'words that are no list',
      { ...record, page_num: 8, words: 'a b' },
      /"words": expected a list of strings, found "a b"/,
    ],
    [
      'a word that is none',
      { ...record, page_num: 8, words: ['a', 3] },
      /word 1: expected a string, found 3/,
    ],
    ['a box too few', { ...record, page_num: 8, bboxes: [[0, 0, 1, 1]] }, /found 2 words and 1 boxes/],
    [
      'a box of three',
      {
        ...record,
        page_num: 8,
        bboxes: [
          [0, 0, 1],
          [0, 0, 1, 1],
        ],
      },
      /word 0 \("a"\): expected a box of 4 numbers, found \[0,0,1\]/,
    ],
    [
      'an inverted box',
      {
        ...record,
        page_num: 8,
        bboxes: [
          [9, 0, 1, 1],
          [0, 0, 1, 1],
        ],
      },
      /box \[9, 0, 1, 1\] is inverted/,
    ],
    ['a page twice', record, /line 2: page 7 was on line 1 already/],
    [
      'an image that is no name',
      { ...record, page_num: 8, image: 5 },
      /"image": expected a file name or null, found 5/,
    ],
  ])('name the line of %s', async (_, line, message) => {
    const path = file(record, line);
    const error = await read(path).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-data', where: path });
    expect(error.message).toMatch(/^1 of 2 lines cannot be used: line 2/);
    expect(error.message).toMatch(message);
  });

  it('show the first five wrong lines and count the rest', async () => {
    const bad = Array.from({ length: 9 }, (_, i) => ({ ...record, page_num: i + 10, width: -1 }));
    await expect(read(file(record, ...bad))).rejects.toThrow(
      /9 of 10 lines.*line 2:.*line 6:[^;]*; and 4 more$/,
    );
  });

  it('say when there are none, or no file', async () => {
    await expect(read(file(''))).rejects.toThrow(/no pages in it/);
    await expect(read(join(folder, 'missing.jsonl'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('find images beside the file, in the stated folder, or by number; the rest is reported', async () => {
    const images = join(folder, 'scans');
    mkdirSync(images, { recursive: true });
    for (const name of ['named.png', '0008.png', 'page_9.jpg', '10.txt'])
      writeFileSync(join(images, name), '');
    const path = file(
      { ...record, image: 'scans/named.png' },
      ...[8, 9, 10].map((page_num) => ({ ...record, page_num })),
      { ...record, page_num: 11, image: 'gone.png' },
    );
    const beside = await read(path);
    expect(beside.pages.map((page) => page.imagePath !== null)).toEqual([true, false, false, false, false]);
    expect(beside.notices).toMatchObject([
      { pageNum: 11, message: expect.stringContaining('"gone.png"'), where: `${path}, line 5` },
    ]);
    const stated = await read(path, 'pixels', images);
    expect(stated.pages.map((page) => page.imagePath)).toEqual([
      join(images, 'named.png'),
      join(images, '0008.png'),
      join(images, 'page_9.jpg'),
      null,
      null,
    ]);
    await expect(read(path, 'pixels', join(folder, 'no-folder'))).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('come back from what writePagesJsonl writes, any words at all', async () => {
    const path = join(folder, 'round.jsonl');
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyPage, { selector: (page) => page.pageNum, minLength: 1, maxLength: 5 }),
        async (pages) => {
          await writePagesJsonl(path, pages);
          const back = await read(path, '0-1000');
          expect(back.pages).toEqual(pages.map(({ labels, ...page }) => ({ ...page, extra: {} })));
        },
      ),
      { numRuns: 25 },
    );
    await writePagesJsonl(path, [pageOf(1, ['\u2028', '\u2029 \u0085', '\r'])]);
    expect((await read(path, '0-1000')).pages[0].words).toEqual(['\u2028', '\u2029 \u0085', '\r']);
  });
});

describe('labels from JSON Lines', () => {
  const map = LabelMap.default;
  const line = { page_num: 7, quality: 'near-gold', coverage: 0.5, labels: ['TITLE', null, 'NOTE'] };

  it('become ids, undecided ones -100, NOTE O', async () => {
    const gold = await readLabelsJsonl(file(line, { page_num: 8, labels: [] }), map);
    expect(gold.get(7)).toEqual({ pageNum: 7, quality: 'near-gold', coverage: 0.5, labels: [1, -100, 0] });
    expect(gold.get(8)).toMatchObject({ quality: 'gold', coverage: null });
  });

  it('are written as they are read', async () => {
    const path = join(folder, 'labels-round.jsonl');
    const gold = await readLabelsJsonl(file({ ...line, page_num: 9 }, line), map);
    await writeLabelsJsonl(path, gold.values(), map);
    const back = await readLabelsJsonl(path, map);
    expect([...back.keys()]).toEqual([7, 9]);
    expect(back.get(9)).toEqual(gold.get(9));
  });

  it.each<[string, object, RegExp]>([
    [
      'an unknown name',
      { page_num: 8, labels: ['O', 'SAUCE'] },
      /page 8, word 1: unknown label "SAUCE", expected one of O, TITLE/,
    ],
    ['ids in place of names', { page_num: 8, labels: [1] }, /expected a label name or null, found 1/],
    ['no labels', { page_num: 8 }, /"labels": expected a list, found nothing/],
    ['a page twice', line, /page 7 is there a second time/],
  ])('refuse %s, naming line and page', async (_, bad, message) => {
    const path = file(line, bad);
    await expect(readLabelsJsonl(path, map)).rejects.toThrow(/1 of 2 lines cannot be used: line 2/);
    await expect(readLabelsJsonl(path, map)).rejects.toThrow(message);
  });

  it('must count as many as the words of their page', async () => {
    const gold = await readLabelsJsonl(file(line), map);
    expect(goldLabelsFor(gold, pageOf(7, ['a', 'b', 'c']))).toEqual([1, -100, 0]);
    expect(goldLabelsFor(gold, pageOf(8, ['a']))).toBeNull();
    expect(() => goldLabelsFor(gold, pageOf(7, ['a']))).toThrow(/1 words and 3 labels/);
  });
});

describe('a words file', () => {
  const words = { words: ['a'], bboxes: [[0, 0, 250, 87]], width: 500, height: 870 };

  it('states its box space', async () => {
    expect(pageFromWordsJson({ ...words, box_space: 'pixels' }).bboxes).toEqual([[0, 0, 500, 100]]);
    expect(pageFromWordsJson({ ...words, box_space: '0-1000' }, '/x.png')).toMatchObject({
      pageNum: 0,
      bboxes: [[0, 0, 250, 87]],
      imagePath: '/x.png',
    });
    expect(() => pageFromWordsJson(words)).toThrow(
      /"box_space": expected "pixels" or "0-1000", found nothing/,
    );
    expect(() => pageFromWordsJson([])).toThrow(/expected a JSON object, found a list of 0/);
  });

  it('is named when it is wrong', async () => {
    const path = file({ ...words, box_space: 'pixels', height: 'tall' });
    await expect(readWordsJson(path)).rejects.toMatchObject({ code: 'invalid-data', where: path });
    await expect(readWordsJson(file('nonsense'))).rejects.toMatchObject({ code: 'damaged' });
  });
});
