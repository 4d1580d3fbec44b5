import type { Rect } from './kernels/geometry.ts';

/** What actions may ask of the page canvas that is mounted. */
export interface CanvasHandle {
  fit(what: 'width' | 'page'): void;
  /** About the middle of the viewport. */
  zoom(factor: number): void;
  /** Words whose boxes lie in sight. */
  visibleWords(): number[];
  /** Where a word is drawn, in CSS pixels of the window. */
  wordOnScreen(word: number): Rect | null;
}

/** Holds the canvas while there is one. */
export interface CanvasPort {
  current: CanvasHandle | null;
}
