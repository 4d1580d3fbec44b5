import type { PageDetail, RecipeGroup } from '../../core/workbench/contract.ts';
import type { WordLabels } from '../state/word-labels.ts';
import { labelFrom } from '../state/word-labels.ts';
import type { Camera } from './kernels/camera.ts';
import { type Rect, toPagePixels } from './kernels/geometry.ts';
import { BADGE_LETTER, hatch, type LabelInk } from './palette.ts';

/** What the token layer draws; made anew when one of these changes, not while the page moves. */
export interface Scene {
  readonly detail: PageDetail;
  /** Word boxes, page pixels. */
  readonly rects: readonly Rect[];
  readonly shown: WordLabels;
  /** Right edge of each word's fill: it reaches the next word of the line where that has the same label and kind. */
  readonly ends: readonly number[];
  /** Words that begin a line of text. */
  readonly starts: ReadonlySet<number>;
  readonly inks: ReadonlyMap<number, LabelInk>;
  readonly hidden: ReadonlySet<number>;
  readonly recipes: readonly RecipeGroup[];
  readonly layers: { readonly words: boolean; readonly lines: boolean; readonly groups: boolean };
  readonly opacity: number;
  readonly threshold: number;
  readonly confidenceFill: boolean;
  readonly letters: boolean;
  readonly diff: boolean;
}

type Pen = CanvasRenderingContext2D;

/** How far apart words of one run may stand, in heights of a word. */
const RUN_GAP = 1.6;

/** Where fills end and lines of text start, so that a run reads like one stroke of a highlighter. */
export function runsOf(
  rects: readonly Rect[],
  order: readonly number[],
  shown: WordLabels,
): { ends: number[]; starts: Set<number> } {
  const ends = rects.map((r) => r.x1);
  const starts = new Set(order.slice(0, 1));
  for (let i = 1; i < order.length; i++) {
    const [before, word] = [order[i - 1], order[i]];
    const [a, b] = [rects[before], rects[word]];
    const middle = (b.y0 + b.y1) / 2;
    const sameLine = middle > a.y0 && middle < a.y1 && b.x0 > a.x0;
    if (!sameLine) starts.add(word);
    const sameLook = shown.labels[before] === shown.labels[word] && shown.kinds[before] === shown.kinds[word];
    if (sameLine && sameLook && b.x0 - a.x1 < RUN_GAP * (a.y1 - a.y0)) ends[before] = b.x0;
  }
  return { ends, starts };
}

/** Words shorter than this on screen carry no letters, CSS pixels. */
const LEAST_HEIGHT_FOR_LETTERS = 6;
const OUTLINE = 1.5;

/** Draws the labels of the words in sight in one pass, in screen space, grouped by label to change ink rarely. */
export function drawTokens(pen: Pen, scene: Scene, camera: Camera, visible: readonly number[]): void {
  if (scene.layers.words) {
    const byLook = new Map<string, number[]>();
    for (const word of visible) {
      const label = scene.shown.labels[word];
      if (label < 0 || scene.hidden.has(label) || !isSure(scene, word)) continue;
      const look = `${label}/${scene.shown.kinds[word]}`;
      const words = byLook.get(look);
      if (words) words.push(word);
      else byLook.set(look, [word]);
    }
    for (const words of byLook.values()) drawWords(pen, scene, camera, words);
    if (scene.letters && !scene.diff) drawLetters(pen, scene, camera, visible);
  }
  if (scene.layers.lines) drawLines(pen, scene, camera);
  if (scene.layers.groups && !scene.diff) drawGroups(pen, scene, camera);
}

function isSure(scene: Scene, word: number): boolean {
  return scene.threshold === 0 || (scene.shown.confidences[word] ?? 1) >= scene.threshold;
}

