import { describe, expect, it } from 'vitest';
import { READ_DEFAULTS, type ReadOptions } from './file-importer.ts';
import { tokensCsvFormat } from './tokens-csv.ts';

const HEADER = 'page_num,word,x0,y0,x1,y1';

function read(text: string, options: Partial<ReadOptions> = {}) {
  const notices: string[] = [];
  const file = { path: '/no/such/folder/tokens.csv', bytes: new TextEncoder().encode(text) };
  const format = tokensCsvFormat({ ...READ_DEFAULTS, ...options });
  return { pages: [...format.pages(file, { onNotice: (notice) => notices.push(notice) })], notices };
}

describe('a CSV of tokens', () => {
  it('is read as other programs write it: semicolons, other names, any order, a byte order mark', () => {
    const { pages } = read(
      '\uFEFFtext;page;left;top;right;bottom;tag\r\n"two; parts";2;10;20;30;40;DISH\r\n\'tis;1;1;2;3;4;\r\n',
    );
    expect(pages.map(({ pageNum, words, bboxes, labels }) => ({ pageNum, words, bboxes, labels }))).toEqual([
      { pageNum: 2, words: ['two; parts'], bboxes: [[10, 20, 30, 40]], labels: ['DISH'] },
      { pageNum: 1, words: ["'tis"], bboxes: [[1, 2, 3, 4]], labels: undefined },
    ]);
  });

  it('sorts words by their index, and turns pixels into boxes of the page', () => {
    const { pages } = read(
      'page_num,word_index,word,x0,y0,x1,y1,width,height\n3,1,b,100,0,200,50,400,100\n3,0,a,0,0,100,50,400,100\n',
      { boxSpace: 'pixels' },
    );
    expect(pages).toMatchObject([
      {
        words: ['a', 'b'],
        bboxes: [
          [0, 0, 250, 500],
          [250, 0, 500, 500],
        ],
        width: 400,
        height: 100,
      },
    ]);
  });

  it('leaves out a page with a broken row, and says which row', () => {
    const { pages, notices } = read(`${HEADER}\n1,a,0,0,9,9\n2,b,zero,0,9,9\n2,c,0,0,9,9\n3,d,0,0,9\n`);
    expect(pages.map(({ pageNum }) => pageNum)).toEqual([1]);
    expect(notices.filter((notice) => notice.includes('left out'))).toEqual([
      expect.stringMatching(/page 2 is left out.*row 3: x0: expected a number, found "zero"/),
      expect.stringMatching(/page 3 is left out.*row 5: expected 6 cells, found 5/),
    ]);
  });

  it.each([
    ['word,x0,y0,x1,y1\na,1,2,3,4\n', /page_num missing/],
    [`${HEADER}\n`, /no words/],
    [`${HEADER}\none,a,0,0,1,1\n`, /page number, found "one"/],
    [`${HEADER}\n1,${','.repeat(300)}\n`, /more than 256 cells/],
    [`${HEADER}\n1,"a,0,0,1,1\n`, /expected 6 cells, found 2/],
    [`${HEADER}\n1,a,0,0,2000,1\n1,b,0,0,3000,1\n`, /outside the page/],
    [`${HEADER},width,height\n1,a,0,0,1,1,-5,9\n`, /expected a page of 1 to/],
    [`${HEADER},word_index\n1,a,0,0,1,1,x\n`, /word_index: expected a whole number/],
    [`${HEADER}\n1,a,0,0,0x1F,1\n`, /x1: expected a number/],
  ])('refuses %j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('wants the page size for pixels', () => {
    expect(() => read(`${HEADER}\n1,a,0,0,5,5\n`, { boxSpace: 'pixels' })).toThrow(
      /width: expected a number/,
    );
  });
});
