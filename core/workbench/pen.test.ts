import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pen } from './pen.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the pen of a workbench', () => {
  it('is with the first window that came', () => {
    const pen = new Pen(() => {});
    expect(pen.mayWrite('a')).toBe(true);
    pen.connect('a');
    pen.connect('b');
    expect([pen.mayWrite('a'), pen.mayWrite('b')]).toEqual([true, false]);
  });

  it('stays with a window that is loaded again', () => {
    const changed = vi.fn();
    const pen = new Pen(changed, 1000);
    pen.connect('a');
    pen.connect('b');
    pen.disconnect('a');
    vi.advanceTimersByTime(900);
    pen.connect('a');
    vi.advanceTimersByTime(5000);
    expect(pen.mayWrite('b')).toBe(false);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('goes to the next window when its holder is gone', () => {
    const changed = vi.fn();
    const pen = new Pen(changed, 1000);
    pen.connect('a');
    pen.connect('b');
    pen.connect('c');
    pen.disconnect('a');
    vi.advanceTimersByTime(1000);
    expect([pen.mayWrite('b'), pen.mayWrite('c')]).toEqual([true, false]);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('is free for whoever comes when all are gone', () => {
    const pen = new Pen(() => {}, 1000);
    pen.connect('a');
    pen.disconnect('a');
    vi.advanceTimersByTime(1000);
    pen.connect('b');
    expect([pen.mayWrite('a'), pen.mayWrite('b')]).toEqual([false, true]);
  });

  it('can be taken over', () => {
    const pen = new Pen(() => {});
    pen.connect('a');
    pen.connect('b');
    pen.claim('b');
    expect([pen.mayWrite('a'), pen.mayWrite('b')]).toEqual([false, true]);
    pen.disconnect('a');
    vi.advanceTimersByTime(60_000);
    expect(pen.mayWrite('b')).toBe(true);
  });
});
