import fc from 'fast-check';
import type { Box } from '../../page/page.ts';
import type { ExportPage } from '../export-page.ts';
import { type FileFormat, READ_DEFAULTS, type ReadOptions } from '../file-importer.ts';
import type { ImportedPage } from '../importer.ts';

/** Words as OCR may read them: any characters XML can hold, no space at the ends. */
const word = fc
  .oneof(
    { weight: 4, arbitrary: fc.stringMatching(/^[A-Za-z0-9.,;:'"&<>()/½¼¾°-]{1,12}$/) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }) },
  )
  .map((text) =>
    text
      .replace(/[\p{Cc}\ufffe\uffff]/gu, '')
      .toWellFormed()
      .trim(),
  )
  .filter((text) => text !== '');

const box: fc.Arbitrary<Box> = fc
  .tuple(
    fc.integer({ min: 0, max: 1000 }),
    fc.integer({ min: 0, max: 1000 }),
    fc.integer({ min: 0, max: 1000 }),
    fc.integer({ min: 0, max: 1000 }),
  )
  .map(([a, b, c, d]) => [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)] as const);

const OUR_SET = ['O', 'TITLE', 'INGREDIENT_LINE', 'INSTRUCTION_STEP', 'TIME', 'TEMP', 'SERVINGS'];
const BIO_SET = ['O', 'B-HEADER', 'I-HEADER', 'B-QUESTION', 'I-QUESTION', 'B-ANSWER', 'I-ANSWER'];
const ODD_SET = ['O', 'question', 'B-x', 'x', 'a "b" & <c>; d', 'ümlaut'];

/** Any page an export can meet. */
export const anyPage: fc.Arbitrary<ExportPage> = fc
  .record({
    pageNum: fc.nat({ max: 99_999 }),
    width: fc.integer({ min: 20, max: 6000 }),
    height: fc.integer({ min: 20, max: 8000 }),
    labelSet: fc.constantFrom(OUR_SET, BIO_SET, ODD_SET),
    words: fc.array(
      fc.record({ word, box, label: fc.nat(), some: fc.boolean(), confidence: fc.nat({ max: 100 }) }),
      { minLength: 1, maxLength: 30 },
    ),
    labelled: fc.boolean(),
    confident: fc.boolean(),
    labelQuality: fc.constantFrom('gold' as const, 'predicted' as const),
  })
  .map(({ words, labelled, confident, ...page }) => ({
    ...page,
    words: words.map((one) => one.word),
    bboxes: words.map((one) => one.box),
    labels: labelled
      ? words.map((one) => (one.some ? page.labelSet[one.label % page.labelSet.length] : null))
      : null,
    scores: null,
    confidences: confident ? words.map((one) => (one.some ? one.confidence / 100 : null)) : null,
    image: null,
  }));

/** What came back, in the shape of {@link comesBackAs}. */
export const readBack = (
  format: (options: ReadOptions) => FileFormat,
  text: string,
  options: Partial<ReadOptions> = {},
): ReturnType<typeof comesBackAs>[] => {
  const { pages } = format({ ...READ_DEFAULTS, ...options });
  const file = { path: '/no/such/folder/page.json', bytes: new TextEncoder().encode(text) };
  return [...pages(file, { onNotice: () => {} })].map(shapeOf);
};

const shapeOf = (page: ImportedPage) => ({
  pageNum: page.pageNum,
  width: page.width,
  height: page.height,
  words: page.words,
  bboxes: page.bboxes,
  labels: page.labels ?? null,
  confidences: page.confidences?.map((c) => (c === null ? null : Math.round(c * 1e4) / 1e4)) ?? null,
  ...(page.labels ? { labelSet: page.labelSet, labelQuality: page.labelQuality ?? 'gold' } : {}),
});

/** What must come back of a page that went out; nothing at all being said of labels is as good as none. */
export const comesBackAs = (page: ExportPage) =>
  shapeOf({
    ...page,
    title: '',
    picture: null,
    labels: page.labels?.some((label) => label !== null) ? page.labels : undefined,
    confidences: page.confidences?.some((c) => c !== null) ? page.confidences : undefined,
  });
