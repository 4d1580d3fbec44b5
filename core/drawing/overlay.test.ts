import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LABEL_STYLES, LabelMap } from '../labels/labels.ts';
import type { Box } from '../page/page.ts';
import { type Canvas, rgbaOf } from './canvas.ts';
import { drawOverlay, type OverlayOptions, renderOverlay } from './overlay.ts';
import type { OverlayInput } from './overlay-input.ts';
import { rgb } from './theme.ts';

const GREY: [number, number, number] = [200, 200, 200];
let dir: string;
let scan: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'galley-overlay-'));
  scan = join(dir, 'scan.png');
  await sharp({ create: { width: 750, height: 1000, channels: 3, background: 'rgb(200,200,200)' } })
    .png()
    .toFile(scan);
});
afterAll(() => rm(dir, { recursive: true }));

/** At the scan's own size: small pictures are quick. */
const draw = (given: OverlayInput, options: OverlayOptions = {}) =>
  drawOverlay(given, { pageWidth: 300, ...options });

const token = (bbox: Box, pred_label: string, confidence = 0.9) => ({
  text: 'word',
  bbox,
  pred_label,
  pred_id: LabelMap.default.idOf(pred_label),
  confidence,
});
const input = (tokens: OverlayInput['tokens'], extra: Partial<OverlayInput> = {}): OverlayInput => ({
  page_num: 7,
  image_path: scan,
  width: 750,
  height: 1000,
  tokens,
  label_map: LabelMap.default.toId2Label(),
  ...extra,
});

/** Colour at a point of the page given in 0..1000 of it. */
function colourAt(
  canvas: Canvas,
  page: { x: number; y: number; width: number; height: number },
  at: [number, number],
) {
  const x = Math.round(page.x + (at[0] / 1000) * page.width);
  const y = Math.round(page.y + (at[1] / 1000) * page.height);
  return [...rgbaOf(canvas).slice((y * canvas.width + x) * 4, (y * canvas.width + x) * 4 + 3)];
}
const mixed = (label: string, alpha: number) =>
  rgb(LABEL_STYLES[label].colour).map((c, i) => Math.round(GREY[i] + alpha * (c - GREY[i])));

