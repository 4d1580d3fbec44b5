import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalisedToPixels, pixelsToNormalised, unionBox } from './coordinates.ts';
import { type Box, validatePage } from './page.ts';

describe('coordinates', () => {
  it('truncates toward zero and clamps', () => {
    expect(pixelsToNormalised([10, 20, 499, 869], 500, 870)).toEqual([20, 22, 998, 998]);
    expect(pixelsToNormalised([-5, 0, 600, 900], 500, 870)).toEqual([0, 0, 1000, 1000]);
    expect(pixelsToNormalised([50, 50, 40, 40], 100, 100)).toEqual([500, 500, 500, 500]);
  });

  it('comes back to within one pixel of scale for every box on the page', () => {
    const side = fc.integer({ min: 1, max: 4000 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
        (w, h, f) => {
          const box: Box = [
            Math.min(f[0], f[2]) * w,
            Math.min(f[1], f[3]) * h,
            Math.max(f[0], f[2]) * w,
            Math.max(f[1], f[3]) * h,
          ];
          const there = pixelsToNormalised(box, w, h);
          validatePage({ pageNum: 1, width: w, height: h, words: ['x'], bboxes: [there], imagePath: null });
          const back = normalisedToPixels(there, w, h);
          for (let i = 0; i < 4; i++)
            expect(Math.abs(back[i] - box[i])).toBeLessThanOrEqual((i % 2 ? h : w) / 1000 + 1e-9);
        },
      ),
    );
  });

  it('unites boxes', () => {
    expect(
      unionBox([
        [5, 5, 6, 6],
        [1, 7, 2, 9],
      ]),
    ).toEqual([1, 5, 6, 9]);
    expect(unionBox([])).toEqual([0, 0, 0, 0]);
  });
});

describe('validatePage', () => {
  const page = { pageNum: 7, width: 10, height: 10, words: ['a'], imagePath: null };
  it('names page, word and box', () => {
    expect(() => validatePage({ ...page, bboxes: [[0, 0, 1200, 5]] })).toThrow(
      /word 0 \("a"\).*1200.*outside/,
    );
    expect(() => validatePage({ ...page, bboxes: [] })).toThrow(/1 words and 0 boxes/);
    expect(() => validatePage({ ...page, bboxes: [[9, 0, 3, 5]] })).toThrow(/inverted/);
  });
});
