import type { PageDetail } from '../../core/workbench/contract.ts';
import type { State } from '../state/api.ts';
import type { GalleyStore } from '../state/store.ts';
import { wordLabels } from '../state/word-labels.ts';
import {
  type Camera,
  fitPage,
  fitRect,
  fitWidth,
  keepInSight,
  reveal,
  toPage,
  visibleRect,
  zoomAbout,
} from './kernels/camera.ts';
import { type Point, type Rect, type Size, toPagePixels, union } from './kernels/geometry.ts';
import { pictureScale } from './kernels/moving-picture.ts';
import { buildSpatialIndex, type SpatialIndex } from './kernels/spatial-index.ts';
import { drawOverlay } from './overlay.ts';
import { type CanvasTheme, canvasTheme, labelInks } from './palette.ts';
import type { CanvasHandle } from './port.ts';
import type { Picture } from './scan.ts';
import { drawTokens, drawWordsAsText, median, runsOf, type Scene } from './scene.ts';

/** Selection may zoom in this far: beyond it a single word fills the window. */
const MOST_SELECTION_SCALE = 4;
const KEEP_AFTER_MS = 250;
/** A page that has not moved for so long is drawn in full again. */
const SETTLED_MS = 110;
const NOWHERE: Camera = { scale: 1, x: 0, y: 0 };

export type CanvasLayer = 'scan' | 'tokens' | 'overlay';

/**
 * What the canvas knows between two drawings: camera, boxes, index, gesture. Lives outside React, so that moving the
 * page renders no component; `redraw` is told which of the three layers are out of date.
 */
export class CanvasController implements CanvasHandle {
  camera: Camera = NOWHERE;
  viewport: Size = { width: 0, height: 0 };
  picture: Picture | null = null;
  brush: Rect | null = null;
  lasso: readonly Point[] | null = null;
  focused = false;
  rects: readonly Rect[] = [];
  index: SpatialIndex = buildSpatialIndex([]);
  readonly #store: GalleyStore;
  readonly #redraw: (layers: readonly CanvasLayer[]) => void;
  readonly #listeners = new Set<() => void>();
  #detail: PageDetail | null = null;
  #wordHeight = 0;
  #scene: Scene | null = null;
  #theme: CanvasTheme = canvasTheme();
  /** The page follows the window's width until a person moves or zooms it. */
  #follows = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The page whose view a person moved and that is not kept yet. */
  #unkept: number | null = null;
  /** Scan and labels in one picture, drawn in place of thousands of boxes while the page moves; null: out of date. */
  #whole: { readonly canvas: HTMLCanvasElement; readonly scale: number } | null = null;
  #moving = false;
  /** Whether the picture stands on the screen now. */
  #pictured = false;
  #settle: ReturnType<typeof setTimeout> | undefined;

  constructor(store: GalleyStore, redraw: (layers: readonly CanvasLayer[]) => void) {
    this.#store = store;
    this.#redraw = redraw;
  }

  /** Listens to camera moves. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes over what the state says; cheap where nothing of it concerns the canvas. */
  update(state: State, before: State | null): void {
    const { detail } = state;
    if (detail !== this.#detail) {
      const samePage = detail?.summary.pageNum === this.#detail?.summary.pageNum;
      const sameBoxes = samePage && detail?.bboxes === this.#detail?.bboxes;
      this.#detail = detail;
      if (!sameBoxes) {
        this.rects = detail ? detail.bboxes.map((box) => toPagePixels(box, detail)) : [];
        this.index = buildSpatialIndex(this.rects);
        this.#wordHeight = median(this.rects.map((r) => r.y1 - r.y0));
      }
      if (!samePage) this.#open(state);
    }
    const sceneChanged =
      !before ||
      SCENE_PARTS.some((part) => state[part] !== before[part]) ||
      state.project?.labels !== before.project?.labels;
    if (sceneChanged) {
      this.#scene = this.#makeScene(state);
      this.#whole = null;
      this.#drawInFull();
    } else if (OVERLAY_PARTS.some((part) => state[part] !== before[part])) this.#redraw(['overlay']);
    if (state.wish !== before?.wish && before) this.#fulfil(state.wish);
  }

  themeChanged(): void {
    this.#theme = canvasTheme();
    this.#whole = null;
    this.#drawInFull();
  }

