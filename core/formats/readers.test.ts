import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { altoFormat } from './alto.ts';
import { type FileFormat, READ_DEFAULTS, type ReadOptions } from './file-importer.ts';
import { funsdFormat } from './funsd.ts';
import { hocrFormat } from './hocr.ts';
import type { ImportedPage } from './importer.ts';
import { labelStudioFormat } from './label-studio.ts';
import { pageXmlFormat } from './page-xml.ts';
import { pagesJsonlFormat } from './pages-jsonl.ts';
import { PAGE_XML_SAMPLE } from './testing/samples.ts';

type MakeFormat = (options: ReadOptions) => FileFormat;

function read(
  make: MakeFormat,
  content: string | Uint8Array,
  options: Partial<ReadOptions> = {},
  path = '/none/p.x',
) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const notices: string[] = [];
  const pages: ImportedPage[] = [];
  for (const page of make({ ...READ_DEFAULTS, ...options }).pages(
    { path, bytes },
    { onNotice: (n) => notices.push(n) },
  ))
    pages.push(page);
  return { pages, notices, page: pages[0] };
}

const hocr = (body: string, page = 'image "s.png"; bbox 0 0 1000 2000') =>
  `<html><body><div class='ocr_page' title='${page}'>${body}</div></body></html>`;
const span = (kind: string, title: string, text: string) =>
  `<span class='${kind}' title='${title}'>${text}</span>`;

describe('hOCR', () => {
  it('takes words with their confidence, and splits lines that have none', () => {
    const text = hocr(
      span('ocr_line', 'bbox 0 0 500 40', span('ocrx_word', 'bbox 100 20 300 40; x_wconf 87', 'Two')) +
        span('ocr_line', 'bbox 100 100 500 140', 'a bcd'),
    );
    const { page, notices } = read(hocrFormat, text);
    expect(page.words).toEqual(['Two', 'a', 'bcd']);
    expect(page.bboxes).toEqual([
      [100, 10, 300, 20],
      [100, 50, 180, 70],
      [260, 50, 500, 70],
    ]);
    expect(page.confidences).toEqual([0.87, null, null]);
    expect(notices.join()).toMatch(/1 lines have no words.*"s\.png" is not there/);
  });
  it('measures from the corner of the page', () => {
    const text = hocr(span('ocrx_word', 'bbox 150 100 200 200', 'x'), 'bbox 100 0 1100 1000');
    expect(read(hocrFormat, text).page.bboxes).toEqual([[50, 100, 100, 200]]);
  });
  it('refuses what has no page, and words far outside of it', () => {
    expect(() => read(hocrFormat, '<html><body/></html>')).toThrow(/no ocr_page/);
    expect(() => read(hocrFormat, hocr(span('ocrx_word', 'bbox 5000 0 6000 9', 'x')))).toThrow(
      /1 of 1 boxes are outside the page of 1000 x 2000/,
    );
    expect(() => read(hocrFormat, hocr(span('ocrx_word', 'x_wconf 3', 'x')))).toThrow(/"x" has no bbox/);
  });
});

const alto = (strings: string, unit = 'pixel', more = '') =>
  `<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Description><MeasurementUnit>${unit}</MeasurementUnit></Description>${more}
   <Layout><Page WIDTH="2000" HEIGHT="1000"><PrintSpace><TextBlock><TextLine>${strings}</TextLine></TextBlock></PrintSpace></Page></Layout></alto>`;

