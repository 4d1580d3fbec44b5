import { describe, expect, it } from 'vitest';
import { atFloor, LossScale, lossScaleSchema } from './loss-scale.ts';

const steps = (scale: LossScale, count: number, finite: boolean) => {
  for (let i = 0; i < count; i++) scale.step(finite);
};

describe('the loss scale', () => {
  it('halves for each step that is left out, and counts those', () => {
    const scale = new LossScale();
    expect(scale.scale).toBe(65536);
    steps(scale, 1, false);
    expect(scale.scale).toBe(32768);
    steps(scale, 2, false);
    expect(scale.state()).toEqual({ scale: 8192, goodSteps: 0, skipped: 3 });
  });

  it('doubles after 2000 good steps in a row, not after 2000 good ones', () => {
    const scale = new LossScale();
    steps(scale, 1999, true);
    expect(scale.scale).toBe(65536);
    steps(scale, 1, true);
    expect(scale.state()).toEqual({ scale: 131072, goodSteps: 0, skipped: 0 });
    steps(scale, 1999, true);
    steps(scale, 1, false);
    steps(scale, 1999, true);
    expect(scale.scale).toBe(65536);
    steps(scale, 1, true);
    expect(scale.scale).toBe(131072);
  });

  it('stays between 1 and 2^24', () => {
    const scale = new LossScale();
    steps(scale, 2000 * 20, true);
    expect(scale.scale).toBe(2 ** 24);
    steps(scale, 23, false);
    expect([scale.scale, atFloor(scale.state())]).toEqual([2, false]);
    steps(scale, 5, false);
    expect([scale.scale, atFloor(scale.state())]).toEqual([1, true]);
  });

  it('goes on from its state, which can be read from a file', () => {
    const [one, other] = [new LossScale(), new LossScale()];
    steps(one, 1, false);
    steps(one, 1500, true);
    other.restore(lossScaleSchema.parse(JSON.parse(JSON.stringify(one.state()))));
    for (const scale of [one, other]) steps(scale, 500, true);
    expect(other.state()).toEqual(one.state());
    expect(one.scale).toBe(65536);
    expect(lossScaleSchema.safeParse({ scale: 0, goodSteps: 0, skipped: 0 }).success).toBe(false);
  });
});
