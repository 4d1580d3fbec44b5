import { describe, expect, it } from 'vitest';
import { axisEnd, placeLabels } from './place-labels.ts';

describe('placeLabels', () => {
  it('leaves labels alone that have room', () => {
    expect(placeLabels([80, 20, 50], 14, 0, 100)).toEqual([80, 20, 50]);
  });
  it('parts labels that would touch, in the order of their lines', () => {
    const [a, b, c] = placeLabels([50, 52, 51], 14, 0, 200);
    expect([c - a, b - c]).toEqual([14, 14]);
  });
  it('pushes labels back inside', () => {
    expect(placeLabels([98, 99], 14, 0, 100)).toEqual([86, 100]);
    expect(placeLabels([-5], 14, 0, 100)).toEqual([0]);
  });
});

describe('axisEnd', () => {
  it('leaves room for labels beyond the last point', () => {
    expect(axisEnd(900, 0, 1000, 100)).toBe(1000);
    expect(axisEnd(100, 1000, 1000, 100)).toBe(1000);
    expect(axisEnd(0, 0, 1000, 100)).toBe(1);
  });
});
