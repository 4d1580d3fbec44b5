import type { GalleyStore } from '../state/store.ts';
import type { CanvasController } from './controller.ts';
import { pan, toPage, zoomAbout } from './kernels/camera.ts';
import { type Point, rectBetween, union } from './kernels/geometry.ts';
import { thin, wordsInBox, wordsInLasso } from './kernels/lasso.ts';

/** A press that moves less than this is a click, CSS pixels. */
const CLICK_SLACK = 4;
const LASSO_STEP = 3;

type Gesture =
  | { readonly kind: 'idle' }
  | { readonly kind: 'pan'; readonly last: Point }
  /** Pressed; becomes a box or a lasso once it moves. */
  | { readonly kind: 'pressed'; readonly start: Point; readonly as: 'box' | 'lasso'; readonly adds: boolean }
  | { readonly kind: 'box'; readonly start: Point; readonly adds: boolean }
  | { readonly kind: 'lasso'; readonly points: readonly Point[]; readonly adds: boolean };

/** Pointer and wheel on the page canvas. `data-space="held"` on the element turns every drag into moving the page. */
export class Gestures {
  readonly #element: HTMLElement;
  readonly #canvas: CanvasController;
  readonly #store: GalleyStore;
  #gesture: Gesture = { kind: 'idle' };

  constructor(element: HTMLElement, canvas: CanvasController, store: GalleyStore) {
    this.#element = element;
    this.#canvas = canvas;
    this.#store = store;
  }

  /** Starts listening; returns the way to stop. */
  attach(): () => void {
    const stop = new AbortController();
    const { signal } = stop;
    const element = this.#element;
    element.addEventListener('pointerdown', this.#down, { signal });
    element.addEventListener('pointermove', this.#move, { signal });
    element.addEventListener('pointerup', this.#up, { signal });
    element.addEventListener('pointercancel', this.#cancel, { signal });
    element.addEventListener('pointerleave', () => this.#store.getState().point(null), { signal });
    // A key is pressed to label what is seen: nothing may cover it until the pointer moves again.
    window.addEventListener('keydown', () => this.#store.getState().point(null), { signal });
    element.addEventListener('dblclick', this.#double, { signal });
    element.addEventListener('wheel', this.#wheel, { signal, passive: false });
    return () => stop.abort();
  }

  #point(event: MouseEvent): Point {
    const box = this.#element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #down = (event: PointerEvent) => {
    const p = this.#point(event);
    const { tool } = this.#store.getState();
    if (event.button > 1) return;
    this.#element.setPointerCapture(event.pointerId);
    if (event.button === 1 || this.#element.dataset.space === 'held' || tool === 'pan') {
      event.preventDefault();
      this.#gesture = { kind: 'pan', last: p };
      this.#element.dataset.panning = 'true';
      return;
    }
    const as = event.altKey !== (tool === 'lasso') ? 'lasso' : 'box';
    this.#gesture = { kind: 'pressed', start: p, as, adds: event.ctrlKey || event.metaKey };
  };

  #move = (event: PointerEvent) => {
    const p = this.#point(event);
    const gesture = this.#gesture;
    switch (gesture.kind) {
      case 'idle':
        this.#store.getState().point(this.#canvas.wordAt(p));
        return;
      case 'pan':
        this.#canvas.setCamera(pan(this.#canvas.camera, p.x - gesture.last.x, p.y - gesture.last.y));
        this.#gesture = { kind: 'pan', last: p };
        return;
      case 'pressed':
        if (Math.hypot(p.x - gesture.start.x, p.y - gesture.start.y) < CLICK_SLACK) return;
        this.#store.getState().point(null);
        this.#gesture =
          gesture.as === 'box'
            ? { kind: 'box', start: gesture.start, adds: gesture.adds }
            : { kind: 'lasso', points: [gesture.start], adds: gesture.adds };
        this.#draw(p);
        return;
      default:
        this.#draw(p);
    }
  };

  #draw(p: Point): void {
    const gesture = this.#gesture;
    if (gesture.kind === 'box') this.#canvas.setGesture({ brush: rectBetween(gesture.start, p) });
    else if (gesture.kind === 'lasso') {
      const points = thin([...gesture.points, p], LASSO_STEP);
      this.#gesture = { ...gesture, points };
      this.#canvas.setGesture({ lasso: points });
    }
  }

  #up = (event: PointerEvent) => {
    const p = this.#point(event);
    const gesture = this.#gesture;
    this.#cancel();
    if (gesture.kind === 'pressed') this.#click(p, event);
    else if (gesture.kind === 'box' || gesture.kind === 'lasso')
      this.#take(this.#caught(gesture, p), gesture.adds);
  };

  #cancel = () => {
    this.#gesture = { kind: 'idle' };
    this.#element.dataset.panning = '';
    this.#canvas.setGesture({});
  };

  #caught(gesture: Extract<Gesture, { kind: 'box' | 'lasso' }>, p: Point): number[] {
    const { camera, index, rects } = this.#canvas;
    const toPagePoint = (q: Point) => toPage(camera, q);
    if (gesture.kind === 'box') {
      const box = rectBetween(toPagePoint(gesture.start), toPagePoint(p));
      return wordsInBox(box, rects, index.search(box));
    }
    const polygon = gesture.points.map(toPagePoint);
    const around = union(polygon.map(({ x, y }) => ({ x0: x, y0: y, x1: x, y1: y })));
    return around ? wordsInLasso(polygon, rects, index.search(around)) : [];
  }

  #take(words: readonly number[], adds: boolean): void {
    const state = this.#store.getState();
    if (adds) state.toggleWords(words);
    else state.select(words);
  }

  #click(p: Point, event: MouseEvent): void {
    const state = this.#store.getState();
    const word = this.#canvas.wordAt(p);
    if (word === null) {
      if (!event.shiftKey && !event.ctrlKey && !event.metaKey) state.select([], null);
    } else if (event.shiftKey) state.extendTo(word);
    else if (event.ctrlKey || event.metaKey) state.toggleWords([word]);
    else state.select([word]);
  }

  #double = (event: MouseEvent) => {
    const word = this.#canvas.wordAt(this.#point(event));
    if (word === null) this.#canvas.fit('width');
    else this.#store.getState().selectLines([word]);
  };

  #wheel = (event: WheelEvent) => {
    event.preventDefault();
    // The word that was pointed at moves away from under the pointer.
    this.#store.getState().point(null);
    const { camera } = this.#canvas;
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1;
    if (event.ctrlKey || event.metaKey) {
      const factor = Math.exp(-Math.max(-120, Math.min(120, event.deltaY * unit)) * 0.0022);
      this.#canvas.setCamera(zoomAbout(camera, this.#point(event), factor));
      return;
    }
    const [dx, dy] = event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    this.#canvas.setCamera(pan(camera, -dx * unit, -dy * unit));
  };
}
