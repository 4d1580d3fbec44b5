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
  /** Usual height of a word, page pixels. */
  readonly wordHeight: number;
  readonly shown: WordLabels;
  readonly runs: Runs;
  readonly inks: ReadonlyMap<number, LabelInk>;
  readonly hidden: ReadonlySet<number>;
  readonly recipes: readonly RecipeGroup[];
  readonly layers: { readonly words: boolean; readonly lines: boolean; readonly groups: boolean };
  readonly opacity: number;
  readonly confidenceFill: boolean;
  readonly letters: boolean;
  readonly diff: boolean;
}

type Pen = CanvasRenderingContext2D;

/** Words side by side with one look, drawn like one stroke of a highlighter. */
export interface Runs {
  /** First word of each word's run; -1 for a word that is not drawn. */
  readonly heads: readonly number[];
  /** Box of a whole run, page pixels, by its first word. */
  readonly boxes: ReadonlyMap<number, Rect>;
  /** Words that begin a line of text. */
  readonly starts: ReadonlySet<number>;
}

/** How far apart words of one run may stand, in heights of a word. */
const RUN_GAP = 1.6;
/** A run ends where a slanted line would make it taller than this many words. */
const RUN_HEIGHT = 1.5;

/** Finds the runs of the words that `drawn` holds for; `join` false makes every word a run of its own. */
export function runsOf(
  rects: readonly Rect[],
  order: readonly number[],
  shown: WordLabels,
  drawn: (word: number) => boolean,
  join: boolean,
): Runs {
  const heads = rects.map(() => -1);
  const boxes = new Map<number, Rect>();
  const starts = new Set<number>();
  let before = -1;
  let tallest = 0;
  for (const word of order) {
    const b = rects[word];
    const a = before < 0 ? null : rects[before];
    const middle = (b.y0 + b.y1) / 2;
    const sameLine = a !== null && middle > a.y0 && middle < a.y1 && b.x0 > a.x0;
    if (!sameLine) starts.add(word);
    if (drawn(word)) {
      const head = before < 0 ? -1 : heads[before];
      const run = boxes.get(head);
      const around = run && {
        ...run,
        y0: Math.min(run.y0, b.y0),
        x1: Math.max(run.x1, b.x1),
        y1: Math.max(run.y1, b.y1),
      };
      const sameLook =
        shown.labels[before] === shown.labels[word] && shown.kinds[before] === shown.kinds[word];
      const grown = Math.max(tallest, b.y1 - b.y0);
      if (
        join &&
        sameLine &&
        sameLook &&
        around &&
        b.x0 - a.x1 < RUN_GAP * grown &&
        around.y1 - around.y0 < RUN_HEIGHT * grown
      ) {
        heads[word] = head;
        boxes.set(head, around);
        tallest = grown;
      } else {
        heads[word] = word;
        boxes.set(word, b);
        tallest = b.y1 - b.y0;
      }
    }
    before = word;
  }
  return { heads, boxes, starts };
}

/** Words shorter than this on screen carry no letters, CSS pixels. */
const LEAST_HEIGHT_FOR_LETTERS = 7;
const OUTLINE = 1.5;

/** Draws the labels of the words in sight in one pass, in screen space, grouped by label to change ink rarely. */
export function drawTokens(pen: Pen, scene: Scene, camera: Camera, visible: readonly number[]): void {
  if (scene.layers.words) {
    const byLook = new Map<string, Set<number>>();
    for (const word of visible) {
      const head = scene.runs.heads[word];
      if (head < 0) continue;
      const look = `${scene.shown.labels[head]}/${scene.shown.kinds[head]}`;
      const heads = byLook.get(look);
      if (heads) heads.add(head);
      else byLook.set(look, new Set([head]));
    }
    for (const heads of byLook.values()) drawRuns(pen, scene, camera, [...heads]);
    if (scene.letters && !scene.diff) drawLetters(pen, scene, camera, visible);
  }
  if (scene.layers.lines) drawLines(pen, scene, camera);
  if (scene.layers.groups && !scene.diff) drawGroups(pen, scene, camera);
}

/** Runs of one label and one kind: gold solid, weak hatched, predictions with a dashed edge. */
function drawRuns(pen: Pen, scene: Scene, camera: Camera, heads: readonly number[]): void {
  const [first] = heads;
  const ink = scene.inks.get(scene.shown.labels[first]);
  const kind = scene.shown.kinds[first];
  if (!ink) return;
  if (kind === 'differs') {
    for (const word of heads) drawDifference(pen, scene, camera, word);
    return;
  }
  const { scale, x, y } = camera;
  const boxes = heads.flatMap((head) => scene.runs.boxes.get(head) ?? []);
  const strength = (head: number) =>
    scene.opacity * (scene.confidenceFill ? 0.15 + 1.6 * (scene.shown.confidences[head] ?? 0.5) ** 2 : 1);
  const fill = (style: string | CanvasPattern, times: number) => {
    pen.fillStyle = style;
    boxes.forEach((r, i) => {
      if (i === 0 || scene.confidenceFill) pen.globalAlpha = Math.min(1, strength(heads[i]) * times);
      pen.fillRect(r.x0 * scale + x, r.y0 * scale + y, (r.x1 - r.x0) * scale, (r.y1 - r.y0) * scale);
    });
    pen.globalAlpha = 1;
  };
  const pattern = kind === 'weak' ? hatch(pen, ink.colour) : null;
  if (!ink.outside) fill(ink.colour, pattern ? 0.5 : 1);
  if (pattern && !ink.outside) {
    pattern.setTransform(new DOMMatrix([0.5, 0, 0, 0.5, x, y]));
    fill(pattern, 1.5);
  }
  // Outside is nothing to look at, except where a person said so.
  if (kind === 'weak' || (ink.outside && kind !== 'gold')) return;
  pen.strokeStyle = ink.colour;
  pen.lineWidth = OUTLINE;
  pen.setLineDash(kind === 'predicted' ? [4, 3] : []);
  pen.beginPath();
  for (const r of boxes) {
    pen.moveTo(r.x0 * scale + x, r.y1 * scale + y);
    pen.lineTo(r.x1 * scale + x, r.y1 * scale + y);
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
  const height = scene.wordHeight * scale;
  if (height < LEAST_HEIGHT_FOR_LETTERS) return;
  // One size for the whole page is calmer than that of each word's box.
  const size = Math.min(13, Math.max(8, height * 0.66));
  const inSight = new Set(visible);
  const { labels } = scene.shown;
  let before = -1;
  pen.font = '600 8.5px "IBM Plex Sans", sans-serif';
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  for (const word of scene.detail.readingOrder) {
    const label = labels[word];
    const lineStart = scene.runs.starts.has(word);
    const begins = label !== before || lineStart;
    before = label;
    if (!begins || scene.runs.heads[word] < 0 || !inSight.has(word)) continue;
    const ink = scene.inks.get(label);
    const r = scene.rects[word];
    if (!ink?.letter) continue;
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

/** The middle one of some values, 0 for none. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