describe('overlay', () => {
  it.each(['TITLE', 'INGREDIENT_LINE', 'INSTRUCTION_STEP', 'TIME', 'TEMP', 'SERVINGS'])(
    'fills a %s box with its colour at the right pixels, and nothing else',
    async (label) => {
      const { canvas, page, problem } = await draw(input([token([600, 800, 800, 850], label)]));
      expect(problem).toBeNull();
      expect([page.width, page.height]).toEqual([750, 1000]);
      const inside = colourAt(canvas, page, [700, 825]);
      for (const [i, c] of mixed(label, 0.22).entries())
        expect(Math.abs(inside[i] - c)).toBeLessThanOrEqual(2);
      // 0..1000 taken for pixels of the 750 x 1000 scan would land here.
      expect(colourAt(canvas, page, [930, 825])).toEqual(GREY);
      expect(colourAt(canvas, page, [400, 400])).toEqual(GREY);
      expect(colourAt(canvas, page, [700, 900])).toEqual(GREY);
    },
  );

  it('leaves words of no label alone', async () => {
    const { canvas, page } = await draw(input([token([100, 100, 300, 150], 'O')]));
    expect(colourAt(canvas, page, [200, 125])).toEqual(GREY);
  });

  it('does not darken where boxes of one line overlap', async () => {
    const tokens = [token([100, 100, 320, 150], 'TITLE'), token([300, 100, 500, 150], 'TITLE')];
    const { canvas, page } = await draw(input(tokens));
    expect(colourAt(canvas, page, [310, 125])).toEqual(colourAt(canvas, page, [200, 125]));
  });

  it('places boxes by the size of the image, whatever size the record claims', async () => {
    const tokens = [token([600, 800, 800, 850], 'TITLE')];
    const { canvas, page } = await draw(input(tokens, { width: 500, height: 870 }));
    expect(page.height).toBe(1000);
    expect(colourAt(canvas, page, [700, 825])).not.toEqual(GREY);
  });

  it('gives the fill the strength of the confidence when asked', async () => {
    const tokens = [token([100, 100, 300, 150], 'TITLE', 1), token([100, 600, 300, 650], 'TITLE', 0.3)];
    const { canvas, page } = await draw(input(tokens), { confidence: true });
    const [sure, unsure] = [colourAt(canvas, page, [200, 125]), colourAt(canvas, page, [200, 625])];
    expect(unsure[1]).toBeGreaterThan(sure[1] + 20);
  });

  it('tells gold, weak and predicted labels apart by more than colour', async () => {
    const pictures = await Promise.all(
      (['gold', 'weak', 'prediction'] as const).map(async (source) => {
        const { canvas, page } = await draw(input([token([100, 100, 300, 150], 'TITLE')]), { source });
        return Buffer.from(
          canvas.getContext('2d').getImageData(page.x, page.y, page.width, page.height).data,
        );
      }),
    );
    expect(pictures[0].equals(pictures[1])).toBe(false);
    expect(pictures[0].equals(pictures[2])).toBe(false);
    expect(pictures[1].equals(pictures[2])).toBe(false);
  });

  it('keeps the legend outside the page', async () => {
    const drawn = await draw(input([token([100, 100, 300, 150], 'TIME')]));
    const other = await draw(
      input([token([100, 100, 300, 150], 'TIME'), ...Array(9).fill(token([0, 0, 0, 0], 'TEMP'))]),
    );
    const pixels = ({ canvas, page }: typeof drawn, x: number, width: number) =>
      Buffer.from(canvas.getContext('2d').getImageData(x, page.y, width, page.height).data);
    const { page, canvas } = drawn;
    expect(pixels(drawn, page.x, page.width).equals(pixels(other, page.x, page.width))).toBe(true);
    const rest = [page.x + page.width + 2, canvas.width - page.x - page.width - 2] as const;
    expect(pixels(drawn, ...rest).equals(pixels(other, ...rest))).toBe(false);
  });

  it('draws the words at their boxes where the scan is missing or broken, and says so', async () => {
    const tokens = [token([100, 100, 300, 150], 'O')];
    const missing = await draw(input(tokens, { image_path: join(dir, 'none.png') }));
    expect(missing.problem).toMatch(/no such image.*none\.png/);
    const row = missing.canvas
      .getContext('2d')
      .getImageData(missing.page.x + 75, missing.page.y + 125, 150, 1).data;
    expect(Math.min(...row.filter((_, i) => i % 4 === 0))).toBeLessThan(120);
    const broken = await draw(input(tokens, { image_path: import.meta.filename }));
    expect(broken.problem).toMatch(/cannot be read/);
    expect((await draw(input(tokens, { image_path: null }))).problem).toMatch(/has no image/);
  });

  it('draws an IOB label set by its types', async () => {
    const label_map = { 0: 'O', 1: 'B-X', 2: 'I-X' };
    const words = (second: string) => [
      { ...token([100, 100, 300, 150], 'O'), pred_label: 'B-X', pred_id: 1 },
      { ...token([320, 100, 500, 150], 'O'), pred_label: second, pred_id: second === 'B-X' ? 1 : 2 },
    ];
    const [begin, inside] = await Promise.all(
      ['B-X', 'I-X'].map(async (second) => {
        const { canvas } = await draw(input(words(second), { label_map }));
        return Buffer.from(rgbaOf(canvas));
      }),
    );
    expect(begin.equals(inside)).toBe(true);
  });

  it('takes files of the original project, without page size or groups', async () => {
    const { page } = await drawOverlay({ page_num: 1, tokens: [], label_map: { 0: 'O', 1: 'X' } });
    expect(page).toMatchObject({ width: 1500, height: 2610 });
  });

  it('writes a PNG of the size it says', async () => {
    const outPng = join(dir, 'deep', 'page.png');
    const answer = await renderOverlay(input([token([100, 100, 300, 150], 'TITLE')]), { outPng });
    const meta = await sharp(outPng).metadata();
    expect([meta.format, meta.width, meta.height]).toEqual(['png', answer.width, answer.height]);
  });
});

const REAL = new URL('../../../shared/data/boston-ocr/', import.meta.url).pathname;
describe.skipIf(!existsSync(REAL))('overlay of a real page (skipped without ../shared/data)', () => {
  it('marks the title of page 102', async () => {
    const line = (await readFile(join(REAL, 'pages.jsonl'), 'utf8'))
      .split('\n')
      .map((row) => (row ? JSON.parse(row) : {}))
      .find((row) => row.page_num === 102);
    const title = line.words.indexOf('Emergency');
    const tokens = line.words.map((text: string, i: number) => ({
      ...token(line.bboxes[i], i === title ? 'TITLE' : 'O'),
      text,
    }));
    const base = { image_path: join(REAL, line.image), width: line.width, height: line.height };
    const marked = await draw(input(tokens, base));
    const plain = await draw(input([], base));
    const [x0, y0, x1, y1] = line.bboxes[title];
    const at: [number, number] = [(x0 + x1) / 2, (y0 + y1) / 2];
    expect(colourAt(marked.canvas, marked.page, at)).not.toEqual(colourAt(plain.canvas, plain.page, at));
    const below: [number, number] = [(x0 + x1) / 2, y1 + 40];
    expect(colourAt(marked.canvas, marked.page, below)).toEqual(colourAt(plain.canvas, plain.page, below));
  });
});