  resize(viewport: Size): void {
    this.viewport = viewport;
    if (!this.#detail || viewport.width === 0) return;
    if (this.#follows) this.setCamera(fitWidth(this.#detail, viewport), false);
    else this.setCamera(this.camera, false);
  }

  setPicture(picture: Picture | null): void {
    const first = this.picture === null;
    this.picture = picture;
    // A sharper scan of a page that moves can wait until it stands still.
    if (this.#pictured && !first) return;
    this.#whole = null;
    this.#redraw(['scan']);
  }

  /** Moves the page; `byPerson` views are kept for the next time the page is opened. */
  setCamera(camera: Camera, byPerson = true): void {
    this.#place(camera, { moves: byPerson, kept: byPerson });
  }

  #place(camera: Camera, { moves, kept }: { moves: boolean; kept: boolean }): void {
    const detail = this.#detail;
    if (!detail) return;
    this.camera = keepInSight(camera, detail, this.viewport);
    if (moves) this.#move(detail);
    else this.#drawInFull();
    for (const listener of this.#listeners) listener();
    if (!kept) return;
    this.#follows = false;
    clearTimeout(this.#timer);
    this.#unkept = detail.summary.pageNum;
    this.#timer = setTimeout(() => this.#keepCamera(), KEEP_AFTER_MS);
  }

  #keepCamera(): void {
    clearTimeout(this.#timer);
    const pageNum = this.#unkept;
    this.#unkept = null;
    if (pageNum !== null) this.#store.getState().keepCamera(pageNum, this.camera);
  }

  fit(what: 'width' | 'page'): void {
    if (!this.#detail) return;
    const camera = (what === 'width' ? fitWidth : fitPage)(this.#detail, this.viewport);
    this.#place(camera, { moves: false, kept: true });
    this.#follows = what === 'width';
  }

  zoom(factor: number): void {
    const middle = { x: this.viewport.width / 2, y: this.viewport.height / 2 };
    this.#place(zoomAbout(this.camera, middle, factor), { moves: false, kept: true });
  }

  visibleWords(): number[] {
    return this.index.search(visibleRect(this.camera, this.viewport));
  }

  wordOnScreen(word: number): Rect | null {
    const r = this.rects[word];
    if (!r) return null;
    const { scale, x, y } = this.camera;
    return { x0: r.x0 * scale + x, y0: r.y0 * scale + y, x1: r.x1 * scale + x, y1: r.y1 * scale + y };
  }

  /** The word under a point of the viewport, or null. */
  wordAt(p: Point, slack = 3): number | null {
    const hit = this.index.at(toPage(this.camera, p), slack / this.camera.scale);
    return hit.kind === 'miss' ? null : hit.index;
  }

  setGesture(gesture: { brush?: Rect | null; lasso?: readonly Point[] | null }): void {
    this.brush = gesture.brush ?? null;
    this.lasso = gesture.lasso ?? null;
    this.#redraw(['overlay']);
  }

  setFocused(focused: boolean): void {
    this.focused = focused;
    this.#redraw(['overlay']);
  }

  /** The page; while it moves its picture, labels included. */
  drawScan(pen: CanvasRenderingContext2D): void {
    const detail = this.#detail;
    if (this.#pictured && this.#whole && detail) {
      const { scale, x, y } = this.camera;
      pen.imageSmoothingQuality = 'low';
      pen.drawImage(this.#whole.canvas, x, y, detail.width * scale, detail.height * scale);
    } else this.#drawScan(pen, this.camera, this.visibleWords());
  }

  #drawScan(pen: CanvasRenderingContext2D, camera: Camera, words: readonly number[]): void {
    const detail = this.#detail;
    if (!detail) return;
    const { scale, x, y } = camera;
    const [width, height] = [detail.width * scale, detail.height * scale];
    pen.fillStyle = this.#theme.shadow;
    pen.fillRect(x - 1, y - 1, width + 2, height + 2);
    pen.fillStyle = this.#theme.paper;
    pen.fillRect(x, y, width, height);
    const { layers, dimScan } = this.#store.getState();
    if (this.picture && layers.image) {
      pen.imageSmoothingQuality = this.#moving ? 'low' : 'medium';
      pen.drawImage(this.picture, x, y, width, height);
      if (dimScan) {
        pen.fillStyle = this.#theme.dim;
        pen.fillRect(x, y, width, height);
      }
    } else if (this.#scene && (!detail.summary.hasImage || !layers.image))
      drawWordsAsText(pen, this.#scene, camera, words, this.#theme.ink);
  }

  drawTokens(pen: CanvasRenderingContext2D): void {
    if (this.#scene && !this.#pictured) drawTokens(pen, this.#scene, this.camera, this.visibleWords());
  }

  drawOverlay(pen: CanvasRenderingContext2D): void {
    const detail = this.#detail;
    if (!detail) return;
    const { selection, cursor, pointed, spotlight } = this.#store.getState();
    const { rects, brush, lasso, focused } = this;
    const overlay = {
      rects,
      readingOrder: detail.readingOrder,
      selection,
      cursor,
      pointed,
      spotlight,
      page: detail,
      brush,
      lasso,
      focused,
    };
    drawOverlay(pen, overlay, this.camera, this.#theme);
  }

  #drawInFull(): void {
    clearTimeout(this.#settle);
    this.#moving = false;
    this.#pictured = false;
    this.#redraw(['scan', 'tokens', 'overlay']);
  }

  #move(detail: PageDetail): void {
    const before = this.#pictured;
    // One step of a wheel is no movement: the picture is made when a second one follows.
    this.#pictured = this.#moving && this.#takePicture(detail);
    this.#moving = true;
    // The layer of labels is emptied once and then left alone: the picture has them.
    this.#redraw(before && this.#pictured ? ['scan', 'overlay'] : ['scan', 'tokens', 'overlay']);
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => this.#drawInFull(), SETTLED_MS);
  }

  /** Sees that there is a picture sharp enough for the camera; false where the page is better drawn itself. */
  #takePicture(detail: PageDetail): boolean {
    const ratio = window.devicePixelRatio;
    const scale = pictureScale(detail, this.camera.scale * ratio, this.#whole?.scale ?? null);
    if (scale === null) return false;
    if (this.#whole?.scale === scale) return true;
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(detail.width * scale);
    canvas.height = Math.ceil(detail.height * scale);
    const pen = canvas.getContext('2d');
    if (!pen) return false;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const camera = { scale: scale / ratio, x: 0, y: 0 };
    const words = [...this.rects.keys()];
    this.#drawScan(pen, camera, words);
    if (this.#scene) drawTokens(pen, this.#scene, camera, words);
    this.#whole = { canvas, scale };
    return true;
  }

  #open({ detail, cameras }: State): void {
    this.picture = null;
    this.#keepCamera();
    if (!detail || this.viewport.width === 0) return;
    const kept = cameras[detail.summary.pageNum];
    this.#follows = kept === undefined;
    this.setCamera(kept ?? fitWidth(detail, this.viewport), false);
  }

  #makeScene(state: State): Scene | null {
    const { detail, project, recipes, source } = state;
    if (!detail || !project) return null;
    const shown = wordLabels(detail, source, state.decidedOver);
    const hidden = new Set(state.hiddenLabels);
    const drawn = (word: number) =>
      shown.labels[word] >= 0 &&
      !hidden.has(shown.labels[word]) &&
      (shown.confidences[word] ?? 1) >= state.threshold;
    const join = !state.confidenceFill && source !== 'diff';
    return {
      detail,
      rects: this.rects,
      wordHeight: this.#wordHeight,
      shown,
      runs: runsOf(this.rects, detail.readingOrder, shown, drawn, join),
      inks: labelInks(project.labels),
      hidden,
      recipes: recipes?.key === `${detail.summary.pageNum}/${source}` ? recipes.groups : [],
      layers: state.layers,
      opacity: state.opacity,
      confidenceFill: state.confidenceFill,
      letters: state.letters,
      diff: source === 'diff',
    };
  }

  #fulfil({ kind, words }: State['wish']): void {
    const around = union(words.map((word) => this.rects[word]).filter(Boolean));
    if (!around || this.viewport.width === 0) return;
    const next =
      kind === 'zoom'
        ? fitRect(around, this.viewport, MOST_SELECTION_SCALE)
        : reveal(this.camera, around, this.viewport);
    if (next.x !== this.camera.x || next.y !== this.camera.y || next.scale !== this.camera.scale)
      this.#place(next, { moves: false, kept: true });
  }
}

const SCENE_PARTS = [
  'detail',
  'source',
  'recipes',
  'layers',
  'hiddenLabels',
  'opacity',
  'threshold',
  'confidenceFill',
  'letters',
  'decidedOver',
  'dimScan',
] as const satisfies readonly (keyof State)[];
const OVERLAY_PARTS = [
  'selection',
  'cursor',
  'pointed',
  'spotlight',
] as const satisfies readonly (keyof State)[];
