import { describe, expect, it } from 'vitest';
import { largestScale, pictureScale } from './moving-picture.ts';

const scan = { width: 2480, height: 3508 };

describe('the picture of a moving page', () => {
  it('stays within its memory and is never larger than the page', () => {
    const scale = largestScale(scan);
    expect(scan.width * scale * scan.height * scale).toBeCloseTo(4e6, -2);
    expect(largestScale({ width: 800, height: 1000 })).toBe(1);
  });

  it('has the sharpness of the screen and is kept while that is enough', () => {
    expect(pictureScale(scan, 0.25, null)).toBe(0.25);
    expect(pictureScale(scan, 0.4, 0.25)).toBe(0.25);
    expect(pictureScale(scan, 0.1, 0.25)).toBe(0.25);
    expect(pictureScale(scan, 0.5, 0.25)).toBe(0.5);
    expect(pictureScale(scan, 0.9, 0.5)).toBe(largestScale(scan));
  });

  it('leaves a page that is enlarged further to be drawn itself', () => {
    expect(pictureScale(scan, 4, null)).toBeNull();
    expect(pictureScale(scan, 4, 0.5)).toBeNull();
  });
});