describe('ALTO', () => {
  it('takes words, their confidence, and the hyphen a line ends with', () => {
    const { page } = read(
      altoFormat,
      alto(
        '<String CONTENT="bak" HPOS="200" VPOS="100" WIDTH="200" HEIGHT="50" WC="0.5"/><HYP HPOS="400" VPOS="100" WIDTH="20" CONTENT="-"/>',
      ),
    );
    expect(page).toMatchObject({ words: ['bak-'], bboxes: [[100, 100, 210, 150]], confidences: [0.5] });
  });
  it('reads labels from tags, of the word or of its line', () => {
    const tags = '<Tags><OtherTag ID="t1" LABEL="TITLE"/><StructureTag ID="t2" LABEL="O"/></Tags>';
    const strings =
      '<String CONTENT="a" HPOS="0" VPOS="0" WIDTH="9" HEIGHT="9" TAGREFS="zz t1"/><SP/><String CONTENT="b" HPOS="0" VPOS="0" WIDTH="9" HEIGHT="9"/>';
    expect(read(altoFormat, alto(strings, 'pixel', tags)).page.labels).toEqual(['TITLE', null]);
  });
  it('turns tenths of a millimetre into pixels', () => {
    const { page, notices } = read(
      altoFormat,
      alto('<String CONTENT="a" HPOS="200" VPOS="0" WIDTH="20" HEIGHT="9"/>', 'mm10'),
    );
    expect(page).toMatchObject({ width: 2362, height: 1181, bboxes: [[100, 0, 110, 9]] });
    expect(notices.join()).toMatch(/300 dpi assumed/);
  });
  it('refuses other units and other files', () => {
    expect(() => read(altoFormat, alto('', 'furlong'))).toThrow(/found "furlong"/);
    expect(() => read(altoFormat, '<PcGts/>')).toThrow(/expected an <alto> element, found <PcGts>/);
    expect(() => read(altoFormat, alto('<String CONTENT="a" HPOS="x"/>'))).toThrow(
      /number for HPOS, found "x"/,
    );
  });
});

describe('PAGE-XML', () => {
  it('follows the reading order and the best reading of each word', () => {
    const { page, notices } = read(pageXmlFormat, PAGE_XML_SAMPLE);
    expect(page.words).toEqual(['Title', 'right', 'wörd & more', 'no', 'words', 'here']);
    expect(page.bboxes[1]).toEqual([100, 200, 280, 220]);
    expect(page.confidences?.[1]).toBe(0.75);
    expect(page.labels).toBeUndefined();
    expect(notices.join()).toMatch(/1 lines have no words/);
  });
  it('takes the types of regions as labels where that is asked for', () => {
    const { page } = read(pageXmlFormat, PAGE_XML_SAMPLE, { regionTypes: true });
    expect(page.labels).toEqual(['heading', ...Array(5).fill('paragraph')]);
  });
});

describe('FUNSD', () => {
  const form = (more = '') =>
    `{"form":[{"box":[0,0,80,20],"text":"To be","label":"question","words":[{"box":[0,0,30,20],"text":"To"},{"box":[40,0,80,20],"text":"be"},{"box":[0,0,1,1],"text":""}],"linking":[[0,1]],"id":0},
      {"box":[0,50,80,70],"text":"or not","label":"other","words":[],"linking":[],"id":1}]${more}}`;
  it('begins spans with B-, or leaves that out', () => {
    expect(read(funsdFormat, form()).page.labels).toEqual(['B-QUESTION', 'I-QUESTION', 'O', 'O']);
    expect(read(funsdFormat, form(), { labelScheme: 'io' }).page.labels).toEqual([
      'QUESTION',
      'QUESTION',
      'O',
      'O',
    ]);
  });
  it('says that it could not measure the picture', () => {
    const { page, notices } = read(funsdFormat, form());
    expect(page).toMatchObject({
      width: 80,
      height: 70,
      bboxes: expect.arrayContaining([[500, 0, 1000, 285]]),
    });
    expect(notices.join()).toMatch(/its picture is not there/);
  });
  it('names what is wrong', () => {
    expect(() => read(funsdFormat, '{"form":[{"words":[{"text":"a"}]}]}')).toThrow(/"a" has no box/);
    expect(() => read(funsdFormat, '{"form": 3}')).toThrow(/no list "form"/);
  });
});

