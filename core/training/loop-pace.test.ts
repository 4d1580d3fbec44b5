import { describe, expect, it } from 'vitest';
import { LoopPace } from './loop-pace.ts';

/** Steps that are settled on where a run costs `fixed` seconds and `each` more a step. */
function settled(fixed: number, each: number, most = 32): number {
  const pace = new LoopPace(most);
  pace.ran(1, 10 + fixed);
  for (let i = 0; i < 6; i++) pace.ran(pace.steps, fixed + each * pace.steps);
  return pace.steps;
}

describe('steps of one run', () => {
  it('are as many as fill about two seconds', () => {
    expect(settled(0, 0.1)).toBe(20);
    expect(settled(0.5, 0.1)).toBe(15);
    expect(settled(0, 3)).toBe(1);
    expect(settled(0, 0.001)).toBe(32);
    expect(settled(0, 0.1, 8)).toBe(8);
  });

  it('are several where the fixed cost is large: that is what they are for', () => {
    expect(settled(1, 0.1)).toBe(10);
    expect(settled(3, 0.1)).toBe(10);
    expect(settled(0.9, 0.15)).toBeGreaterThan(5);
  });

  it('begin with one, then a few', () => {
    const pace = new LoopPace(32);
    expect(pace.steps).toBe(1);
    pace.ran(1, 9);
    expect(pace.steps).toBe(1);
    pace.ran(1, 0.5);
    expect(pace.steps).toBe(4);
  });
});
