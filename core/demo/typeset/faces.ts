import { createCanvas, type SKRSContext2D } from '../../drawing/canvas.ts';
import { registerPackageFont } from '../../drawing/fonts.ts';

/** A typeface as this book uses it. Sizes and spacing in pixels of a page 500 wide. */
export interface Face {
  readonly family: string;
  readonly size: number;
  /** Horizontal stretch: the bold of the titles is an extended face. */
  readonly stretch: number;
  /** Space after each letter. */
  readonly spacing: number;
}

const FILES = {
  'Demo Roman': '@expo-google-fonts/old-standard-tt/OldStandardTT_400Regular.ttf',
  'Demo Italic': '@expo-google-fonts/old-standard-tt/OldStandardTT_400Regular_Italic.ttf',
  'Demo Bold': '@expo-google-fonts/source-serif-4/700Bold/SourceSerif4_700Bold.ttf',
} as const;

const face = (family: keyof typeof FILES, size: number, stretch = 1, spacing = 0): Face => ({
  family,
  size,
  stretch,
  spacing,
});

export const FACES = {
  body: face('Demo Roman', 16.7, 1.06, 0.12),
  italic: face('Demo Italic', 16.7, 1.06, 0.1),
  small: face('Demo Roman', 14.8, 1.05, 0.15),
  tiny: face('Demo Roman', 12.6, 1.04, 0.1),
  title: face('Demo Bold', 13.2, 1.15, 0.65),
  caps: face('Demo Roman', 13.6, 1.12, 0.9),
  head: face('Demo Roman', 12.8, 1.16, 1),
  folio: face('Demo Roman', 17.5, 1, 0.4),
  chapter: face('Demo Roman', 15.2, 1.15, 1.1),
  drop: face('Demo Roman', 44, 1, 0),
} satisfies Record<string, Face>;
export type FaceName = keyof typeof FACES;

/** Advance and ink of a word, in pixels from its origin on the baseline; ascent and left count away from it. */
export interface Extent {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly ascent: number;
  readonly descent: number;
}

const cache = new Map<string, Extent>();
let context: SKRSContext2D | null = null;

function ready(): SKRSContext2D {
  if (!context) {
    for (const [family, file] of Object.entries(FILES)) registerPackageFont(file, family);
    context = createCanvas(8, 8).getContext('2d');
  }
  return context;
}

/** Measures a word once per face. */
export function extentOf(text: string, name: FaceName): Extent {
  const key = `${name} ${text}`;
  const known = cache.get(key);
  if (known) return known;
  const ctx = ready();
  const { family, size, stretch, spacing } = FACES[name];
  ctx.font = `${size}px "${family}"`;
  const measured = ctx.measureText(text);
  const tracking = spacing * [...text].length;
  const extent = {
    width: measured.width * stretch + tracking,
    left: measured.actualBoundingBoxLeft * stretch,
    right: measured.actualBoundingBoxRight * stretch + tracking - spacing,
    ascent: measured.actualBoundingBoxAscent,
    descent: measured.actualBoundingBoxDescent,
  };
  if (cache.size > 200_000) cache.clear();
  cache.set(key, extent);
  return extent;
}

export const widthOf = (text: string, name: FaceName): number => extentOf(text, name).width;

/** Draws a word with its origin at 0, 0 of the current transform. */
export function drawWord(ctx: SKRSContext2D, text: string, name: FaceName): void {
  ready();
  const { family, size, stretch, spacing } = FACES[name];
  ctx.save();
  ctx.scale(stretch, 1);
  ctx.font = `${size}px "${family}"`;
  ctx.letterSpacing = `${spacing / stretch}px`;
  ctx.fillText(text, 0, 0);
  ctx.restore();
}
