import { describe, expect, it } from 'vitest';
import { DropoutMasks } from './dropout.ts';

describe('dropout masks', () => {
  it('drop a share of p and scale the rest', () => {
    const mask = new DropoutMasks(42, 200_000).mask(200_000, 0.1);
    const dropped = mask.filter((x) => x === 0).length / mask.length;
    expect(Math.abs(dropped - 0.1)).toBeLessThan(0.005);
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / 0.9)]));
  });

  it('differ from one another, and from one seed to the next', () => {
    const masks = new DropoutMasks(42, 1000);
    const first = masks.mask(1000, 0.5).slice();
    expect(masks.mask(1000, 0.5)).not.toEqual(first);
    expect(new DropoutMasks(43, 1000).mask(1000, 0.5)).not.toEqual(first);
    expect(new DropoutMasks(42, 1000).mask(1000, 0.5)).toEqual(first);
  });

  it('go on from a saved state', () => {
    const masks = new DropoutMasks(1, 50);
    for (let i = 0; i < 700; i++) masks.mask(50, 0.1);
    const other = new DropoutMasks(1, 50);
    other.restore(JSON.parse(JSON.stringify(masks.state())));
    for (let i = 0; i < 5; i++) expect(other.mask(50, 0.1)).toEqual(masks.mask(50, 0.1));
  });
});
