import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitPage,
  fitRect,
  fitWidth,
  keepInSight,
  reveal,
  toPage,
  toScreen,
  visibleRect,
  zoomAbout,
} from './camera.ts';
import { contains, intersects, rectBetween, toPagePixels } from './geometry.ts';
import { insidePolygon, thin, wordsInBox, wordsInLasso } from './lasso.ts';
import { lineOf, nextWhere, rangeInOrder, stepInOrder, toggle } from './selection.ts';
import { buildSpatialIndex } from './spatial-index.ts';

const page = { width: 500, height: 870 };
const viewport = { width: 900, height: 700 };
const coordinate = fc.double({ min: -2000, max: 2000, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate });

describe('camera', () => {
  it('goes to the screen and back', () => {
    fc.assert(
      fc.property(point, point, fc.double({ min: 0.1, max: 10, noNaN: true }), (p, offset, scale) => {
        const back = toPage({ scale, ...offset }, toScreen({ scale, ...offset }, p));
        expect(back.x).toBeCloseTo(p.x, 6);
        expect(back.y).toBeCloseTo(p.y, 6);
      }),
    );
  });
  it('keeps the point under the pointer when zooming', () => {
    fc.assert(
      fc.property(point, fc.double({ min: 0.2, max: 5, noNaN: true }), (at, factor) => {
        const before = fitWidth(page, viewport);
        const after = zoomAbout(before, at, factor);
        expect(toPage(after, at).x).toBeCloseTo(toPage(before, at).x, 6);
        expect(toPage(after, at).y).toBeCloseTo(toPage(before, at).y, 6);
      }),
    );
  });
  it('fits width, page and selection', () => {
    const wide = fitWidth(page, viewport);
    expect(wide.scale * page.width).toBeCloseTo(viewport.width - 48);
    const whole = visibleRect(fitPage(page, viewport), viewport);
    expect(whole.y0).toBeLessThan(0);
    expect(whole.y1).toBeGreaterThan(page.height);
    const box = { x0: 100, y0: 100, x1: 150, y1: 120 };
    const seen = visibleRect(fitRect(box, viewport), viewport);
    expect(contains(seen, { x: 100, y: 100 }) && contains(seen, { x: 150, y: 120 })).toBe(true);
  });
  it('reveals with the least move and never loses the page', () => {
    const camera = fitWidth(page, viewport);
    const inSight = { x0: 10, y0: 10, x1: 60, y1: 20 };
    expect(reveal(camera, inSight, viewport)).toEqual(camera);
    const below = { x0: 10, y0: 800, x1: 60, y1: 820 };
    expect(contains(visibleRect(reveal(camera, below, viewport), viewport), { x: 60, y: 820 })).toBe(true);
    const lost = keepInSight({ ...camera, x: 99_999 }, page, viewport);
    expect(lost.x).toBeLessThan(viewport.width);
  });
});

describe('spatial index', () => {
  it('finds exactly what a search of all rectangles finds', () => {
    const rect = fc.tuple(point, point).map(([a, b]) => rectBetween(a, b));
    fc.assert(
      fc.property(fc.array(rect, { maxLength: 60 }), rect, (rects, query) => {
        const expected = rects.flatMap((r, i) => (intersects(r, query) ? [i] : []));
        expect(buildSpatialIndex(rects).search(query)).toEqual(expected);
      }),
    );
  });
  it('prefers the smaller word, then the nearest within the slack', () => {
    const index = buildSpatialIndex([
      { x0: 0, y0: 0, x1: 100, y1: 100 },
      { x0: 40, y0: 40, x1: 60, y1: 60 },
    ]);
    expect(index.at({ x: 50, y: 50 })).toEqual({ kind: 'hit', index: 1 });
    expect(index.at({ x: 103, y: 50 }, 5)).toMatchObject({ kind: 'near', index: 0 });
    expect(index.at({ x: 110, y: 50 }, 5)).toEqual({ kind: 'miss' });
  });
});

describe('lasso and box', () => {
  const square = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 10 },
    { x: 0, y: 10 },
  ];
  const rects = [
    { x0: 1, y0: 1, x1: 3, y1: 3 },
    { x0: 9, y0: 1, x1: 15, y1: 3 },
    { x0: 20, y0: 20, x1: 22, y1: 22 },
  ];
  it('takes words by their centre', () => {
    expect(insidePolygon(square, { x: 5, y: 5 })).toBe(true);
    expect(wordsInLasso(square, rects, [0, 1, 2])).toEqual([0]);
    expect(wordsInLasso(square.slice(0, 2), rects, [0])).toEqual([]);
  });
  it('does not take a word it only grazes', () => {
    expect(wordsInBox({ x0: 0, y0: 0, x1: 10, y1: 10 }, rects, [0, 1, 2])).toEqual([0]);
    expect(wordsInBox({ x0: 0, y0: 0, x1: 12, y1: 10 }, rects, [0, 1, 2])).toEqual([0, 1]);
  });
  it('thins a trail', () =>
    expect(
      thin(
        [
          { x: 0, y: 0 },
          { x: 1, y: 0 },
          { x: 5, y: 0 },
        ],
        4,
      ),
    ).toHaveLength(2));
});

describe('selection', () => {
  const order = [3, 1, 2, 0];
  it('ranges in reading order both ways', () => {
    expect(rangeInOrder(order, 1, 0)).toEqual([1, 2, 0]);
    expect(rangeInOrder(order, 0, 1)).toEqual([1, 2, 0]);
  });
  it('steps and stops at the ends', () => {
    expect(stepInOrder(order, null, 1)).toBe(3);
    expect(stepInOrder(order, 1, 1)).toBe(2);
    expect(stepInOrder(order, 0, 1)).toBe(0);
  });
  it('toggles, finds lines and wraps to the next difference', () => {
    expect([...toggle(new Set([1, 2]), [2, 3])].sort()).toEqual([1, 3]);
    expect(lineOf([{ wordIndices: [0] }, { wordIndices: [4, 5] }], 5)).toBe(1);
    expect(nextWhere(order, 2, 1, (w) => w === 3)).toBe(3);
    expect(nextWhere(order, null, -1, (w) => w < 2)).toBe(0);
    expect(nextWhere(order, 1, 1, () => false)).toBeNull();
  });
  it('puts boxes of 0..1000 on the page', () =>
    expect(toPagePixels([100, 100, 200, 500], page)).toEqual({ x0: 50, y0: 87, x1: 100, y1: 435 }));
});