describe('Label Studio', () => {
  const region = (id: string, type: string, value: object) => ({
    id,
    type,
    original_width: 500,
    original_height: 800,
    value: { x: 10, y: 20, width: 30, height: 5, rotation: 0, ...value },
  });
  const words = [
    region('a', 'rectangle', {}),
    region('a', 'textarea', { text: ['Eggs'] }),
    region('a', 'labels', { labels: ['X'] }),
  ];
  const task = (more: object) => ({ data: { ocr: '/data/upload/1/0a1b2c3d-p.png' }, ...more });
  it('takes the last annotation that was not cancelled, else a prediction', () => {
    const annotated = task({
      annotations: [
        { result: words },
        { was_cancelled: true, result: [region('z', 'textarea', { text: ['no'] })] },
      ],
      predictions: [{ result: [] }],
    });
    const { page } = read(labelStudioFormat, JSON.stringify([annotated]));
    expect(page).toMatchObject({
      width: 500,
      height: 800,
      words: ['Eggs'],
      bboxes: [[100, 200, 400, 250]],
      labels: ['X'],
    });
    expect(page.labelQuality).toBeUndefined();
    const predicted = read(labelStudioFormat, JSON.stringify(task({ predictions: [{ result: words }] })));
    expect(predicted.page.labelQuality).toBe('predicted');
  });
  it('labels the words inside a region that was drawn around them', () => {
    const around = region('r', 'rectanglelabels', {
      x: 0,
      y: 0,
      width: 100,
      height: 100,
      rectanglelabels: ['BIG'],
    });
    const { page } = read(
      labelStudioFormat,
      JSON.stringify(task({ annotations: [{ result: [...words.slice(0, 2), around] }] })),
    );
    expect(page.labels).toEqual(['BIG']);
  });
  it('leaves out broken tasks and names them', () => {
    const { pages, notices } = read(
      labelStudioFormat,
      JSON.stringify([task({ annotations: [{ result: words }] }), { data: 3 }, task({ annotations: 'x' })]),
    );
    expect(pages).toHaveLength(1);
    expect(notices.filter((n) => n.startsWith('left out: '))).toHaveLength(2);
    expect(() => read(labelStudioFormat, '[{"ocr": "x", "bbox": []}]')).toThrow(/no task with "data"/);
  });
});

describe('JSON Lines', () => {
  const line = (n: number, more = {}) =>
    JSON.stringify({
      page_num: n,
      width: 100,
      height: 100,
      words: ['a', 'b'],
      bboxes: [
        [0, 0, 1, 1],
        [2, 2, 3, 3],
      ],
      ...more,
    });
  it('takes labels on the line, and leaves out lines that are broken', () => {
    const { pages, notices } = read(
      pagesJsonlFormat,
      [line(1, { labels: ['O', null] }), '{', line(1), line(2, { labels: ['O'] }), line(3)].join('\n'),
    );
    expect(pages.map((p) => [p.pageNum, p.labels])).toEqual([
      [1, ['O', null]],
      [3, undefined],
    ]);
    expect(notices).toHaveLength(3);
    expect(notices[1]).toMatch(/page 1 is there a second time/);
  });
});

const SAMPLES = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'import-samples');
describe.skipIf(!existsSync(SAMPLES))('files of other programs', () => {
  it.each([
    ['alto/kant_0017_ALTO.xml', altoFormat, 161, 'Berliniſche'],
    ['page_xml/kant_0017_PAGE.xml', pageXmlFormat, 161, 'Berliniſche'],
    ['page_xml/kant_0017_SEG-WORD.xml', pageXmlFormat, 125, 'Berliniſche'],
    ['hocr/hocrtools_sample.html', hocrFormat, 502, '1'],
    ['hocr/hocrtools_tess.hocr', hocrFormat, 503, '1'],
    ['hocr/ocrmypdf_cardinal_p1.hocr', hocrFormat, 728, 'The'],
  ] as const)('%s', async (name, make, words, first) => {
    const path = join(SAMPLES, name);
    const { page } = read(make, await readFile(path), {}, path);
    expect(page.words).toHaveLength(words);
    expect(page.words[0]).toBe(first);
    if (name.startsWith('page_xml'))
      expect(page.picture).toEqual({ path: join(dirname(path), 'kant_0017.tif') });
  });
});

const FUNSD = join(SAMPLES, '..', 'funsd', 'training_data', 'annotations', '0000971160.json');
it.skipIf(!existsSync(FUNSD))('a FUNSD page knows its picture and its whole label set', async () => {
  const { page, notices } = read(funsdFormat, await readFile(FUNSD), {}, FUNSD);
  expect(page).toMatchObject({ width: 762, height: 1000 });
  expect(page.words).toHaveLength(145);
  expect(page.labelSet).toEqual([
    'O',
    'B-HEADER',
    'I-HEADER',
    'B-QUESTION',
    'I-QUESTION',
    'B-ANSWER',
    'I-ANSWER',
  ]);
  expect(page.picture).not.toBeNull();
  expect(notices).toEqual([]);
});