/** Words of one label and one kind: gold solid, weak hatched, predictions with a dashed edge. */
function drawWords(pen: Pen, scene: Scene, camera: Camera, words: readonly number[]): void {
  const ink = scene.inks.get(scene.shown.labels[words[0]]);
  if (!ink) return;
  const kind = scene.shown.kinds[words[0]];
  const { scale, x, y } = camera;
  if (kind === 'differs') {
    for (const word of words) drawDifference(pen, scene, camera, word);
    return;
  }
  if (ink.outside && kind !== 'gold') return;
  const pattern = kind === 'weak' ? hatch(pen, ink.colour) : null;
  pattern?.setTransform(new DOMMatrix([0.5, 0, 0, 0.5, x, y]));
  const strength = (word: number) =>
    scene.opacity * (scene.confidenceFill ? 0.15 + 1.6 * (scene.shown.confidences[word] ?? 0.5) ** 2 : 1);
  if (!ink.outside)
    for (const word of words) {
      const r = scene.rects[word];
      const [left, top, width, height] = [
        r.x0 * scale + x,
        r.y0 * scale + y,
        (scene.ends[word] - r.x0) * scale,
        (r.y1 - r.y0) * scale,
      ];
      if (pattern) {
        pen.fillStyle = ink.colour;
        pen.globalAlpha = strength(word) * 0.5;
        pen.fillRect(left, top, width, height);
        pen.fillStyle = pattern;
        pen.globalAlpha = Math.min(1, strength(word) * 1.5);
      } else {
        pen.fillStyle = ink.colour;
        pen.globalAlpha = Math.min(1, strength(word));
      }
      pen.fillRect(left, top, width, height);
    }
  pen.globalAlpha = 1;
  if (kind === 'weak') return;
  pen.strokeStyle = ink.colour;
  pen.lineWidth = OUTLINE;
  pen.setLineDash(kind === 'predicted' ? [4, 3] : []);
  pen.beginPath();
  for (const word of words) {
    const r = scene.rects[word];
    pen.moveTo(r.x0 * scale + x, r.y1 * scale + y);
    pen.lineTo(scene.ends[word] * scale + x, r.y1 * scale + y);
  }
  pen.stroke();
  pen.setLineDash([]);
}

/** The left half in the colour of the one opinion, the right half in that of the other, framed in ink. */
function drawDifference(pen: Pen, scene: Scene, { scale, x, y }: Camera, word: number): void {
  const { detail, rects, inks } = scene;
  const weak = labelFrom(detail, 'weak', word);
  const predicted = labelFrom(detail, 'predicted', word);
  const gold = labelFrom(detail, 'gold', word);
  const first = weak ?? predicted;
  const second = predicted !== null && predicted !== first ? predicted : (gold ?? predicted);
  const r = rects[word];
  const [left, top, width, height] = [
    r.x0 * scale + x,
    r.y0 * scale + y,
    (r.x1 - r.x0) * scale,
    (r.y1 - r.y0) * scale,
  ];
  pen.globalAlpha = Math.min(1, scene.opacity * 2);
  [first, second].forEach((label, half) => {
    const ink = label === null ? undefined : inks.get(label);
    if (!ink) return;
    pen.fillStyle = ink.colour;
    pen.fillRect(left + (half * width) / 2, top, width / 2, height);
  });
  pen.globalAlpha = 1;
  pen.lineWidth = OUTLINE;
  pen.strokeStyle =
    (second === null ? undefined : inks.get(second))?.badge ?? inks.get(first ?? 0)?.badge ?? 'black';
  pen.strokeRect(left - 1, top - 1, width + 2, height + 2);
}

