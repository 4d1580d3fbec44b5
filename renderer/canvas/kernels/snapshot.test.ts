import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pan, zoomAbout } from './camera.ts';
import { coverOf, marginOf, placeOf, stillFits } from './snapshot.ts';

const viewport = { width: 1000, height: 800 };
const page = { width: 1600, height: 2400 };
const taken = { scale: 1, x: -200, y: -600 };

describe('a snapshot of a moving page', () => {
  it('lies where it was taken, a margin beyond the viewport', () => {
    expect(placeOf(taken, taken, viewport)).toEqual({ x0: -350, y0: -280, x1: 1350, y1: 1080 });
    expect(coverOf(taken, viewport)).toEqual({ x0: -150, y0: 320, x1: 1550, y1: 1680 });
  });

  it('serves a pan within its margin, and no further', () => {
    const margin = marginOf(viewport);
    expect(stillFits(taken, pan(taken, 0, margin.height), viewport, page)).toBe(true);
    expect(stillFits(taken, pan(taken, 0, margin.height + 2), viewport, page)).toBe(false);
  });

  it('serves a pan to the edge of the page, where there is nothing beyond', () => {
    const atTop = { scale: 1, x: 0, y: 24 };
    expect(stillFits(atTop, pan(atTop, 0, 500), viewport, page)).toBe(true);
  });

  it('is taken anew where it would be too coarse or too small', () => {
    const about = { x: 500, y: 400 };
    expect(stillFits(taken, zoomAbout(taken, about, 1.5), viewport, page)).toBe(true);
    expect(stillFits(taken, zoomAbout(taken, about, 2.5), viewport, page)).toBe(false);
    expect(stillFits(taken, zoomAbout(taken, about, 0.5), viewport, page)).toBe(false);
  });

  it('never leaves a visible part of the page uncovered', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.4, max: 2.5, noNaN: true }),
        fc.integer({ min: -900, max: 900 }),
        fc.integer({ min: -900, max: 900 }),
        fc.integer({ min: 0, max: 999 }),
        fc.integer({ min: 0, max: 799 }),
        (factor, dx, dy, x, y) => {
          const now = pan(zoomAbout(taken, { x: 300, y: 300 }, factor), dx, dy);
          if (!stillFits(taken, now, viewport, page)) return;
          const onPage =
            x >= now.x &&
            y >= now.y &&
            x <= now.x + page.width * now.scale &&
            y <= now.y + page.height * now.scale;
          if (!onPage) return;
          const place = placeOf(taken, now, viewport);
          expect(x >= place.x0 - 1 && x <= place.x1 + 1 && y >= place.y0 - 1 && y <= place.y1 + 1).toBe(true);
        },
      ),
    );
  });
});