/** A letter where a run of one label begins: before the line, or above the first word within a line. */
function drawLetters(pen: Pen, scene: Scene, { scale, x, y }: Camera, visible: readonly number[]): void {
  const inSight = new Set(visible);
  const { labels } = scene.shown;
  let before = -1;
  pen.font = '600 8.5px "IBM Plex Sans", sans-serif';
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  for (const word of scene.detail.readingOrder) {
    const label = labels[word];
    const lineStart = scene.starts.has(word);
    const begins = label !== before || lineStart;
    before = label;
    if (!begins || label < 0 || !inSight.has(word) || scene.hidden.has(label) || !isSure(scene, word))
      continue;
    const ink = scene.inks.get(label);
    const r = scene.rects[word];
    const height = (r.y1 - r.y0) * scale;
    if (!ink?.letter || height < LEAST_HEIGHT_FOR_LETTERS) continue;
    const size = Math.min(13, Math.max(8, height * 0.66));
    const left = r.x0 * scale + x - (lineStart ? size + 3 : 0);
    const top = lineStart ? ((r.y0 + r.y1) / 2) * scale + y - size / 2 : r.y0 * scale + y - size * 0.8;
    pen.fillStyle = ink.badge;
    pen.beginPath();
    pen.roundRect(left, top, size, size, 2);
    pen.fill();
    pen.fillStyle = BADGE_LETTER;
    pen.fillText(ink.letter, left + size / 2, top + size / 2 + 0.5);
  }
}

function drawLines(pen: Pen, scene: Scene, { scale, x, y }: Camera): void {
  const ids = new Map([...scene.inks].map(([id, ink]) => [ink, id]));
  pen.lineWidth = 1;
  for (const line of scene.detail.lines) {
    const label = scene.shown.labels[line.wordIndices[0]];
    const ink = scene.inks.get(label) ?? scene.inks.get(0);
    if (!ink || scene.hidden.has(ids.get(ink) ?? -1)) continue;
    const r = toPagePixels(line.bbox, scene.detail);
    pen.strokeStyle = ink.colour;
    pen.strokeRect(
      r.x0 * scale + x - 3,
      r.y0 * scale + y - 3,
      (r.x1 - r.x0) * scale + 6,
      (r.y1 - r.y0) * scale + 6,
    );
  }
}

/** Every part of every recipe (a title, an ingredient, a step) as one quiet outline. */
function drawGroups(pen: Pen, scene: Scene, { scale, x, y }: Camera): void {
  pen.lineWidth = OUTLINE;
  for (const recipe of scene.recipes) {
    const parts = [recipe.title, ...recipe.steps, ...recipe.ingredients, ...recipe.servings];
    for (const part of parts) {
      if (!part) continue;
      const label = scene.shown.labels[part.wordIndices[0]];
      const ink = scene.inks.get(label);
      if (!ink || ink.outside || scene.hidden.has(label)) continue;
      const r = toPagePixels(part.bbox, scene.detail);
      pen.strokeStyle = ink.colour;
      pen.beginPath();
      pen.roundRect(
        r.x0 * scale + x - 4,
        r.y0 * scale + y - 4,
        (r.x1 - r.x0) * scale + 8,
        (r.y1 - r.y0) * scale + 8,
        3,
      );
      pen.stroke();
    }
  }
}

/** The words themselves, where there is no scan to look at. */
export function drawWordsAsText(
  pen: Pen,
  scene: Scene,
  { scale, x, y }: Camera,
  visible: readonly number[],
  ink: string,
): void {
  pen.fillStyle = ink;
  pen.textAlign = 'left';
  pen.textBaseline = 'alphabetic';
  // Boxes hug their letters ("sour" is flatter than "Flour"); about one size for all reads as the page did.
  const usual = median(visible.map((word) => scene.rects[word].y1 - scene.rects[word].y0)) * scale;
  for (const word of visible) {
    const r = scene.rects[word];
    const height = (r.y1 - r.y0) * scale;
    if (height < 3) continue;
    const size = Math.min(Math.max(height, 0.85 * usual), 1.6 * usual);
    pen.font = `${(size * 0.92).toFixed(1)}px "Source Serif 4", serif`;
    pen.fillText(
      scene.detail.words[word],
      r.x0 * scale + x,
      r.y1 * scale + y - height * 0.2,
      (r.x1 - r.x0) * scale,
    );
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
